"""The outbox: what must happen outside, as rows that outlive any broker or worker.

A message is written in the transaction that decided it and deleted in the one that records its result. While one is
worked on, `due_at` lies a lease ahead: a worker that dies lets it come due again by doing nothing. The doorbell may
ring twice for one message, and late; whoever comes while another works on it goes away again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlmodel import Session

from registration import db
from registration.models import AuditEntry, Message
from registration.prepared import Write, inserting, send
from registration.settings import settings

_table = Message.__table__  # type: ignore[attr-defined]
_PUT = inserting(_table, "id", "parked_at", "last_error", "working_until")


@dataclass(frozen=True)
class Work:
    """A message as a task is given it. `until` is the end of its lease, by which this attempt is known."""

    id: int
    effect: str
    application_id: int | None
    payload: Mapping[str, Any]
    attempts: int
    until: datetime


def put(session: Session, effect: str, *, now: datetime, application_id: int | None = None, **payload: Any) -> None:
    send(session, [message(effect, now=now, application_id=application_id, **payload)])


def message(effect: str, *, now: datetime, application_id: int | None = None, **payload: Any) -> Write:
    """A message to be written together with the change that decided it."""
    row = {"effect": effect, "application_id": application_id, "payload": payload, "due_at": now, "created_at": now}
    return _PUT, row | {"attempts": 0}


def lease_due(*, now: datetime, limit: int = 50) -> list[tuple[int, str]]:
    """Takes up to `limit` due messages as (id, effect) and pushes them a lease ahead; two relays never share one."""
    with db.transaction() as session:
        rows = session.execute(
            select(_table.c.id, _table.c.effect)
            .where(_table.c.parked_at.is_(None), _table.c.due_at <= now)
            .order_by(_table.c.due_at, _table.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        if rows:
            until = now + timedelta(seconds=settings().lease_seconds)
            session.execute(update(_table).where(_table.c.id.in_([row.id for row in rows])).values(due_at=until))
        return [(row.id, row.effect) for row in rows]


def anything_due(*, now: datetime) -> bool:
    """A look without a lock, so that an idle relay never disturbs a writer."""
    with db.reading() as session:
        query = select(_table.c.id).where(_table.c.parked_at.is_(None), _table.c.due_at <= now).limit(1)
        return session.execute(query).first() is not None


def give_back(ids: list[int], *, now: datetime) -> None:
    """Undoes a lease whose doorbell could not be rung: the broker is away."""
    with db.transaction() as session:
        later = now + timedelta(seconds=settings().retry_seconds[0])
        session.execute(update(_table).where(_table.c.id.in_(ids)).values(due_at=later))


def begin(message_id: int, *, now: datetime) -> Work | None:
    """Counts an attempt before it is made, so that a message which kills its worker is parked, not retried for ever.

    None when the work is done already, parked, or under way elsewhere.
    """
    until = now + timedelta(seconds=settings().lease_seconds)
    with db.transaction() as session:
        row = session.execute(select(_table).where(_table.c.id == message_id).with_for_update()).one_or_none()
        if row is None or row.parked_at is not None or (row.working_until is not None and row.working_until > now):
            return None
        exhausted = row.attempts >= settings().attempts_before_parking
        values: dict[str, Any]
        if exhausted:
            values = {"parked_at": now, "last_error": row.last_error or "the worker died while working on it"}
        else:
            values = {"attempts": row.attempts + 1, "due_at": until, "working_until": until}
        session.execute(update(_table).where(_table.c.id == message_id).values(**values))
        if exhausted:
            return None
        return Work(message_id, row.effect, row.application_id, row.payload, row.attempts + 1, until)


def finish(session: Session, message_id: int) -> bool:
    """Deletes the message with the result it led to. False: another delivery was first, so write nothing."""
    gone = cast("CursorResult[Any]", session.execute(delete(_table).where(_table.c.id == message_id)))
    return bool(gone.rowcount)


def fail(work: Work, error: str, *, now: datetime) -> None:
    """Puts the message off by the next step of the back-off, or parks it for staff after the last.

    An attempt whose lease ran out has nothing to say any more: the message is somebody else's, or staff's.
    """
    waits = settings().retry_seconds
    wait = timedelta(seconds=waits[min(work.attempts, len(waits)) - 1])
    parked = now if work.attempts >= settings().attempts_before_parking else None
    with db.transaction() as session:
        values = {"last_error": error[:500], "due_at": now + wait, "parked_at": parked, "working_until": None}
        own = (_table.c.id == work.id) & (_table.c.working_until == work.until)
        session.execute(update(_table).where(own).values(**values))


def retry(message_id: int, *, by: str, now: datetime) -> bool:
    """Lets a parked message run again: the one click of the staff, `by` whose tag it is; the audit keeps it."""
    with db.transaction() as session:
        values = {"parked_at": None, "attempts": 0, "due_at": now, "working_until": None}
        done = session.execute(
            update(_table).where(_table.c.id == message_id, _table.c.parked_at.is_not(None)).values(**values)
        )
        if not cast("CursorResult[Any]", done).rowcount:
            return False
        session.add(AuditEntry(at=now, subject=by, tag="message:retry", result="done", data={"message": message_id}))
        return True
