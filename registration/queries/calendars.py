"""The known working days of a year, and the year whose calendar must be loaded next."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from registration.models import CalendarDay, CalendarYear
from workflows.clock import Calendar

_FIRST = 2004
_PAST = 3
_SATURDAY = 5
# Limits given from here on reach into the next year; the State Council publishes its arrangement in November.
_WARNED_FROM = (12, 1)


@dataclass(frozen=True, slots=True)
class OddDay:
    """A day that differs from its weekday, or that was loaded."""

    day: date
    works: bool
    note: str
    loaded: bool


@dataclass(frozen=True, slots=True)
class YearShown:
    """`loaded` says whether an administrator loaded the whole year; else it comes from the published arrangement."""

    year: int
    loaded: bool
    working_days: int
    odd: tuple[OddDay, ...]


@dataclass(frozen=True, slots=True)
class YearListed:
    """A known year: its working days, how many single days were loaded, and who loaded the whole year, if anybody."""

    year: int
    working_days: int
    single_days: int
    loaded_by: str | None
    loaded_at: datetime | None


def years_listed(session: Session, *, calendar: Calendar, today: date) -> list[YearListed]:
    """The known years from three years ago on, the newest first."""
    whole = {row.year: row for row in session.scalars(select(CalendarYear))}
    single = Counter(day.year for day in session.scalars(select(col(CalendarDay.day))))
    known = known_years(calendar, last=today.year + 3)
    return [
        YearListed(
            year=year,
            working_days=calendar.between(date(year - 1, 12, 31), date(year, 12, 31)),
            single_days=single[year],
            loaded_by=whole[year].loaded_by if year in whole else None,
            loaded_at=whole[year].loaded_at if year in whole else None,
        )
        for year in sorted(known, reverse=True)
        if year >= today.year - _PAST
    ]


def known_years(calendar: Calendar, *, last: int = 2100) -> frozenset[int]:
    return frozenset(year for year in range(_FIRST, last + 1) if calendar.knows(year))


def missing_year(calendar: Calendar, *, today: date) -> int | None:
    """The year whose calendar must be loaded now: this one, or from early December the next one."""
    if not calendar.knows(today.year):
        return today.year
    soon = (today.month, today.day) >= _WARNED_FROM
    return today.year + 1 if soon and not calendar.knows(today.year + 1) else None


def year_shown(session: Session, year: int, *, calendar: Calendar) -> YearShown:
    """Every exceptional day of a year. Raises UnknownYear if its calendar was neither published nor loaded."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    within = col(CalendarDay.day).between(first, last)
    rows = {row.day: row for row in session.scalars(select(CalendarDay).where(within))}
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    works = {day: calendar.is_working(day) for day in days}
    odd = [day for day in days if day in rows or works[day] != (day.weekday() < _SATURDAY)]
    return YearShown(
        year,
        loaded=session.get(CalendarYear, year) is not None,
        working_days=sum(works.values()),
        odd=tuple(OddDay(day, works[day], rows[day].note if day in rows else "", day in rows) for day in odd),
    )
