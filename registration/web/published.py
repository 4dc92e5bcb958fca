"""Addresses for programs that check us without calling us: public keys, credential types, status lists."""

from typing import Any

from flask import Blueprint, Response, jsonify

from certificates.credentials import sd_jwt, status_list
from registration import clock
from registration.access import access
from registration.database import reading
from registration.documents.credentials import issuer_metadata, key_set, kind_address, signed_list
from registration.errors import NotFound
from registration.http.context import PUBLIC_LIMIT, limiter, settings_here
from registration.queries.licence_status import ended_places

blueprint = Blueprint("published", __name__)
HOUR = 3600


@blueprint.get("/.well-known/heyi-keys.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def keys() -> Response:
    return _kept(jsonify(key_set(settings_here())))


@blueprint.get("/.well-known/jwt-vc-issuer")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def issuer() -> Response:
    return _kept(jsonify(issuer_metadata(settings_here())))


@blueprint.get("/credential-types/licence")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def kind() -> Response:
    return _kept(jsonify(_kind()))


@blueprint.get("/status-lists/<int:number>")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def statuses(number: int) -> Response:
    with reading() as session:
        ended = ended_places(session, number)
    if ended is None:
        raise NotFound(list=number)
    signed = signed_list(ended, number, settings_here(), now=clock.now())
    seconds = round(status_list.TTL.total_seconds())
    return _kept(Response(signed, mimetype=status_list.MEDIA_TYPE), seconds=seconds)


def _kind() -> dict[str, Any]:
    return sd_jwt.type_metadata(kind_address(settings_here()))


def _kept(answer: Response, *, seconds: int = HOUR) -> Response:
    """No personal data: caches may store it, and pages of other sites may read it."""
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
