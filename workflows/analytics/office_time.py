"""Office time: hours of work between two moments, and when work that begins now is done."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from workflows.clock import Calendar

_A_DAY = timedelta(days=1)
_SECONDS = 86_400.0
Span = tuple[time, time]
HOURS: tuple[Span, ...] = ((time(9), time(12)), (time(13, 30), time(17, 30)))


class OfficeTime(Protocol):
    """Moments are POSIX seconds; ``per_day`` is how many seconds of work a working day has."""

    per_day: float

    def worked(self, at: float) -> float:
        """Seconds of work from a fixed day in the past up to the moment; only differences of values have a meaning."""

    def after(self, at: float, seconds: float) -> float:
        """When that much work is done if it begins at the moment, or, outside office hours, at the next opening."""


class RoundTheClock:
    """An office that never closes."""

    per_day = _SECONDS

    def worked(self, at: float) -> float:
        return at

    def after(self, at: float, seconds: float) -> float:
        return at + seconds


class Shifts:
    """Working days of a calendar between opening and closing, with the shifts in ``hours``.

    Days are computed when first needed, from ``first`` on; a day in an unpublished year raises UnknownYear.
    """

    def __init__(
        self, *, first: date, calendar: Calendar, hours: Sequence[Span] = HOURS, zone: ZoneInfo | None = None
    ) -> None:
        self._calendar, self._hours, self._zone = calendar, tuple(hours), zone or ZoneInfo("Asia/Shanghai")
        self.per_day = sum(_length(span) for span in self._hours)
        self._next, self._until = first, self._moment(first, time())
        self._opens: list[float] = []
        self._closes: list[float] = []
        self._before: list[float] = []
        self._total: list[float] = []

    def worked(self, at: float) -> float:
        while self._until <= at:
            self._lay_out_a_day()
        place = bisect_right(self._opens, at) - 1
        if place < 0:
            return 0.0
        return self._before[place] + min(at, self._closes[place]) - self._opens[place]

    def after(self, at: float, seconds: float) -> float:
        wanted = self.worked(at) + seconds
        while not self._total or self._total[-1] < wanted or self._closes[-1] <= at:
            self._lay_out_a_day()
        place = max(bisect_left(self._total, wanted), bisect_right(self._closes, at))
        return max(at, self._opens[place] + wanted - self._before[place])

    def _lay_out_a_day(self) -> None:
        day = self._next
        if self._calendar.is_working(day):
            for span in self._hours:
                opens, closes = (self._moment(day, moment) for moment in span)
                before = self._total[-1] if self._total else 0.0
                self._opens.append(opens)
                self._closes.append(closes)
                self._before.append(before)
                self._total.append(before + closes - opens)
        self._next = day + _A_DAY
        self._until = self._moment(self._next, time())

    def _moment(self, day: date, moment: time) -> float:
        return datetime.combine(day, moment, self._zone).timestamp()


@dataclass(frozen=True, slots=True)
class Remembering(Calendar):
    """A calendar with a cache of deadlines: a simulation needs the same few some ten thousand times."""

    known: dict[tuple[date, int], date] = field(default_factory=dict)

    @classmethod
    def of(cls, calendar: Calendar) -> "Remembering":
        return cls(**{one.name: getattr(calendar, one.name) for one in fields(calendar)})

    def after(self, day: date, *, working_days: int) -> date:
        key = (day, working_days)
        if key not in self.known:
            self.known[key] = Calendar.after(self, day, working_days=working_days)
        return self.known[key]

    def next_working(self, day: date) -> date:
        key = (day, -1)
        if key not in self.known:
            self.known[key] = Calendar.next_working(self, day)
        return self.known[key]


def _length(span: Span) -> float:
    opens, closes = (moment.hour * 3600 + moment.minute * 60 + moment.second for moment in span)
    return float(closes - opens)
