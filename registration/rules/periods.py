"""The period of a report: a whole calendar month, quarter or year, or days of the reader's choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registration.rules.problems import Problem

KINDS = ("month", "last_month", "quarter", "year", "own")
MOST_DAYS = 3 * 366
# Up to so many days a chart has a column for each day, then for each week, then for each month.
MOST_DAILY, MOST_WEEKLY = 31, 100
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """`first` and `last` belong to it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def period_of(kind: str, *, today: date) -> Period:
    """The period up to today; `last_month` is the whole one. Any other kind counts as this month."""
    first = today.replace(day=1)
    if kind == "last_month":
        last = first - _A_DAY
        return Period(last.replace(day=1), last)
    if kind == "quarter":
        first = first.replace(month=(today.month - 1) // 3 * 3 + 1)
    if kind == "year":
        first = first.replace(month=1)
    return Period(first, today)


def own_period(first: str, last: str) -> tuple[Period | None, list[Problem]]:
    """The period between two days as typed (2026-10-01), or the problems at `from` and `to`."""
    days = {path: _day(text) for path, text in (("from", first), ("to", last))}
    problems = [Problem(path, "period.day") for path, day in days.items() if day is None]
    begin, end = days["from"], days["to"]
    if begin is None or end is None:
        return None, problems
    if begin > end:
        return None, [Problem("to", "period.order")]
    found = Period(begin, end)
    return (found, []) if found.days <= MOST_DAYS else (None, [Problem("to", "period.too_long", {"most": 3})])


def slices(period: Period) -> Sequence[Period]:
    """The period in its days, weeks from Monday or months, so that a chart has few columns."""
    found, first = [], period.first
    while first <= period.last:
        last = min(_end_of_slice(first, period.days), period.last)
        found.append(Period(first, last))
        first = last + _A_DAY
    return found


def _end_of_slice(first: date, days: int) -> date:
    if days <= MOST_DAILY:
        return first
    if days <= MOST_WEEKLY:
        return first + timedelta(days=6 - first.weekday())
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - _A_DAY


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None
