"""Who has to shorten terms of payment: kept up with the register, and notified by the registrar's director."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database, outbox
from registration.access import ObjectFacts
from registration.actor import Actor
from registration.errors import InvalidInput, NotFound
from registration.models import CapitalTerm, Entity
from registration.operations import audit
from registration.queries.capital_terms import NOTICE, NOTIFY_ALL, due_for_notice, is_running, was_notified
from registration.rules.capital_terms import last_payment, term_limit
from registration.rules.problems import Problem

# So many are notified by one message of the chain.
BATCH = 200


def follow(session: Session, entity: Entity, contributions: Sequence[Mapping[str, Any]] | None, *, on: date) -> None:
    """Keeps the row of a company when its contributions are written. One that never had to do anything has none."""
    limit = term_limit(entity.founded_on, entity_type=entity.entity_type)
    if limit is None:
        return
    last_on = last_payment(contributions)
    row, must = session.get(CapitalTerm, entity.id), last_on is not None and last_on > limit
    if row is None and must:
        row = CapitalTerm(entity_id=entity.id, code=entity.code, registrar_code=entity.registrar_code)
        session.add(row)
    if row is not None:
        row.last_on = last_on
        row.done_on = None if must else row.done_on or on
        row.is_done = not must


def notify_one(code: str, *, actor: Actor, now: datetime) -> None:
    """Sends the account of one company the notice. InvalidInput where it was notified in the last thirty days."""
    with database.transaction() as session:
        query = select(CapitalTerm).where(col(CapitalTerm.code) == code).with_for_update()
        row = session.scalars(query).one_or_none()
        access.require("capital_terms.manage", actor, ObjectFacts(registrar_code=row.registrar_code if row else None))
        if row is None or row.is_done:
            raise NotFound(code=code)
        if was_notified(row, now=now):
            raise InvalidInput([Problem("code", "capital_terms.told")])
        _notify(session, [row], now=now)
        audit.note(session, "capital_terms:notify", subject=actor.tag, now=now, code=code)


def notify_all(*, actor: Actor, now: datetime) -> None:
    """Orders the notices to all companies of the registrar that were not notified in the last thirty days.

    InvalidInput while an earlier order is being worked off.
    """
    with database.transaction() as session:
        registrar = actor.registrar_code
        access.require("capital_terms.manage", actor, ObjectFacts(registrar_code=registrar))
        if is_running(session, registrar or ""):
            raise InvalidInput([Problem("code", "capital_terms.running")])
        outbox.put(session, NOTIFY_ALL, now=now, registrar=registrar, after=0)
        audit.note(session, "capital_terms:notify_all", subject=actor.tag, now=now, registrar=registrar)


def notify_batch(message_id: int, registrar: str, after: int, *, now: datetime) -> None:
    """Tells the next ones and orders the following batch, in the transaction that ends the message."""
    with database.transaction() as session:
        if not outbox.finish(session, message_id):
            return
        query = due_for_notice(registrar, now=now).where(col(CapitalTerm.entity_id) > after)
        rows = session.scalars(query.order_by(col(CapitalTerm.entity_id)).limit(BATCH).with_for_update()).all()
        _notify(session, rows, now=now)
        if len(rows) == BATCH:
            outbox.put(session, NOTIFY_ALL, now=now, registrar=registrar, after=rows[-1].entity_id)


def _notify(session: Session, rows: Sequence[CapitalTerm], *, now: datetime) -> None:
    """The notice goes to the account of the case that founded the company."""
    companies = select(Entity).where(col(Entity.id).in_([row.entity_id for row in rows]))
    cases = {one.id: one.application_id for one in session.scalars(companies)}
    for row in rows:
        row.notified_at = now
        outbox.put(session, NOTICE, now=now, application_id=cases[row.entity_id])
