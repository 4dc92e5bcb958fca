"""Files that are handed in before an application: judged as every upload, kept encrypted for a day, then attached."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from flask import Response, request

from registration import clock
from registration.access import access
from registration.actor import Actor
from registration.api.govstack.blueprint import LIMIT, answer, blueprint, the_applicant
from registration.api.govstack.once import once
from registration.api.govstack.shapes import document_url
from registration.documents import uploads
from registration.documents.uploads import Sent
from registration.errors import InvalidInput
from registration.gateways.storage import storage
from registration.http.context import is_clean, limiter, settings_here
from registration.operations import apply, govstack
from registration.operations.idempotency import StoredAnswer
from registration.queries.quota import Quota
from registration.rules.problems import Problem

FIELD = "file"
MOST_WORDS = 200


def _waits(answer: StoredAnswer) -> bool:
    """Whether the file of this answer was not taken yet: the same document may be for two applications."""
    return govstack.is_staged(json.loads(answer.body)["url"].removeprefix(document_url("")))


@blueprint.post("/documents")
@access("govstack.use")
@limiter.limit(LIMIT)
@partial(once, holds=_waits)
def hand_in() -> Response:
    """One file, in a field `file` as a file or as base64. `additionalMetadata` may name the kind of document.

    `url` names it in `documentUrls` of an application within a day; it gives the file back to nobody.
    """
    actor, now, chosen = the_applicant(), clock.now(), settings_here()
    sent = list(_received())
    if len(sent) != 1:
        raise InvalidInput([Problem(FIELD, "upload.one_file")])
    kind = request.args.get("additionalMetadata", "")[:MOST_WORDS]
    data, judged = uploads.examined("", sent[0], settings=chosen, actor=actor, now=now)
    file = govstack.Judged(data, judged.filename, judged.content_type, judged.pages, judged.faults)
    ref = govstack.stage(file, kind=kind, quota=Quota.of(chosen), actor=actor, now=now)
    shown = {"code": 200, "type": judged.content_type, "message": judged.filename, "url": document_url(ref)}
    return answer(shown)


def attach_staged(ref: str, urls: Sequence[str], *, actor: Actor) -> None:
    """Makes documents of the case of these files. The kind is what follows `#`, else what was said when it came.

    InvalidInput for an address that is none of a file of this client.
    """
    chosen = settings_here()
    for url in urls:
        address, _, kind = url.partition("#")
        name = address.removeprefix(document_url(""))
        if name == address or not is_clean(url):
            raise InvalidInput([Problem("documentUrls", "upload.not_handed_in")])
        said, file = govstack.take_staged(name, actor=actor)
        judged = uploads.Judged(file.content_type, file.pages, file.filename, file.faults)
        stored = replace(uploads.keep(file.content, judged, storage=storage(chosen)), faults=file.faults)
        apply.attach(ref, kind or said, stored, actor=actor, now=clock.now(), quota=Quota.of(chosen))


def _received() -> Iterator[Sent]:
    for file in request.files.getlist(FIELD):
        yield uploads.received(file.stream, file.filename, settings=settings_here())
    for text in request.form.getlist(FIELD):
        try:
            yield Sent(b64decode(text, validate=True), "")
        except (NotBase64, ValueError):
            raise InvalidInput([Problem(FIELD, "upload.not_base64")]) from None
