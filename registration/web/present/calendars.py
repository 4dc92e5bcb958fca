"""A year of working days as twelve small months."""

from dataclasses import dataclass
from datetime import date

from registration.http.context import lang_here
from registration.queries.calendars import YearShown
from registration.rules.languages import dated
from workflows.clock import Calendar

_SATURDAY = 5
DAYS_A_WEEK = 7


@dataclass(frozen=True)
class DayShown:
    """`kind` is `off` for a day off, `holiday` for one that would be worked, `make-up` for a weekend that is worked."""

    number: int
    kind: str
    note: str


@dataclass(frozen=True)
class MonthShown:
    """Weeks from Monday to Sunday, with None before the first and after the last day."""

    name: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[DayShown | None, ...], ...]
    working_days: int


def months_of(found: YearShown, calendar: Calendar) -> list[MonthShown]:
    notes = {one.day: one.note for one in found.odd}
    return [_month(found.year, month, calendar, notes) for month in range(1, 13)]


def _month(year: int, month: int, calendar: Calendar, notes: dict[date, str]) -> MonthShown:
    first = date(year, month, 1)
    last = date(year + month // 12, month % 12 + 1, 1).toordinal()
    days = [date.fromordinal(one) for one in range(first.toordinal(), last)]
    shown = [DayShown(day.day, _kind(day, calendar), notes.get(day, "")) for day in days]
    cells: list[DayShown | None] = [*[None] * first.weekday(), *shown]
    cells += [None] * (-len(cells) % DAYS_A_WEEK)
    weeks = tuple(tuple(cells[at : at + DAYS_A_WEEK]) for at in range(0, len(cells), DAYS_A_WEEK))
    works = sum(calendar.is_working(day) for day in days)
    return MonthShown(dated("month", lang_here(), first), _weekdays(), weeks, works)


def _weekdays() -> tuple[str, ...]:
    """From Monday to Sunday, as short as the language has them."""
    return tuple(dated("weekday_short", lang_here(), date(2024, 1, 1 + n)) for n in range(DAYS_A_WEEK))


def _kind(day: date, calendar: Calendar) -> str:
    works, weekend = calendar.is_working(day), day.weekday() >= _SATURDAY
    if works:
        return "make-up" if weekend else ""
    return "off" if weekend else "holiday"
