"""The desk: the lists that clerks and officers work from."""

from typing import Annotated, Any, Literal

from flask import Response
from flask_openapi3 import Tag
from pydantic import Field

from registration import database
from registration.access import access
from registration.api.v1 import shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.present import case_row, found_row, part_row
from registration.api.v1.search_shapes import FoundPage
from registration.api.v1.values import choice
from registration.http.context import the_actor
from registration.queries import inbox
from registration.queries.desk_counts import inbox_counts
from registration.queries.desk_views import ORDERS, VIEWS, Narrowing
from registration.queries.search import search

TAGS = [Tag(name="待办 Inbox")]


class InboxQuery(shapes.Paging):
    view: Annotated[str, choice(*VIEWS)] = "unclaimed"
    search: str = Field("", max_length=60, description="The same as `GET /search`, in whatever view a case is")
    matter: str = Field("", max_length=60)
    entity_type: str = Field("", max_length=60)
    district: str = Field("", max_length=6, description="The region of the domicile")
    state: str = Field("", max_length=60)
    agency: str = Field("", max_length=60, description="The agency that works on its part")
    sort: Annotated[str, choice("", *ORDERS)] = ""


class SearchQuery(shapes.Paging):
    q: str = Field(min_length=1, max_length=60, description="A beginning of a text, or a whole number")


class PartsQuery(shapes.Paging):
    view: Literal["open", "all"] = "open"


@blueprint.get("/inbox", tags=TAGS, responses={200: shapes.InboxPage}, summary="登记机关待办 · A clerk's inbox")
@access("inbox.read")
def list_inbox(query: InboxQuery) -> Response:
    actor, narrowing = the_actor(), Narrowing(**query.model_dump(include={*Narrowing.__dataclass_fields__}))
    where: dict[str, Any] = {"cursor": query.cursor, "limit": query.limit}
    with database.reading() as session:
        if query.search.strip():
            hits = search(session, query.search, actor=actor, **where)
            rows, after = inbox.inbox_rows(session, [hit.number for hit in hits.rows]), hits.next
        else:
            page = inbox.inbox_for(session, actor=actor, view=query.view, narrowing=narrowing, **where)
            rows, after = page.rows, page.next
        items = [case_row(row.case, holder=row.holder, alert=row.alert) for row in rows]
        return reply(shapes.InboxPage(items=items, next=after, counts=inbox_counts(session, actor=actor)))


@blueprint.get("/search", tags=TAGS, responses={200: FoundPage}, summary="查找申请 · Search the office's cases")
@access("search.read")
def find(query: SearchQuery) -> Response:
    with database.reading() as session:
        page = search(session, query.q, actor=the_actor(), cursor=query.cursor, limit=query.limit)
        cases = {row.case.id: row.case for row in inbox.inbox_rows(session, [hit.number for hit in page.rows])}
        items = [found_row(cases[hit.number], hit.reasons) for hit in page.rows]
        return reply(FoundPage(items=items, next=page.next))


@blueprint.get("/parts", tags=TAGS, responses={200: shapes.PartPage}, summary="部门待办 · An agency's inbox")
@access("agency_inbox.read")
def list_parts(query: PartsQuery) -> Response:
    with database.reading() as session:
        page = inbox.part_inbox_for(session, actor=the_actor(), view=query.view, cursor=query.cursor, limit=query.limit)
        return reply(shapes.PartPage(items=[part_row(row) for row in page.rows], next=page.next))
