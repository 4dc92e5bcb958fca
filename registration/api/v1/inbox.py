"""The desk: the lists that clerks and officers work from."""

from flask import Response
from flask_openapi3 import Tag
from pydantic import Field

from registration import db
from registration.access import access
from registration.api.v1 import shapes
from registration.api.v1.door import door, reply
from registration.api.v1.present import case_row, part_row
from registration.edge import the_actor
from registration.errors import InvalidInput
from registration.queries import inbox
from registration.rules.problems import Problem

TAGS = [Tag(name="待办 Inbox")]


class InboxQuery(shapes.Paging):
    view: str = Field("unclaimed", description="mine, unclaimed, waiting, approval, overdue or done")
    search: str = Field("", max_length=60, description="Part of a reference or a name")


class PartsQuery(shapes.Paging):
    view: str = Field("open", description="open or all")


@door.get("/inbox", tags=TAGS, responses={200: shapes.InboxPage}, summary="登记机关待办 · A clerk's inbox")
@access("inbox.read")
def list_inbox(query: InboxQuery) -> Response:
    _refuse_unknown(query.view, inbox.VIEWS)
    with db.reading() as session:
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


@door.get("/parts", tags=TAGS, responses={200: shapes.PartPage}, summary="部门待办 · An agency's inbox")
@access("agency_inbox.read")
def list_parts(query: PartsQuery) -> Response:
    _refuse_unknown(query.view, ("open", "all"))
    with db.reading() as session:
        page = inbox.part_inbox_for(session, actor=the_actor(), view=query.view, cursor=query.cursor, limit=query.limit)
        return reply(shapes.PartPage(items=[part_row(row) for row in page.rows], next=page.next))


def _refuse_unknown(view: str, known: tuple[str, ...]) -> None:
    if view not in known:
        raise InvalidInput([Problem("view", "choice.unknown")])
