"""Fills the example office: takes every step of the plan in its order, and does at each moment what follows from it.

The steps lie in the past, so nothing else may work meanwhile on what they cause: while the office is filled no relay
rings and no sweep runs (`heyi relay --example-office`). What visitors cause in the meantime is done here, between two
steps and at the present moment.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select

from registration import clock, database, tasks
from registration.demo.office import plan
from registration.demo.office.actions import take
from registration.demo.office.plan import Case
from registration.errors import Forbidden
from registration.models import HistoryEntry, Message
from registration.operations import exchange, webhook_deliveries
from registration.operations.audit import note
from registration.operations.sweeps import SWEEPS
from registration.queries.example_office import BEGUN, ENDED, Filling, filling, has_cases, has_gone_on
from registration.runtime.stop_flag import StopFlag
from registration.settings import settings

TRIES = 3
# How long after a message its work is done: before the next step of any case (plan.APART).
SOON, AGAIN = timedelta(seconds=20), timedelta(seconds=60)
# An odd time, so that no sweep falls together with a step.
SWEPT_EVERY = timedelta(hours=6, seconds=-31)


def fill(stop: StopFlag, *, cases: Sequence[Case] | None = None) -> bool:
    """Fills an office that has no case yet, or goes on where an earlier filling ended; whether it is filled now.

    An office with cases of its own is left as it is. Forbidden outside a demonstration.
    """
    if not settings().demo:
        raise Forbidden("not_a_demonstration")
    chosen = plan.cases() if cases is None else cases
    office = _begin(chosen, now=clock.now())
    if office is None or office.ended:
        return office is not None
    done = _last_moment(office)
    _settle(office, wait=AGAIN)
    swept = done
    for event in plan.events(chosen, filled_at=office.begun_at):
        # The last step that left a trace may have been cut short; it can be taken again.
        if done is not None and event.at < done - plan.APART:
            continue
        if stop.is_set():
            return False
        swept = _sweep(office, since=swept or event.at, until=event.at)
        take(event)
        _settle(office)
        _serve_visitors(office)
    _sweep(office, since=swept or office.begun_at, until=office.begun_at)
    _end()
    return True


def _begin(chosen: Sequence[Case], *, now: datetime) -> Filling | None:
    """The filling that is to go on, or that has ended, or a new one; None where the office is left as it is."""
    with database.reading() as session:
        known, in_use = filling(session), has_cases(session)
        lost = known is not None and not known.ended and has_gone_on(session, since=known.begun_at)
    if lost:
        _end()
        return None
    if known is not None or in_use or not chosen:
        return known
    moment = now.replace(microsecond=0)
    with database.transaction() as session:
        note(session, BEGUN, subject="system", now=moment, planned=len(chosen))
    return Filling(moment, len(chosen), 0, ended=False)


def _end() -> None:
    with database.transaction() as session:
        note(session, ENDED, subject="system", now=clock.now())


def _last_moment(office: Filling) -> datetime | None:
    """The last moment before the filling began at which something happened to a case."""
    with database.reading() as session:
        query = select(HistoryEntry.at).where(HistoryEntry.at < office.begun_at).order_by(col(HistoryEntry.at).desc())
        return session.exec(query.limit(1)).first()


def _settle(office: Filling, *, wait: timedelta = SOON) -> None:
    """Makes the papers and licences and sends the mails that the office's messages ask for, in a few tries."""
    tried: Counter[int] = Counter()
    while waiting := [(message, at) for message, at in _messages(office) if tried[message] < TRIES]:
        for message, created_at in waiting:
            tried[message] += 1
            with clock.moved_to(created_at + wait):
                tasks.work_on(message)
        _write_log(waiting[-1][1] + wait)


def _messages(office: Filling) -> list[tuple[int, datetime]]:
    """What the past of the office still has to do, and since when."""
    with database.reading() as session:
        waiting = select(Message.id, Message.created_at).where(col(Message.parked_at).is_(None))
        # Who is outside is reached by the workers of the present, and tried again until then.
        inside = col(Message.effect).not_in((webhook_deliveries.EFFECT, exchange.EFFECT))
        query = waiting.where(Message.created_at < office.begun_at, inside).order_by(col(Message.id))
        return list(session.exec(query).all())


def _write_log(moment: datetime) -> None:
    """What happened to licences is in the public log within minutes, as the relay's sweep does it."""
    with clock.moved_to(moment):
        SWEEPS["write_log"](now=moment)


def _sweep(office: Filling, *, since: datetime, until: datetime) -> datetime:
    """Runs the sweeps that were due between the two moments; returns when they last ran."""
    while since + SWEPT_EVERY < until:
        since += SWEPT_EVERY
        with clock.moved_to(since):
            for sweep in SWEEPS.values():
                sweep(now=since)
        _settle(office)
    return since


def _serve_visitors(office: Filling) -> None:
    """What the present has to do, as a worker would do it."""
    now = clock.now()
    with database.reading() as session:
        due = (Message.created_at >= office.begun_at, Message.due_at <= now)
        waiting = select(Message.id).where(*due, col(Message.parked_at).is_(None))
        messages = session.exec(waiting.order_by(col(Message.id))).all()
    for message in messages:
        tasks.work_on(message)
