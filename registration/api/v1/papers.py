"""The papers beside the licence: receipts, notices and decisions, as they were signed."""

from typing import Annotated

from flask import Response
from flask_openapi3 import Tag
from pydantic import BaseModel

from registration import clock, database
from registration.access import access
from registration.api.v1 import shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.values import Text, choice
from registration.documents.downloads import attachment, stored
from registration.gateways.storage import storage
from registration.http.context import settings_here, the_actor
from registration.models import Paper
from registration.operations import english_summary, papers_asked
from registration.operations.sensitive import reveal_persons
from registration.queries.casefile import casefile, paper_of
from registration.queries.papers_asked import ASKED

TAGS = [Tag(name="文书 Papers")]


class PaperAsked(shapes.Given):
    kind: Annotated[str, choice(*ASKED)]


class PersonsAsked(shapes.Given):
    reason: Text


PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}


class PaperOrdered(BaseModel):
    """A paper that the worker makes; `ready` when it can be fetched."""

    paper: str
    kind: str
    ready: bool


@blueprint.get("/applications/<ref>/papers", tags=TAGS, responses={200: shapes.Papers}, summary="文书清单 · Its papers")
@access("paper.read")
def list_papers(path: shapes.CasePath) -> Response:
    return reply(shapes.Papers(items=[_row(one) for one in _papers(path.ref)]))


@blueprint.get(
    "/applications/<ref>/papers/<paper>", tags=TAGS, responses={200: PDF}, summary="下载文书 · A paper as PDF"
)
@access("paper.read")
def fetch_paper(path: shapes.PaperPath) -> Response:
    with database.reading() as session:
        file = casefile(session, path.ref, actor=the_actor(), now=clock.now(), rule="paper.read")
        paper = paper_of(file, path.paper, actor=the_actor())
    return _sheet(path.ref, paper)


@blueprint.post(
    "/applications/<ref>/papers/<paper>/personal",
    tags=TAGS,
    responses={200: PDF},
    summary="查看人员信息页 · The page with personal data",
)
@access("sensitive.view")
def fetch_persons(path: shapes.PaperPath, body: PersonsAsked) -> Response:
    """For a clerk with a reason; each access is audited. The applicant fetches it like other papers."""
    paper = reveal_persons(path.ref, path.paper, reason=body.reason, actor=the_actor(), now=clock.now())
    return _sheet(path.ref, paper)


def _sheet(ref: str, paper: Paper) -> Response:
    content = stored(storage(settings_here()), paper.storage_key or "", digest=paper.sha256)
    name = f"{ref}-{paper.kind}-{paper.revision}.pdf"
    return attachment(content, filename=name, mimetype="application/pdf", digest=paper.sha256)


@blueprint.post(
    "/applications/<ref>/papers", tags=TAGS, responses={201: shapes.PaperRow}, summary="索取文书 · Ask for a paper"
)
@access("paper.ask")
def ask_paper(path: shapes.CasePath, body: PaperAsked) -> Response:
    """A worker makes it in a moment: then it is in the list. The one there is where it would say the same."""
    paper = papers_asked.ask(path.ref, body.kind, actor=the_actor(), now=clock.now())
    return reply(_row(paper), 201)


@blueprint.post(
    "/applications/<ref>/translation",
    tags=TAGS,
    responses={202: PaperOrdered},
    summary="制作营业执照英文译本 · Ask for the English courtesy page",
)
@access("licence.download")
def ask_for_translation(path: shapes.CasePath) -> Response:
    """A separate signed PDF, made by the worker; then it is among the papers. A repeated request gives the same one."""
    paper = english_summary.request(path.ref, actor=the_actor(), now=clock.now())
    return reply(PaperOrdered(paper=paper.ref, kind=paper.kind, ready=paper.storage_key is not None), status=202)


_SHOWN = {"kind", "number", "revision", "sha256", "created_at"}


def _row(paper: Paper) -> shapes.PaperRow:
    return shapes.PaperRow(paper=paper.ref, **paper.model_dump(include=_SHOWN))


def _papers(ref: str) -> list[Paper]:
    """Those that the worker has made; one that it still makes is not there."""
    with database.reading() as session:
        file = casefile(session, ref, actor=the_actor(), now=clock.now(), rule="paper.read")
        return [one for one in file.papers if one.storage_key]
