"""Supervision orders (督办): a director asks about a case, its holder answers by a day, lateness is reported."""

from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database, outbox
from registration.actor import SYSTEM, Actor
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound
from registration.keys.field_encryption import encrypt
from registration.matters import calendar, office_hours
from registration.models import Application, SupervisionOrder
from registration.operations import history
from registration.operations.case_store import locked
from registration.queries.object_facts import object_facts
from registration.queries.supervision import is_late, late_orders, may_answer, open_order
from registration.rules.feedback import due_after
from registration.rules.problems import Problem
from registration.rules.prose import prose

LONGEST = 1000
SHORTEST_DAYS, USUAL_DAYS, LONGEST_DAYS = 1, 2, 15
ORDERED, ANSWERED, LATE = "notify.desk_order", "notify.desk_order_answer", "notify.desk_order_late"


def order(ref: str, *, words: str, days: int | None, actor: Actor, now: datetime) -> str:
    """Orders an answer about a case within so many working days; returns the order's reference.

    NotFound or Forbidden; Conflict("order_on_draft"), Conflict("order_is_open") while an earlier one is not answered,
    Conflict("order_on_own_case") for a case that the director holds; InvalidInput at `words` or `days`.
    """
    with database.transaction() as session:
        case = locked(session, ref)
        access.require("supervision.order", actor, object_facts(session, case, actor))
        if case.submitted_at is None:
            raise Conflict("order_on_draft", ref=ref)
        if case.holder_id == actor.account_id:
            raise Conflict("order_on_own_case", ref=ref)
        if open_order(session, case) is not None:
            raise Conflict("order_is_open", ref=ref)
        text, term = _given(words, days)
        row = SupervisionOrder(
            ref=token_urlsafe(12),
            application_id=case.id,
            words=encrypt(text, case=case.ref),
            days=term,
            ordered_by=actor.tag,
            ordered_at=now,
            due_at=due_after(now, days=term, calendar=calendar(), hours=office_hours()),
        )
        session.add(row)
        session.flush()
        _note(session, case, row, "order", actor=actor, now=now)
        outbox.put(session, ORDERED, now=now, application_id=case.id)
        return row.ref


def answer(order: str, *, words: str, actor: Actor, now: datetime) -> None:
    """Answers an order. NotFound for another registrar's, Forbidden("order_of_another") where somebody else holds the
    case or has ordered it, Conflict("order_is_answered"), InvalidInput without a text."""
    with database.transaction() as session:
        found = session.scalars(select(SupervisionOrder).where(col(SupervisionOrder.ref) == order)).one_or_none()
        if found is None:
            raise NotFound(order=order)
        case = session.get_one(Application, found.application_id, with_for_update=True)
        access.require("supervision.answer", actor, object_facts(session, case, actor))
        session.refresh(found, with_for_update=True)
        if found.answered_at is not None:
            raise Conflict("order_is_answered")
        if not may_answer(found, case, actor):
            raise Forbidden("order_of_another")
        text = prose("answer", words, most=LONGEST, required=True)
        found.answer = encrypt(text, case=case.ref)
        found.answered_at, found.answered_by = now, actor.tag
        session.flush()
        _note(session, case, found, "answer", actor=actor, now=now)
        outbox.put(session, ANSWERED, now=now, application_id=case.id)


def escalate(*, now: datetime, most: int) -> int:
    """Reports each order whose term is over to those responsible; returns how many. Idempotent."""
    with database.reading() as session:
        overdue = late_orders(session, now=now, most=most)
    return sum(database.in_groups(overdue, lambda one: _escalate_one(*one, now=now)))


def _escalate_one(ref: str, number: int, *, now: datetime) -> bool:
    with database.transaction() as session:
        case = locked(session, ref)
        row = session.get_one(SupervisionOrder, number, with_for_update=True)
        if row.answered_at is not None or row.escalated_at is not None or not is_late(row, now=now):
            return False
        row.escalated_at = now
        session.flush()
        _note(session, case, row, "escalate", actor=SYSTEM, now=now)
        outbox.put(session, LATE, now=now, application_id=case.id)
    return True


def _given(words: str, days: int | None) -> tuple[str, int]:
    problems: list[Any] = []
    if days is None or not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        problems.append(Problem("days", "order.days", {"least": SHORTEST_DAYS, "most": LONGEST_DAYS}))
    text = ""
    try:
        text = prose("words", words, most=LONGEST, required=True)
    except InvalidInput as invalid:
        problems = [*invalid.problems, *problems]
    if problems or days is None:
        raise InvalidInput(problems)
    return text, days


def _note(
    session: Session, case: Application, row: SupervisionOrder, verb: str, *, actor: Actor, now: datetime
) -> None:
    """The history says who ordered and answered and by when, not in which words."""
    role = "system" if actor.kind == "system" else min(actor.roles & access.OFFICE)
    data = {"order": row.ref} | ({"days": row.days} if verb == "order" else {})
    history.note(session, case, f"supervision:{verb}", actor=actor, role=role, now=now, data=data)
