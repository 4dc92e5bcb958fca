"""Supervision orders, as the office reads them: of one case, of the whole registrar, and how many wait for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlmodel import Session, col

from registration import access
from registration.access import ACCESS
from registration.actor import Actor
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt
from registration.models import Account, Application, SupervisionOrder
from registration.queries.dashboard.selection import Selection
from registration.queries.object_facts import object_facts

MOST_ANSWERED = 50


@dataclass(frozen=True)
class OrderRow:
    """An order in the clear, with its case and the number of the person who holds that now."""

    order: SupervisionOrder
    case: Application
    holder: str | None
    words: str
    answer: str

    def is_late(self, *, now: datetime) -> bool:
        return is_late(self.order, now=now)

    def may_answer(self, actor: Actor) -> bool:
        return self.order.answered_at is None and may_answer(self.order, self.case, actor)


def is_late(order: SupervisionOrder, *, now: datetime) -> bool:
    """Whether the term is over without an answer, or was when the answer came."""
    return (order.answered_at or now) > order.due_at


def may_answer(order: SupervisionOrder, case: Application, actor: Actor) -> bool:
    """The person who holds the case; where nobody does, everybody of the office but who ordered."""
    if not actor.roles & ACCESS["supervision.answer"].staff or order.ordered_by == actor.tag:
        return False
    return case.holder_id is None or case.holder_id == actor.account_id


def orders_of(session: Session, ref: str, *, actor: Actor) -> tuple[Application, list[OrderRow]]:
    """A case and its orders, the newest first. NotFound or Forbidden for an actor without access."""
    case = session.scalars(select(Application).where(col(Application.ref) == ref)).one_or_none()
    if case is None:
        raise NotFound(ref=ref)
    access.require("supervision.read", actor, object_facts(session, case, actor))
    query = _rows().where(col(Application.id) == case.id).order_by(col(SupervisionOrder.id).desc())
    return case, [_row(*found) for found in session.execute(query)]


def orders_at(session: Session, *, actor: Actor) -> tuple[list[OrderRow], list[OrderRow]]:
    """(the open orders of the actor's registrar, by their terms; the last answered)."""
    own = _rows().where(col(Application.registrar_code) == actor.registrar_code)
    waiting = own.where(_is_open()).order_by(col(SupervisionOrder.due_at), col(SupervisionOrder.id))
    past = own.where(~_is_open()).order_by(col(SupervisionOrder.answered_at).desc()).limit(MOST_ANSWERED)
    return [_row(*one) for one in session.execute(waiting)], [_row(*one) for one in session.execute(past)]


def open_order(session: Session, case: Application) -> SupervisionOrder | None:
    wanted = (col(SupervisionOrder.application_id) == case.id, _is_open())
    return session.scalars(select(SupervisionOrder).where(*wanted)).one_or_none()


def open_count(actor: Actor) -> Select[int]:
    """How many orders wait for an answer of this actor."""
    return (
        select(func.count(col(SupervisionOrder.id)))
        .join(Application, col(Application.id) == col(SupervisionOrder.application_id))
        .where(col(Application.registrar_code) == actor.registrar_code, _is_open(), _waits_for(actor))
    )


def waits_for_order(actor: Actor) -> ColumnElement[bool]:
    """Of an application: whether an order about it waits for an answer of this actor."""
    found = select(col(SupervisionOrder.id)).where(
        col(SupervisionOrder.application_id) == col(Application.id), _is_open(), _waits_for(actor)
    )
    return found.correlate(Application).exists()


def is_ordered() -> ColumnElement[bool]:
    """Of an application: whether an order about it is open."""
    found = select(col(SupervisionOrder.id)).where(
        col(SupervisionOrder.application_id) == col(Application.id), _is_open()
    )
    return found.correlate(Application).exists()


def order_counts(session: Session, selection: Selection, *, now: datetime) -> tuple[int, int, int]:
    """(open in time, open and late, answered in the period) about the cases of the selection."""
    own = (
        select(func.count(col(SupervisionOrder.id)))
        .join(Application, col(Application.id) == col(SupervisionOrder.application_id))
        .where(*selection.cases())
    )
    due, answered = col(SupervisionOrder.due_at), col(SupervisionOrder.answered_at)
    kinds = ((_is_open(), due >= now), (_is_open(), due < now), (answered.is_not(None), *selection.within(answered)))
    in_time, late, past = (session.scalars(own.where(*wanted)).one() for wanted in kinds)
    return in_time, late, past


def late_orders(session: Session, *, now: datetime, most: int) -> Sequence[tuple[str, int]]:
    """(case, number of the row) of what is overdue and not reported yet."""
    query = (
        select(col(Application.ref), col(SupervisionOrder.id))
        .join(Application, col(Application.id) == col(SupervisionOrder.application_id))
        .where(_is_open(), col(SupervisionOrder.due_at) < now, col(SupervisionOrder.escalated_at).is_(None))
        .order_by(col(SupervisionOrder.due_at))
        .limit(most)
    )
    return [(ref, number) for ref, number in session.execute(query)]


def _is_open() -> ColumnElement[bool]:
    return col(SupervisionOrder.answered_at).is_(None)


def _waits_for(actor: Actor) -> ColumnElement[bool]:
    if not actor.roles & ACCESS["supervision.answer"].staff:
        return col(SupervisionOrder.id).is_(None)
    unheld = and_(col(Application.holder_id).is_(None), col(SupervisionOrder.ordered_by) != actor.tag)
    return or_(col(Application.holder_id) == actor.account_id, unheld)


def _rows() -> Select[SupervisionOrder, Application, str]:
    return (
        select(SupervisionOrder, Application, col(Account.login))
        .join(Application, col(Application.id) == col(SupervisionOrder.application_id))
        .outerjoin(Account, col(Account.id) == col(Application.holder_id))
    )


def _row(order: SupervisionOrder, case: Application, holder: str | None) -> OrderRow:
    words, answer = (decrypt(text, case=case.ref) if text else "" for text in (order.words, order.answer))
    return OrderRow(order, case, holder, words, answer)
