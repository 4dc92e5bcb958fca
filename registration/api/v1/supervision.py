"""Supervision orders: a director asks about a case, the person who holds it answers."""

from flask import Response
from flask_openapi3 import Tag

from registration import clock, database
from registration.access import access
from registration.api.v1 import shapes
from registration.api.v1 import supervision_shapes as own
from registration.api.v1.blueprint import blueprint, reply
from registration.http.context import the_actor
from registration.operations import supervision
from registration.queries.supervision import OrderRow, orders_at, orders_of

TAGS = [Tag(name="督办 Supervision orders")]


@blueprint.get(
    "/supervision", tags=TAGS, responses={200: own.Orders}, summary="本机关的督办 · The orders of the own registrar"
)
@access("dashboard.read")
def list_orders() -> Response:
    """Those that wait for an answer, the most urgent first; then the last answered."""
    with database.reading() as session:
        waiting, answered = orders_at(session, actor=the_actor())
    return reply(own.Orders(items=[_item(row) for row in (*waiting, *answered)]))


@blueprint.get(
    "/applications/<ref>/supervision",
    tags=TAGS,
    responses={200: own.Orders},
    summary="一份申请的督办 · The orders about an application",
)
@access("supervision.read")
def list_orders_of_case(path: shapes.CasePath) -> Response:
    with database.reading() as session:
        _case, rows = orders_of(session, path.ref, actor=the_actor())
    return reply(own.Orders(items=[_item(row) for row in rows]))


@blueprint.post(
    "/applications/<ref>/supervision",
    tags=TAGS,
    responses={200: own.OrderGiven},
    summary="督办 · Order an answer about an application",
)
@access("supervision.order")
def give_order(path: shapes.CasePath, body: own.NewOrder) -> Response:
    """For the director. One order of an application is open at a time; the applicant sees none."""
    ref = supervision.order(path.ref, words=body.words, days=body.days, actor=the_actor(), now=clock.now())
    return reply(own.OrderGiven(order=ref))


@blueprint.post(
    "/supervision/<order>/answer", tags=TAGS, responses={200: own.OrderGiven}, summary="答复督办 · Answer an order"
)
@access("supervision.answer")
def answer_order(path: own.OrderPath, body: own.OrderAnswer) -> Response:
    """By the person who holds the application."""
    supervision.answer(path.order, words=body.words, actor=the_actor(), now=clock.now())
    return reply(own.OrderGiven(order=path.order))


def _item(row: OrderRow) -> own.OrderItem:
    one = row.order
    return own.OrderItem(
        order=one.ref,
        ref=row.case.ref,
        words=row.words,
        ordered_by=one.ordered_by.partition(":")[2],
        ordered_at=one.ordered_at,
        due_at=one.due_at,
        answer=row.answer,
        answered_by=one.answered_by.partition(":")[2] if one.answered_by else None,
        answered_at=one.answered_at,
        late=row.is_late(now=clock.now()),
    )
