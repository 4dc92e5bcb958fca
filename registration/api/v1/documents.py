"""The documents that the system makes from the answers: which ones, their text, and a draft as PDF.

Clauses in other words are the section `documents` of the form; a file of one's own is uploaded like any other.
"""

from flask import Response
from flask_openapi3 import Tag
from pydantic import BaseModel, Field

from certificates.paper.founding_document import DocumentText
from registration import clock, database
from registration.access import access
from registration.api.v1 import shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.papers import PDF
from registration.api.v1.values import Name
from registration.documents.downloads import attachment
from registration.documents.founding_drafts import draft_of
from registration.gateways.storage import storage
from registration.http.context import DRAFT_LIMIT, limiter, say, settings_here, the_actor
from registration.operations import founding_documents
from registration.queries.casefile import CaseFile, casefile
from registration.queries.file_contents import MadeDocument
from registration.queries.founding_documents import readable_text
from registration.rules.founding_documents.texts import marked_clauses

TAGS = [Tag(name="文件 Founding documents")]


class DocumentPath(shapes.CasePath):
    document: Name


class ClauseRow(BaseModel):
    clause: str = Field(description="Its name in the section `documents` of the form")
    label: str
    number: str
    standard: str
    text: str = Field(description="The text at present: the standard one, or one in other words")


class DocumentRow(BaseModel):
    document: str
    label: str
    replaces: list[str] = Field(description="The kinds of `needs` that it stands for")
    clauses: list[ClauseRow] = Field(description="The clauses that may be put in other words")


class Documents(BaseModel):
    items: list[DocumentRow]


class DraftOrdered(BaseModel):
    document: str
    ready: bool


@blueprint.get(
    "/applications/<ref>/documents", tags=TAGS, responses={200: Documents}, summary="系统生成的文件 · Documents made"
)
@access("application.edit")
def list_documents(path: shapes.CasePath) -> Response:
    """A document of which a file was uploaded is not made."""
    with database.reading() as session:
        file = casefile(session, path.ref, actor=the_actor(), now=clock.now(), rule="application.edit")
        rows = [_row(file, one) for one in file.documents]
        return reply(Documents(items=rows), version=file.case.version)


@blueprint.get(
    "/applications/<ref>/documents/<document>",
    tags=TAGS,
    responses={200: DocumentText},
    summary="文件全文 · The text of a document",
)
@access("paper.read")
def read_document(path: DocumentPath) -> Response:
    """As it is now for the applicant, as it was submitted for the office."""
    with database.reading() as session:
        file = casefile(session, path.ref, actor=the_actor(), now=clock.now(), rule="paper.read")
        return reply(readable_text(session, file.case, path.document, actor=the_actor()))


@blueprint.post(
    "/applications/<ref>/documents/<document>/draft",
    tags=TAGS,
    responses={202: DraftOrdered},
    summary="制作草稿 · Ask for a draft as PDF",
)
@access("application.edit")
@limiter.limit(DRAFT_LIMIT)
def order_draft(path: DocumentPath) -> Response:
    """A worker makes it in a moment; a repeated request for the same text gives the same draft."""
    founding_documents.order_draft(path.ref, path.document, actor=the_actor(), now=clock.now())
    draft = draft_of(storage(settings_here()), path.ref, path.document, actor=the_actor(), now=clock.now())
    return reply(DraftOrdered(document=path.document, ready=draft.is_ready), 202)


@blueprint.get(
    "/applications/<ref>/documents/<document>/draft",
    tags=TAGS,
    responses={200: PDF},
    summary="下载草稿 · The draft as PDF",
)
@access("application.edit")
def fetch_draft(path: DocumentPath) -> Response:
    draft = draft_of(storage(settings_here()), path.ref, path.document, actor=the_actor(), now=clock.now())
    return attachment(draft.pdf(), filename=f"{path.ref}-{path.document}-draft.pdf", mimetype="application/pdf")


def _row(file: CaseFile, one: MadeDocument) -> DocumentRow:
    clauses = marked_clauses(one.key, one.row, file.facts.read_form[0], entity_type=file.case.entity_type)
    return DocumentRow(
        document=one.kind,
        label=say(one.needs[0].need.label),
        replaces=list(one.row.replaces),
        clauses=[
            ClauseRow(clause=row.name, label=say(row.label), number=row.number, standard=row.standard, text=row.text)
            for row in clauses
        ],
    )
