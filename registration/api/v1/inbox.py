"""The desk: the lists that clerks and officers work from."""

from typing import Annotated, Literal

from flask import Response
from flask_openapi3 import Tag
from pydantic import Field

from registration import database
from registration.access import access
from registration.api.v1 import shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.present import case_row, part_row
from registration.api.v1.values import choice
from registration.http.context import the_actor
from registration.queries import inbox

TAGS = [Tag(name="待办 Inbox")]


class InboxQuery(shapes.Paging):
    view: Annotated[str, choice(*inbox.VIEWS)] = "unclaimed"
    search: str = Field("", max_length=60, description="Part of a reference or a name")


class PartsQuery(shapes.Paging):
    view: Literal["open", "all"] = "open"


@blueprint.get("/inbox", tags=TAGS, responses={200: shapes.InboxPage}, summary="登记机关待办 · A clerk's inbox")
@access("inbox.read")
def list_inbox(query: InboxQuery) -> Response:
    with database.reading() as session:
        page = inbox.inbox_for(
            session,
            actor=the_actor(),
            view=query.view,
            search=query.search,
            cursor=query.cursor,
            limit=query.limit,
        )
        rows = [case_row(row.case, holder=row.holder, alert=row.alert) for row in page.rows]
        counts = inbox.inbox_counts(session, actor=the_actor())
        return reply(shapes.InboxPage(items=rows, next=page.next, counts=counts))


@blueprint.get("/parts", tags=TAGS, responses={200: shapes.PartPage}, summary="部门待办 · An agency's inbox")
@access("agency_inbox.read")
def list_parts(query: PartsQuery) -> Response:
    with database.reading() as session:
        page = inbox.part_inbox_for(session, actor=the_actor(), view=query.view, cursor=query.cursor, limit=query.limit)
        return reply(shapes.PartPage(items=[part_row(row) for row in page.rows], next=page.next))
