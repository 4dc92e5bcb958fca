"""The negative list for everybody: its layers, the part for foreign investors, and the answer to "may I do this?"."""

from flask import Blueprint, Response, render_template, request

from registration.access import access
from registration.clock import local_date, now
from registration.http.context import PUBLIC_LIMIT, limiter, say
from registration.rules.negative_list import NegativeList, entry_of, list_versions, negative_list
from registration.rules.scope import prohibited_in
from registration.rules.scope_general import found_for, idea_in
from registration.rules.scope_trades import trade_of
from registration.web.open_records import record_answer, schema_answer

blueprint = Blueprint("negative_list", __name__, url_prefix="/lists")
FOUND = 12


@blueprint.get("/negative")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def show() -> str:
    """`q` is what somebody wants to do, in plain words; `foreign` asks for an investor from abroad as well."""
    today, listed = local_date(now()), _listed()
    sought = request.args.get("q", "").strip()[:60]
    found = found_for(sought, limit=FOUND) if sought else []
    return render_template(
        "lists/negative.html",
        listed=listed,
        reasons=list(dict.fromkeys(say(one.why) for one in listed.prohibited)),
        sought=sought,
        foreign="foreign" in request.args,
        answers=[(item, entry_of(item, today)) for item in found],
        prohibited=prohibited_in(sought),
        idea=idea_in(sought),
        trade_of=trade_of,
    )


@blueprint.get("/negative/foreign")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def foreign() -> str:
    listed = _listed()
    return render_template("lists/negative_foreign.html", listed=listed, names={one.code: one for one in listed.items})


@blueprint.get("/negative/versions")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def versions() -> str:
    return render_template("lists/negative_versions.html", listed=_listed(), versions=list_versions())


@blueprint.get("/negative.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def record() -> Response:
    return record_answer(_listed())


@blueprint.get("/negative.schema.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def schema() -> Response:
    return schema_answer(NegativeList)


def _listed() -> NegativeList:
    return negative_list(local_date(now()))
