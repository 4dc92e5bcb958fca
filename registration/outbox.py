"""The outbox: effects outside the database, as rows that do not depend on a broker or worker.

A message is written in the transaction that decided it and deleted in the one that records its result. Between the two
a worker claims it from the table and renews its lease while it works: a worker that dies lets the lease run out within
seconds. A ring of the broker only says that there is work; it names no message, so that no ring can be too old.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, bindparam, delete, exists, func, not_, or_, select, union_all, update
from sqlmodel import Session

from registration import database
from registration.database.statements import Query, Write, execute, prepare_insert
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

# Messages that a worker takes at a time: of one application, or of any to be printed.
MOST_AT_ONCE = 8
MOST_PRINTED_AT_ONCE = 16

_table = table_of(Message)
_PUT = prepare_insert(_table, "id", "parked_at", "last_error", "working_until", "owner")
# What comes first in each queue: a licence before other papers, a decision of the office before mail.
_FIRST = {
    ISSUE: and_(PRINTED, _table.c.effect.like("issue.%")),
    NOTIFY: and_(not_(PRINTED), _table.c.effect.like("decision.%")),
}
# The columns of a message that `Work` has, in its order.
_OF_WORK = ("id", "effect", "application_id", "payload", "attempts", "created_at")
_IN = {ISSUE: PRINTED, NOTIFY: not_(PRINTED)}
_FREE = or_(
    _table.c.working_until.is_(None),
    not_(leases.is_held(_table.c.working_until, now=bindparam("now"), latest=bindparam("latest_lease"))),
)
# Whether an attempt may be made now: when it is due after a failure or was written for later, else at once. A time
# further ahead than the longest back-off was written by a clock that has been set back since.
_DUE = and_(
    _table.c.parked_at.is_(None),
    or_(
        and_(_table.c.attempts == 0, _table.c.due_at <= _table.c.created_at),
        _table.c.working_until.is_not(None),
        _table.c.due_at <= bindparam("now"),
        _table.c.due_at > bindparam("latest_wait"),
    ),
    _FREE,
)
_FINISH = Query(delete(_table).where(_table.c.id.in_(bindparam("messages", expanding=True))).returning(_table.c.id))


def _waiting(queue: str) -> Query:
    """Counts what could be taken at a time."""
    one = func.coalesce(_table.c.application_id, -_table.c.id)
    most: ColumnElement[int] = bindparam("most") * (MOST_PRINTED_AT_ONCE if queue == ISSUE else 1)
    some = select(one.label("one"), _table.c.attempts).where(_DUE, _IN[queue]).limit(most).subquery()
    if queue == NOTIFY:
        return Query(select(func.count(some.c.one.distinct())))
    fresh = func.count().filter(some.c.attempts == 0)
    return Query(select(func.count() - fresh + (fresh + MOST_PRINTED_AT_ONCE - 1) // MOST_PRINTED_AT_ONCE))


def _claiming(*chosen: CTE) -> Query:
    """Counts an attempt on the chosen messages before it is made, so that one which kills its worker is parked, not
    tried for ever."""
    ids = union_all(*(select(one.c.id) for one in chosen))
    begun = update(_table).where(_table.c.id.in_(ids))
    values = {"working_until": bindparam("until"), "owner": bindparam("new_owner"), "attempts": _table.c.attempts + 1}
    return Query(begun.values(values).returning(*(_table.c[name] for name in _OF_WORK)))


def _next(queue: str) -> Query:
    """The next message of a queue, and what is taken with it unless it has failed before."""
    urgent = _first_of(_FIRST[queue]).cte("urgent")
    usual = _first_of(_IN[queue], not_(exists(select(urgent.c.id)))).cte("usual")
    head = union_all(select(urgent), select(usual)).cte("head")
    return _claiming(head, *(_of_its_case(head) if queue == NOTIFY else _printed_next(head)))


def _first_of(*chosen: ColumnElement[bool], most: ColumnElement[int] | int = 1) -> Any:
    query = select(_table.c.id, _table.c.application_id, _table.c.attempts).where(_DUE, *chosen)
    return query.order_by(_table.c.due_at, _table.c.id).limit(most).with_for_update(skip_locked=True)


def _of_its_case(head: CTE) -> list[CTE]:
    """What else waits for the same application."""
    case = select(head.c.application_id).where(head.c.attempts == 0).scalar_subquery()
    chosen = (_IN[NOTIFY], _table.c.application_id == case, *_never_tried_but(head))
    return [_first_of(*chosen, most=MOST_AT_ONCE - 1).cte("others")]


def _printed_next(head: CTE) -> list[CTE]:
    """What comes next on the printer's queue, of whatever application."""
    is_fresh, most = exists(select(head.c.id).where(head.c.attempts == 0)), MOST_PRINTED_AT_ONCE - 1
    first, others = _FIRST[ISSUE], (is_fresh, *_never_tried_but(head))
    urgent = _first_of(first, *others, most=most).cte("urgent_others")
    left = most - select(func.count()).select_from(urgent).scalar_subquery()
    return [urgent, _first_of(_IN[ISSUE], not_(first), *others, most=left).cte("usual_others")]


def _never_tried_but(head: CTE) -> tuple[ColumnElement[bool], ...]:
    return _table.c.attempts == 0, _table.c.id.not_in(select(head.c.id))


_WAITING = {queue: _waiting(queue) for queue in QUEUES}
_NEXT = {queue: _next(queue) for queue in QUEUES}
_THIS = _claiming(
    select(_table.c.id)
    .where(_table.c.id == bindparam("message_id"), _table.c.parked_at.is_(None), _FREE)
    .with_for_update()
    .cte("this")
)


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
    """How often a worker could take work from a queue now, about as far as `most`. A look without a lock."""
    with database.reading_once() as session:
        ((count,),) = _WAITING[queue].rows(session, most=most, **_times(now))
    return int(count)


def claim(queue: str, *, now: datetime) -> list[Work]:
    """Takes the next message of a queue for a worker that was rung on it, what comes first there before the rest.

    With it comes what else waits for the same application, or what comes next on the printer's queue, for whichever
    application: several are made at once. What has failed before is worked on alone, so that a message which kills its
    worker takes no second attempt of another. No two workers take the same one. Nothing where nothing waits, or where
    what came next has used up its attempts and is parked now.
    """
    # On SQLite a look saves the turn in the writers' queue.
    if not database.supports_autocommit() and not waiting(queue, now=now, most=1):
        return []
    works = _begun(_NEXT[queue], now=now)
    return sorted(works, key=lambda work: (not work.effect.startswith(("issue.", "decision.")), work.id))


def begin(message_id: int, *, now: datetime) -> Work | None:
    """Claims this one message, due or not. None if it is done, parked, or in progress elsewhere."""
    return next(iter(_begun(_THIS, now=now, message_id=message_id)), None)


def renew(works: Sequence[Work], *, now: datetime) -> None:
    """Says that this attempt is still being made."""
    with database.transaction() as session:
        session.execute(update(_table).where(_are_own(works)).values(working_until=now + _lease()))


def give_back(works: Sequence[Work]) -> None:
    """Leaves to another worker what was claimed and not begun."""
    values = {"attempts": _table.c.attempts - 1, "working_until": None, "owner": None}
    with database.transaction() as session:
        session.execute(update(_table).where(_are_own(works)).values(values))


def finish(session: Session, message_id: int) -> bool:
    """Deletes the message with the result it led to. False: another delivery was first, so write nothing."""
    return bool(finish_all(session, [message_id]))


def finish_all(session: Session, messages: Sequence[int]) -> set[int]:
    """The same for several: those that this delivery ended."""
    return {number for (number,) in _FINISH.rows(session, messages=messages)}


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
        session.execute(update(_table).where(_are_own([work])).values(**values, working_until=None, owner=None))


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


def _times(now: datetime) -> dict[str, datetime]:
    """The values of `_DUE`."""
    latest_lease = leases.latest(now=now, length=_lease())
    return {"now": now, "latest_lease": latest_lease, "latest_wait": now + longest_wait()}


def _are_own(works: Sequence[Work]) -> ColumnElement[bool]:
    """Still these attempts. All have one owner, who claimed them together."""
    return and_(_table.c.id.in_([work.id for work in works]), _table.c.owner == works[0].owner)


def _begun(claiming: Query, *, now: datetime, **given: Any) -> list[Work]:
    """The attempts that begin now. A message that has used up its own is parked."""
    owner, until = leases.new_owner(), now + _lease()
    with database.writing_once() as session:
        rows = claiming.rows(session, **_times(now), until=until, new_owner=owner, **given)
    most = settings().attempts_before_parking
    works = [
        Work(number, effect, case_id, payload, attempts, at, owner, until)
        for number, effect, case_id, payload, attempts, at in rows
    ]
    spent = [work for work in works if work.attempts > most]
    if spent:
        error = func.coalesce(_table.c.last_error, DIED)
        values = {"parked_at": now, "last_error": error, "attempts": most, "owner": None}
        with database.transaction() as session:
            session.execute(update(_table).where(_are_own(spent)).values(values))
    return [work for work in works if work.attempts <= most]
