"""How long cases take, in hours of work, and how many are decided in time: read from the histories of decided cases."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration.clock import local_date
from registration.matters import calendar, definition_of, office_hours
from registration.models import Application
from registration.queries.dashboard.selection import HISTORY, Selection, decided
from workflows.analytics.milestones import hand_overs
from workflows.analytics.office_time import HOURS, Shifts
from workflows.analytics.timeline import TimelineEntry, stays_of
from workflows.errors import UnknownYear
from workflows.promise import StepTaken, promised

# The histories of so many cases are read, the latest decisions first: half a second of work.
MOST = 3000


@dataclass(frozen=True)
class Stays:
    """Hours of work in one state, over every stay of so many cases."""

    definition: str
    state: str
    cases: int
    median: float
    likely: float


@dataclass(frozen=True)
class Times:
    """Numbers of the cases that were decided in time and late; the hours by state, in the order of the table.

    `days` is the median in working days from the receipt to the decision, `hours` and `likely_hours` the median and
    what nine of ten do not exceed, in hours of work. `left_out` counts cases beyond the limit of
    what is read, `unknown` those without a promise or with a year whose calendar is missing.
    """

    in_time: Sequence[int] = ()
    late: Sequence[int] = ()
    unknown: int = 0
    left_out: int = 0
    days: float | None = None
    states: Sequence[Stays] = ()
    hours: float | None = None
    likely_hours: float | None = None

    @property
    def share(self) -> float | None:
        """The share in time, None without a decided case that had a promise."""
        judged = len(self.in_time) + len(self.late)
        return len(self.in_time) / judged if judged else None


@dataclass
class _Read:
    in_time: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    cases: int = 0
    days: list[float] = field(default_factory=list)
    hours: dict[tuple[str, str], list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))


def times(session: Session, selection: Selection, *, most: int = MOST) -> Times:
    last = decided(selection).subquery()
    newest = select(last).order_by(last.c.entry_id.desc()).limit(most + 1).subquery()
    query = (
        select(col(Application.definition), col(Application.regime), *_columns(), newest.c.entry_id)
        .join(newest, newest.c.case_id == HISTORY.application_id)
        .join(Application, col(Application.id) == HISTORY.application_id)
        .where(HISTORY.tag.like("application:%"), HISTORY.id <= newest.c.entry_id)
        .order_by(newest.c.entry_id.desc(), HISTORY.seq)
    )
    found, office = _Read(), None
    for number, rows in _by_case(session.execute(query)):
        if found.cases == most:
            break
        office = office or _office(rows[0].at, selection)
        found.cases += 1
        _judge(found, number, rows)
        _measure(found, number, rows, office)
    return Times(
        in_time=found.in_time,
        late=found.late,
        unknown=found.cases - len(found.in_time) - len(found.late),
        left_out=_left_out(session, last, found.cases, most),
        days=quantile(sorted(found.days), 0.5) if found.days else None,
        states=_states(found.hours),
        hours=_hours(found, office, 0.5),
        likely_hours=_hours(found, office, 0.9),
    )


def _hours(found: _Read, office: Shifts | None, share: float) -> float | None:
    if office is None or not found.days:
        return None
    return quantile(sorted(found.days), share) * office.per_day / 3600


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that this share does not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _columns() -> Iterator[Any]:
    return (HISTORY[name] for name in ("application_id", "at", "tag", "source", "target", "role", "actor"))


def _by_case(rows: Any) -> Iterator[tuple[int, list[Any]]]:
    for number, group in groupby(rows, key=lambda row: row.application_id):
        yield number, list(group)


def _left_out(session: Session, last: Any, cases: int, most: int) -> int:
    if cases < most:
        return 0
    return session.scalars(select(func.count()).select_from(last)).one() - cases


def _office(first_at: datetime, selection: Selection) -> Shifts:
    """Office hours from a year before the period on, so that cases that took long are measured too."""
    first = min(local_date(first_at), selection.period.first)
    day = first.replace(year=first.year - 1, day=1)
    return Shifts(first=day, calendar=calendar(), hours=HOURS, zone=office_hours().zone)


def _judge(found: _Read, number: int, rows: Sequence[Any]) -> None:
    """Compares the decision with the promise that ran until then."""
    case, decision = rows[0], rows[-1]
    table = definition_of(case.definition)
    taken = [StepTaken(row.tag.partition(":")[2], row.source, row.target, row.role, row.at) for row in rows[:-1]]
    try:
        due_at = promised(
            table, taken, policy=table.clock[case.regime], calendar=calendar(), hours=office_hours()
        ).clock.due_at
    except UnknownYear:
        return
    if due_at is not None:
        (found.in_time if decision.at <= due_at else found.late).append(number)


def _measure(found: _Read, number: int, rows: Sequence[Any], office: Shifts) -> None:
    """The stays from the receipt on: what comes before it is not the office's time."""
    steps = [
        TimelineEntry(row.at.timestamp(), row.tag.partition(":")[2], row.source, row.target, row.role, row.actor)
        for row in rows
    ]
    table = definition_of(rows[0].definition)
    received = hand_overs(table)
    came = next((at for at, one in enumerate(steps) if (one.action, one.source, one.target) in received), None)
    if came is None:
        return
    try:
        for stay in stays_of(steps[came:], claiming=()):
            if stay.entered is not None and stay.left is not None:
                worked = office.worked(stay.left.at) - office.worked(stay.entered)
                found.hours[rows[0].definition, stay.state].append((number, worked / 3600))
        found.days.append((office.worked(steps[-1].at) - office.worked(steps[came].at)) / office.per_day)
    except UnknownYear:
        return


def _states(hours: Mapping[tuple[str, str], list[tuple[int, float]]]) -> list[Stays]:
    """By state, in the order of the newest table that has it; stays under several versions count together."""
    merged: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    newest: dict[tuple[str, str], str] = {}
    for (key, state), found in sorted(hours.items()):
        matter = key.partition("@")[0]
        merged[matter, state] += found
        newest[matter, state] = key
    rows = [_stays(newest[place], place[1], found) for place, found in merged.items()]
    return sorted(rows, key=lambda row: (row.definition.partition("@")[0], _rank(row)))


def _stays(definition: str, state: str, found: Sequence[tuple[int, float]]) -> Stays:
    ordered = sorted(hours for _number, hours in found)
    cases = len({number for number, _hours in found})
    return Stays(definition, state, cases, quantile(ordered, 0.5), quantile(ordered, 0.9))


def _rank(row: Stays) -> int:
    states = list(definition_of(row.definition).states)
    return states.index(row.state) if row.state in states else len(states)
