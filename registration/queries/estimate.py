"""Estimates when cases will be decided, from the recent history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, func, select
from sqlmodel import Session

from registration import database
from registration.clock import local_date
from registration.database.statements import Query
from registration.matters import calendar, definition_of, office_hours
from registration.models import Application, HistoryEntry
from registration.models.columns import table_of
from registration.queries.case_rows import HISTORY
from workflows.analytics.calibrate import Calibration, calibrate
from workflows.analytics.estimate import FEWEST, Outlook
from workflows.analytics.office_time import HOURS, Shifts, Span
from workflows.analytics.timeline import TimelineEntry
from workflows.clock import Calendar
from workflows.definition import Definition
from workflows.errors import UnknownYear

# An estimate uses the office's latest entries and is cached: a page only reads it. The entries are searched
# among the latest of all offices, so that for a small office the whole history is not read.
LATEST, LATEST_TO_LEARN, LATEST_OF_ALL = 8_000, 40_000, 100_000
KEPT = timedelta(minutes=10)
FEW, NO_CALENDAR, UNUSUAL = "too_few_cases", "unknown_year", "longer_than_usual"

_history = table_of(HistoryEntry)
_case = table_of(Application)
_outlooks: "WeakKeyDictionary[Engine, dict[tuple[str, str, str], tuple[datetime, Outlook]]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Estimate:
    """An estimate, no promise: half of the cases like this one are decided by `median_on`, nine of ten by `likely_on`.

    The days are working days from today. Without an estimate `reason` is its code, and the days are None.
    """

    reason: str = ""
    median_on: date | None = None
    likely_on: date | None = None
    median_days: int | None = None
    likely_days: int | None = None
    cases: int = 0
    front: int | None = None
    after_promise: bool = False


def estimate_for(session: Session, case: Application, *, now: datetime) -> Estimate | None:
    """The estimate for a case; None if it does not wait for the office."""
    definition = definition_of(case.definition)
    state = definition.states.get(case.state)
    if state is None or state.kind != "office" or case.paused_at is not None:
        return None
    try:
        return _estimate(session, case, definition, now=now)
    except UnknownYear:
        return Estimate(NO_CALENDAR)


def _estimate(session: Session, case: Application, definition: Definition, *, now: datetime) -> Estimate:
    outlook = _outlook(session, case, definition, now=now)
    entered = _entered(session, case)
    found = outlook.expected(case.state, entered=entered.timestamp(), now=now.timestamp(), front=_front(session, case))
    if found is None:
        return Estimate(FEW if outlook.decided(case.state) < FEWEST else UNUSUAL)
    median, likely = (local_date(datetime.fromtimestamp(at, UTC)) for at in (found.median, found.likely))
    today = local_date(now)
    return Estimate(
        median_on=median,
        likely_on=likely,
        median_days=calendar().between(today, median),
        likely_days=calendar().between(today, likely),
        cases=found.cases,
        front=found.front,
        after_promise=case.due_at is not None and likely > local_date(case.due_at),
    )


def _outlook(session: Session, case: Application, definition: Definition, *, now: datetime) -> Outlook:
    kept = _outlooks.setdefault(database.current_engine(), {})
    key = (case.registrar_code, case.definition, case.regime)
    made_at, outlook = kept.get(key, (None, None))
    if outlook is None or made_at is None or abs(now - made_at) > KEPT:
        of_office = (_case.c.registrar_code == key[0], _case.c.definition == key[1], _case.c.regime == key[2])
        rows = _recent(session, *of_office, most=LATEST)
        histories = list(_histories(rows, now=now))
        office = _office(histories, now=now, calendar=calendar(), shifts=HOURS)
        policy = definition.clock.get(case.regime)
        outlook = Outlook(histories, definition=definition, policy=policy, office=office, now=now.timestamp())
        kept[key] = (now, outlook)
    return outlook


def learned(
    session: Session,
    *,
    definition: Definition,
    registrar: str | None,
    now: datetime,
    calendar: Calendar,
    shifts: Sequence[Span],
) -> Calibration:
    """Durations, paths and arrivals of the cases of this table, of one registrar or of all."""
    of_office = [_case.c.registrar_code == registrar] if registrar else []
    rows = _recent(
        session, _case.c.definition == f"{definition.matter}@{definition.version}", *of_office, most=LATEST_TO_LEARN
    )
    histories = list(_histories(rows, now=now))
    office = _office(histories, now=now, calendar=calendar, shifts=shifts)
    return calibrate(histories, table=definition, office=office)


def _recent(session: Session, *which: Any, most: int) -> Sequence[Any]:
    """The latest entries by id, so that no index on time is needed."""
    last = session.scalars(select(func.max(_history.c.id))).one() or 0
    columns = ("application_id", "seq", "at", "tag", "source", "target", "role", "actor")
    query = (
        select(*(_history.c[name] for name in columns))
        .join(_case, _case.c.id == _history.c.application_id)
        .where(_history.c.id > last - LATEST_OF_ALL, _history.c.tag.like("application:%"), *which)
        .order_by(_history.c.id.desc())
        .limit(most)
    )
    return sorted(session.execute(query).all(), key=lambda row: (row.application_id, row.seq))


def _histories(rows: Sequence[Any], *, now: datetime) -> Iterator[list[TimelineEntry]]:
    for _application, group in groupby(rows, key=lambda row: row.application_id):
        yield [
            TimelineEntry(row.at.timestamp(), row.tag.partition(":")[2], row.source, row.target, row.role, row.actor)
            for row in group
            if row.at <= now
        ]


def _office(
    histories: Sequence[Sequence[TimelineEntry]], *, now: datetime, calendar: Calendar, shifts: Sequence[Span]
) -> Shifts:
    first = min((steps[0].at for steps in histories if steps), default=now.timestamp())
    day = local_date(datetime.fromtimestamp(min(first, now.timestamp()), UTC))
    return Shifts(first=day, calendar=calendar, hours=shifts, zone=office_hours().zone)


def _entered(session: Session, case: Application) -> datetime:
    """Since when the case has been in its state."""
    entries = HISTORY.all(session, case_id=case.id)
    return max((one.at for one in entries if one.target == case.state != one.source), default=case.updated_at)


def _front(session: Session, case: Application) -> int:
    """The number of cases that have waited longer in the same state of the same office."""
    ((count,),) = _IN_FRONT.rows(session, **{name: getattr(case, name) for name in _PLACE})
    return int(count)


_PLACE = ("registrar_code", "state", "definition", "updated_at")
_IN_FRONT = Query(
    select(func.count()).where(
        *(_case.c[name] == bindparam(name) for name in _PLACE if name != "updated_at"),
        _case.c.updated_at < bindparam("updated_at"),
    )
)
