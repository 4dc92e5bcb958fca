"""Files that are handed in before an application: judged as every upload, kept encrypted for a day, then attached."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from flask import Response, request

from registration import clock
from registration.access import access
from registration.actor import Actor
from registration.api.govstack.blueprint import LIMIT, answer, blueprint, the_applicant
from registration.api.govstack.once import once
from registration.api.govstack.shapes import document_url
from registration.documents import plain_texts, uploads
from registration.documents.uploads import Sent
from registration.errors import InvalidInput
from registration.gateways.storage import storage
from registration.http.context import is_clean, limiter, settings_here
from registration.operations import apply, govstack
from registration.operations.idempotency import StoredAnswer
from registration.queries.quota import Quota
from registration.rules.problems import Problem
from registration.settings import Settings

FIELD = "file"
MOST_WORDS = 200


@dataclass(frozen=True)
class Document:
    """A file that was handed in under this name, and what kind of document it is to be."""

    name: str
    kind: str
    file: govstack.Judged


def _waits(answer: StoredAnswer) -> bool:
    """Whether the file of this answer was not taken yet: the same document may be for two applications."""
    return govstack.is_staged(json.loads(answer.body)["url"].removeprefix(document_url("")))


@blueprint.post("/documents")
@access("govstack.use")
@limiter.limit(LIMIT)
@partial(once, holds=_waits)
def hand_in() -> Response:
    """One file, in a field `file` as a file or as base64. `additionalMetadata` may name the kind of document.

    A plain text is taken, too, since the specification has documents of every media type. The archive has not, so
    that it becomes a PDF when it is attached.
    `url` names it in `documentUrls` of an application within a day; it gives the file back to nobody.
    """
    actor, now, chosen = the_applicant(), clock.now(), settings_here()
    sent = list(_received())
    if len(sent) != 1:
        raise InvalidInput([Problem(FIELD, "upload.one_file")])
    kind = request.args.get("additionalMetadata", "")[:MOST_WORDS]
    data, judged = _examined(sent[0], settings=chosen, actor=actor, now=now)
    file = govstack.Judged(data, judged.filename, judged.content_type, judged.pages, judged.faults)
    ref = govstack.stage(file, kind=kind, quota=Quota.of(chosen), actor=actor, now=now)
    shown = {"code": 200, "type": judged.content_type, "message": judged.filename, "url": document_url(ref)}
    return answer(shown)


def _examined(sent: Sent, *, settings: Settings, actor: Actor, now: datetime) -> tuple[bytes, uploads.Judged]:
    """A plain text, or as `uploads.examined`: a text is recognized without the sandbox, and is none of its kinds."""
    try:
        return sent.data, plain_texts.judged(sent, settings=settings, on=clock.local_date(now))
    except InvalidInput as no_text:
        why = no_text
    try:
        return uploads.examined("", sent, settings=settings, actor=actor, now=now)
    except InvalidInput as refused:
        if {one.code for one in refused.problems} != {uploads.KIND_UNKNOWN}:
            raise
        raise why from None


def staged_documents(urls: Sequence[str], *, actor: Actor) -> list[Document]:
    """The files of these addresses, ready to be attached: a text is printed, before anything is written that others
    may have to wait for. The kind is what follows `#`, else what was said when it came.

    InvalidInput for an address that is none of a file of this client.
    """
    found = []
    for url in urls:
        address, _, kind = url.partition("#")
        name = address.removeprefix(document_url(""))
        if name == address or not is_clean(url):
            raise InvalidInput([Problem("documentUrls", "upload.not_handed_in")])
        said, file = govstack.staged(name, actor=actor)
        if file.content_type == plain_texts.TEXT:
            file = _printed(file, actor=actor)
        found.append(Document(name, kind or said, file))
    return found


def attach(ref: str, documents: Sequence[Document], *, actor: Actor) -> None:
    """Makes documents of the case of these files, which are staged no longer."""
    chosen = settings_here()
    for one in documents:
        govstack.unstage(one.name, actor=actor)
        file = one.file
        judged = uploads.Judged(file.content_type, file.pages, file.filename, file.faults)
        stored = replace(uploads.keep(file.content, judged, storage=storage(chosen)), faults=file.faults)
        apply.attach(ref, one.kind, stored, actor=actor, now=clock.now(), quota=Quota.of(chosen))


def _printed(file: govstack.Judged, *, actor: Actor) -> govstack.Judged:
    now = clock.now()
    sent = plain_texts.as_pdf(Sent(file.content, file.filename), on=clock.local_date(now))
    data, judged = uploads.examined("", sent, settings=settings_here(), actor=actor, now=now)
    return govstack.Judged(data, judged.filename, judged.content_type, judged.pages, judged.faults)


def _received() -> Iterator[Sent]:
    for file in request.files.getlist(FIELD):
        yield uploads.received(file.stream, file.filename, settings=settings_here())
    for text in request.form.getlist(FIELD):
        try:
            yield Sent(b64decode(text, validate=True), "")
        except (NotBase64, ValueError):
            raise InvalidInput([Problem(FIELD, "upload.not_base64")]) from None
