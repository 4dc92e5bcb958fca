"""The outbox: effects outside the database, as rows that do not depend on a broker or worker.

A message is written in the transaction that decided it and deleted in the one that records its result. Between the two
a worker claims it from the table and renews its lease while it works: a worker that dies lets the lease run out within
seconds. A ring of the broker only says that there is work; it names no message, so that no ring can be too old.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, update
from sqlmodel import Session

from registration import database
from registration.database.statements import Write, execute, prepare_insert
from registration.models import AuditEntry, Message
from registration.models.columns import table_of
from registration.models.outbox import PRINTED
from registration.runtime import leases
from registration.settings import settings

# What is printed waits apart from mail, so that a burst of the one never holds up the other: Celery takes from its
# queues in turn, and a licence waits for no more letters than there are workers.
ISSUE, NOTIFY = QUEUES = ("issue", "notify")
OUTAGE_WAIT = timedelta(seconds=15)
DIED = "the worker died while working on it"

_table = table_of(Message)
_PUT = prepare_insert(_table, "id", "parked_at", "last_error", "working_until", "owner")
# What comes first in each queue: a licence before other papers, a decision of the office before mail.
_FIRST = {
    ISSUE: and_(PRINTED, _table.c.effect.like("issue.%")),
    NOTIFY: and_(not_(PRINTED), _table.c.effect.like("decision.%")),
}


@dataclass(frozen=True)
class Work:
    """A message as a task is given it. `owner` names this attempt, whose lease ends at `until` unless it is renewed."""

    id: int
    effect: str
    application_id: int | None
    payload: Mapping[str, Any]
    attempts: int
    created_at: datetime
    owner: str
    until: datetime


def put(session: Session, effect: str, *, now: datetime, application_id: int | None = None, **payload: Any) -> None:
    execute(session, [message(effect, now=now, application_id=application_id, **payload)])


def put_for_later(
    session: Session,
    effect: str,
    *,
    at: datetime,
    now: datetime,
    payload: Mapping[str, Any],
    application_id: int | None = None,
) -> None:
    """Writes a message on which no worker begins before `at`, which is at most `longest_wait` ahead."""
    prepared, row = message(effect, now=now, application_id=application_id, **payload)
    execute(session, [(prepared, {**row, "due_at": at})])


def hasten(session: Session, effect: str, payload: Mapping[str, Any], *, now: datetime) -> None:
    """Has a message that waits for later, one of few with its effect, worked on now."""
    waits = and_(_table.c.effect == effect, _table.c.owner.is_(None), _table.c.due_at > now)
    found = session.execute(select(_table.c.id, _table.c.payload).where(waits)).all()
    chosen = [row.id for row in found if row.payload == payload]
    session.execute(update(_table).where(_table.c.id.in_(chosen)).values(due_at=now))


def message(effect: str, *, now: datetime, application_id: int | None = None, **payload: Any) -> Write:
    """A message to be written together with the change that decided it."""
    row = {"effect": effect, "application_id": application_id, "payload": payload, "due_at": now, "created_at": now}
    return _PUT, row | {"attempts": 0}


def waiting(queue: str, *, now: datetime, most: int) -> int:
    """How many messages of a queue could be worked on now, counted up to `most`. A look without a lock."""
    with database.reading() as session:
        some = select(_table.c.id).where(_is_due(now), _is_in(queue)).limit(most)
        return session.scalars(select(func.count()).select_from(some.subquery())).one()


def claim(queue: str, *, now: datetime) -> Work | None:
    """Takes the next message of a queue for a worker that was rung on it, what comes first there before the rest.

    No two workers take the same one. None where nothing waits, or the message that came next has used up its attempts
    and is parked now.
    """
    with database.reading() as session:
        if session.execute(select(_table.c.id).where(_is_due(now), _is_in(queue)).limit(1)).first() is None:
            return None
    with database.transaction() as session:
        row = _next(session, _FIRST[queue], now=now) or _next(session, _is_in(queue), now=now)
        return _begun(session, row, now=now) if row is not None else None


def begin(message_id: int, *, now: datetime) -> Work | None:
    """Claims this one message, due or not. None if it is done, parked, or in progress elsewhere."""
    with database.transaction() as session:
        row = session.execute(select(_table).where(_table.c.id == message_id).with_for_update()).one_or_none()
        if row is None or row.parked_at is not None or leases.holds(row.working_until, now=now, length=_lease()):
            return None
        return _begun(session, row, now=now)


def renew(work: Work, *, now: datetime) -> None:
    """Says that this attempt is still being made."""
    with database.transaction() as session:
        session.execute(update(_table).where(_is_own(work)).values(working_until=now + _lease()))


def finish(session: Session, message_id: int) -> bool:
    """Deletes the message with the result it led to. False: another delivery was first, so write nothing."""
    gone = session.exec(delete(_table).where(_table.c.id == message_id))
    return bool(gone.rowcount)


def fail(work: Work, error: str, *, outage: bool = False, now: datetime) -> None:
    """Puts the message off by the next step of the back-off, or parks it for staff after the last.

    In an outage it is tried again every few seconds for as long as the whole back-off takes, since it succeeds as soon
    as that is over. An attempt that lost its lease has nothing to say any more: the message is another's, or staff's.
    """
    most, wait, attempts = settings().attempts_before_parking, wait_after(work.attempts), work.attempts
    patience = sum(map(wait_after, range(1, most)), timedelta())
    if outage:
        wait = min(wait, OUTAGE_WAIT)
        attempts = min(attempts, most - 1) if now < work.created_at + patience else attempts
    parked = now if attempts >= most else None
    values = {"attempts": attempts, "last_error": error[:500], "due_at": now + wait, "parked_at": parked}
    with database.transaction() as session:
        session.execute(update(_table).where(_is_own(work)).values(**values, working_until=None, owner=None))


def retry(message_id: int, *, by: str, now: datetime) -> bool:
    """Lets a parked message run again: the one click of the staff, `by` whose tag it is; the audit keeps it."""
    with database.transaction() as session:
        if not _again(session, [message_id], now=now):
            return False
        session.add(AuditEntry(at=now, subject=by, tag="message:retry", result="done", data={"message": message_id}))
        return True


def retry_all(messages: Sequence[int], *, by: str, now: datetime, **about: str) -> int:
    """The same for several: how many were still parked. The audit keeps which, and what they are `about`."""
    with database.transaction() as session:
        done = [number for number in messages if _again(session, [number], now=now)]
        if done:
            data = {**about, "count": len(done), "messages": done}
            session.add(AuditEntry(at=now, subject=by, tag="message:retry_all", result="done", data=data))
        return len(done)


def _again(session: Session, messages: Sequence[int], *, now: datetime) -> int:
    values = {"parked_at": None, "attempts": 0, "due_at": now, "working_until": None, "owner": None}
    wanted = and_(_table.c.id.in_(messages), _table.c.parked_at.is_not(None))
    return session.exec(update(_table).where(wanted).values(**values)).rowcount


def longest_wait() -> timedelta:
    """No message waits longer than this for its next attempt; see `_is_due`."""
    return timedelta(seconds=max(*settings().retry_seconds, settings().undo_seconds)) + leases.SKEW


def wait_after(attempts: int) -> timedelta:
    """How long the next attempt waits after this many."""
    waits = settings().retry_seconds
    return timedelta(seconds=waits[min(attempts, len(waits)) - 1])


def _lease() -> timedelta:
    return timedelta(seconds=settings().lease_seconds)


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Whether an attempt may be made now: when it is due after a failure or was written for later, else at once.

    A time further ahead than the longest back-off was written by a clock that has been set back since.
    """
    due_at, until = _table.c.due_at, _table.c.working_until
    at_once = and_(_table.c.attempts == 0, due_at <= _table.c.created_at)
    due = or_(at_once, until.is_not(None), due_at <= now, due_at > now + longest_wait())
    free = or_(until.is_(None), not_(leases.is_held(until, now=now, length=_lease())))
    return and_(_table.c.parked_at.is_(None), due, free)


def _is_in(queue: str) -> ColumnElement[bool]:
    return PRINTED if queue == ISSUE else not_(PRINTED)


def _is_own(work: Work) -> ColumnElement[bool]:
    return and_(_table.c.id == work.id, _table.c.owner == work.owner)


def _next(session: Session, chosen: ColumnElement[bool], *, now: datetime) -> Any:
    query = select(_table).where(_is_due(now), chosen).order_by(_table.c.due_at, _table.c.id).limit(1)
    return session.execute(query.with_for_update(skip_locked=True)).one_or_none()


def _begun(session: Session, row: Any, *, now: datetime) -> Work | None:
    """Counts an attempt before it is made, so that a message which kills its worker is parked, not tried for ever."""
    mine = update(_table).where(_table.c.id == row.id)
    if row.attempts >= settings().attempts_before_parking:
        values = {"parked_at": now, "last_error": row.last_error or DIED, "owner": None}
        session.execute(mine.values(**values))
        return None
    owner, until = leases.new_owner(), now + _lease()
    session.execute(mine.values(attempts=row.attempts + 1, working_until=until, owner=owner))
    return Work(row.id, row.effect, row.application_id, row.payload, row.attempts + 1, row.created_at, owner, until)
