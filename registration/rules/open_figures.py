"""The record of the live figures for everybody: today and this month, for the city, its districts and the matters."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from pydantic import Field

from registration.rules.power_items import Record
from registration.rules.small_numbers import Sum, withheld
from workflows.definition.values import Text

PERIODS = ("today", "month")
COUNTS = ("received", "decided", "kept", "broken")
# (group, key of the row in it, period or `now`, what is counted); the city is the group `whole`.
Place = tuple[str, str, str, str]
WHOLE = ("whole", "")


class PeriodFigures(Record):
    """Cases of a period; `kept` and `broken`: decided by the promised day, or after it. None: withheld."""

    received: int | None
    decided: int | None
    kept: int | None
    broken: int | None


class FigureRow(Record):
    """The city, a district or a matter; `waiting` cases are with the office now."""

    key: str
    name: Text
    today: PeriodFigures
    month: PeriodFigures
    waiting: int | None


class OpenFigures(Record):
    """Counted at `made_at`; the month is up to today. Promises are judged for the latest `judged` decisions at most."""

    made_at: datetime
    today: date
    since: date = Field(alias="from")
    judged: int
    city: FigureRow
    districts: tuple[FigureRow, ...]
    matters: tuple[FigureRow, ...]


def published(counted: Mapping[Place, int], groups: Mapping[str, Iterable[str]]) -> dict[Place, int | None]:
    """The counts with those withheld that are small, or from which a small one follows.

    `groups`: group -> keys of its rows, whose sum is the city.
    """
    rows = [WHOLE, *((group, key) for group, keys in groups.items() for key in keys)]
    numbers = dict(counted)
    for group, key in rows:
        for name in COUNTS:
            before = counted[group, key, "month", name] - counted[group, key, "today", name]
            numbers[group, key, "before", name] = before
    unpublished = {place for place in numbers if place[2] == "before"}
    hidden = withheld(numbers, list(_sums(rows, groups)), unpublished=unpublished)
    return {place: None if place in hidden else number for place, number in counted.items()}


def _sums(rows: list[tuple[str, str]], groups: Mapping[str, Iterable[str]]) -> Iterator[Sum[Place]]:
    """Every way in which published counts add up: over a group, over what became of a promise, over the days."""
    counts = [*((period, name) for period in PERIODS for name in COUNTS), ("now", "waiting")]
    for group, keys in groups.items():
        for period, name in counts:
            yield Sum((*WHOLE, period, name), tuple((group, key, period, name) for key in keys))
    for group, key in rows:
        for period in PERIODS:
            kept, broken = ((group, key, period, name) for name in ("kept", "broken"))
            yield Sum((group, key, period, "decided"), (kept, broken))
        for name in COUNTS:
            today, before = ((group, key, period, name) for period in ("today", "before"))
            yield Sum((group, key, "month", name), (today, before))
