"""Applications of a client: opened and filled, listed, read, changed as drafts or for a correction."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, g, request
from pydantic import ValidationError

from registration import clock, database
from registration.access import access
from registration.actor import Actor
from registration.api.govstack import shapes
from registration.api.govstack.blueprint import LIMIT, answer, blueprint, configured, the_applicant, the_caller
from registration.api.govstack.catalogue import service_named
from registration.api.govstack.documents import Document, attach, staged_documents
from registration.api.govstack.once import once
from registration.api.v1.apply import save_sections
from registration.api.v1.blueprint import look_at_json, refuse_parameters
from registration.errors import InvalidInput
from registration.http.context import limiter
from registration.matters import definition_of
from registration.operations import govstack
from registration.operations.act import act
from registration.queries.casefile import CaseFile, case_for, casefile
from registration.queries.govstack import FileRow, accounts_for, row_for, rows_for
from registration.rules.problems import Problem
from workflows.engine import Offer

FORM = "application/x-www-form-urlencoded"


@blueprint.post("/services/<service_id>/applications")
@access("govstack.use")
@limiter.limit(LIMIT)
@once
def submit(service_id: str) -> Response:
    """Opens a draft, fills it, and takes the first step of the table, which asks for the signatures.

    If that step is refused because something is missing, the file stays a draft: its task says what. A fault in what
    was sent is refused as a whole, and nothing is kept.
    """
    sent, service = sent_as(shapes.Submission), service_named(service_id)
    if sent.form_data.e_form_id not in (None, service_id):
        raise InvalidInput([Problem("formData.eFormId", "choice.unknown")])
    actor, now = the_applicant(), clock.now()
    documents = staged_documents(sent.document_urls, actor=actor)
    ref = govstack.open_file(service, client=the_caller().client, applicant=sent.applicant, actor=actor, now=now)
    g.ref = ref
    _fill(ref, sent, actor=actor, documents=documents)
    file = file_of(ref, actor)
    offer = main_offer(file)
    if offer is not None and offer.allowed:
        act(ref, offer.action, actor=actor, now=now)
    return answer(_shown(ref))


@blueprint.get("/applications")
@access("govstack.use")
@limiter.limit(LIMIT)
def list_applications() -> Response:
    """Own applications and those on the operator's desk; for a service or an applicant that is not there none."""
    paging = query_as(shapes.Paging)
    asked = paging.asked(kinds=kinds_asked(), applicant=request.args.get("applicantId", ""))
    with database.reading() as session:
        rows = rows_for(session, the_caller(), asked)
    return answer([shapes.file_row(row) for row in rows])


@blueprint.get("/applications/<file_id>")
@access("govstack.use")
@limiter.limit(LIMIT)
def show_application(file_id: str) -> Response:
    return answer(_shown(file_id))


@blueprint.put("/applications/<file_id>")
@access("govstack.use")
@limiter.limit(LIMIT)
def change_application(file_id: str) -> Response:
    """Saves the sections that are given, for the applicant alone: an office asks for a correction and writes nothing.

    409 where the file is neither a draft nor open for this correction. Documents that were handed in are attached;
    addresses of files elsewhere are not fetched.
    """
    sent, actor = sent_as(shapes.Submission), the_applicant()
    with database.reading() as session:
        row_for(session, the_caller(), file_id)
    ours = [url for url in sent.document_urls if url.startswith(shapes.document_url(""))]
    documents = staged_documents(ours, actor=actor)
    with database.all_or_nothing():
        _fill(file_id, sent, actor=actor, documents=documents)
    return answer(_shown(file_id))


def sent_as(kind: type[shapes.S]) -> shapes.S:
    """The body, JSON or the fields of a form. InvalidInput with every fault."""
    if request.mimetype == FORM:
        return _made(kind, request.form.to_dict())
    look_at_json()
    return _made(kind, request.get_json(silent=True) if request.get_data(cache=True) else {})


def query_as(kind: type[shapes.S]) -> shapes.S:
    return _made(kind, request.args.to_dict())


def _made(kind: type[shapes.S], raw: Any) -> shapes.S:
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        refuse_parameters(error)


def kinds_asked() -> frozenset[tuple[str, str, str]] | None:
    """The kind of case of the service that is asked for; of an unknown one there are no cases."""
    asked = request.args.get("serviceId")
    if asked is None:
        return None
    service = configured().services.get(asked)
    return frozenset([service.kind] if service else [])


def file_of(ref: str, actor: Actor) -> CaseFile:
    with database.reading() as session:
        return casefile(session, ref, actor=actor, now=clock.now())


def main_offer(file: CaseFile) -> Offer | None:
    """The first main action of the table for this actor, allowed or not."""
    actions = definition_of(file.case.definition).actions
    return next((one for one in file.offers if actions[one.action].style == "main"), None)


def opened(ref: str) -> tuple[FileRow, list[Actor]]:
    """A case and the accounts of the caller that may see it, that for which it waits first. NotFound for any other."""
    with database.reading() as session:
        row = row_for(session, the_caller(), ref)
    return row, accounts_for(the_caller(), row.case)


def _shown(ref: str) -> dict[str, Any]:
    row, accounts = opened(ref)
    return shapes.whole_file(row, file_of(ref, accounts[0]))


def _fill(ref: str, sent: shapes.Submission, *, actor: Actor, documents: Sequence[Document]) -> None:
    sections: Mapping[str, Any] = sent.form_data.sections()
    if sections:
        with database.reading() as session:
            case = case_for(session, ref, actor=actor)
        save_sections(case, sections, actor=actor, version=None)
    attach(ref, documents, actor=actor)
