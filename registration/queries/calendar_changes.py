"""What loading a table of days would change: the days that differ, and what running promises have to do with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration.clock import begins
from registration.models import Application, CalendarDay, CalendarYear
from registration.queries.promises import lacking_years
from registration.rules.working_days import DayRow
from workflows.clock import Calendar

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DayDifference:
    """A day that would change; `before` is None where the year is not known yet."""

    day: date
    before: bool | None
    after: bool
    note: str


@dataclass(frozen=True)
class CalendarChange:
    """`in_force` are the years that were known before.

    `waiting` cases have no promise because a year is unknown, and get one in the next sweep. `running` promises end on
    or after the first day that changes, and stay as they were given.
    """

    year: int | None
    rows: tuple[DayRow, ...]
    differences: tuple[DayDifference, ...]
    in_force: tuple[int, ...]
    waiting: int
    running: int
    working_days: int | None

    @property
    def needs_second(self) -> bool:
        return bool(self.in_force)


def calendar_change(
    session: Session, rows: Sequence[DayRow], *, year: int | None, calendar: Calendar
) -> CalendarChange:
    """With `year` the rows are the whole arrangement of that year."""
    differences = tuple(_differences(rows, year=year, calendar=calendar))
    touched = sorted({row.day.year for row in rows} | ({year} if year is not None else set()))
    by_day = {row.day: row.works for row in rows}
    whole = [by_day.get(day, day.weekday() < _SATURDAY) for day in days_of(year)] if year is not None else None
    waiting = lacking_years(session)
    return CalendarChange(
        year=year,
        rows=tuple(rows),
        differences=differences,
        in_force=tuple(one for one in touched if calendar.knows(one)),
        waiting=sum(waiting.get(one, 0) for one in touched),
        running=_running(session, min((one.day for one in differences), default=None)),
        working_days=sum(whole) if whole is not None else None,
    )


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def stored_days(session: Session, rows: Sequence[DayRow], *, year: int | None) -> dict[str, Any]:
    """What administrators have loaded so far of the days that would change: `loaded` says whether of the whole year."""
    wanted = {row.day for row in rows} | ({*days_of(year)} if year is not None else set())
    within = col(CalendarDay.day).between(min(wanted), max(wanted))
    found = session.scalars(select(CalendarDay).where(within).order_by(col(CalendarDay.day)))
    days = [[row.day.isoformat(), row.works, row.note] for row in found if row.day in wanted]
    is_loaded = year is not None and session.get(CalendarYear, year) is not None
    return {"year": year, "loaded": is_loaded, "days": days}


def _differences(rows: Sequence[DayRow], *, year: int | None, calendar: Calendar) -> Iterator[DayDifference]:
    """Of a year that is not known each day that differs from its weekday."""
    given = {row.day: row for row in rows}
    for day in sorted({*given, *(days_of(year) if year is not None else ())}):
        usual = day.weekday() < _SATURDAY
        before = calendar.is_working(day) if calendar.knows(day.year) else None
        after = given[day].works if day in given else usual
        if after != (usual if before is None else before):
            yield DayDifference(day, before, after, given[day].note if day in given else "")


def _running(session: Session, first: date | None) -> int:
    if first is None:
        return 0
    ends = col(Application.due_at) >= begins(first)
    return session.scalars(select(func.count(col(Application.id))).where(ends)).one()
