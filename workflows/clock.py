"""Working days, deadlines, and the running time of a case. Nothing here reads the current time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import chinese_calendar

from workflows.definition import ClockPolicy
from workflows.definition.values import Limit
from workflows.engine import Step
from workflows.errors import UnknownYear

_A_DAY = timedelta(days=1)
_SATURDAY = 5
_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Calendar:
    """China's working days. ``days`` overrides single days (True: a working day); ``years`` lists years known in full.

    In such a year Monday to Friday are working days unless overridden. All other years come from the published
    arrangement, and one that is not published yet raises UnknownYear.
    """

    days: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        if day in self.days:
            return self.days[day]
        if day.year in self.years:
            return day.weekday() < _SATURDAY
        return _published(day)

    def knows(self, year: int) -> bool:
        """Whether every day of the year is known."""
        try:
            return year in self.years or _published(date(year, 1, 1)) is not None
        except UnknownYear:
            return False

    def is_makeup(self, day: date) -> bool:
        """A weekend day that is worked in exchange for a holiday (调休上班)."""
        return day.weekday() >= _SATURDAY and self.is_working(day)

    def after(self, day: date, *, working_days: int) -> date:
        """The n-th working day after the day, which itself does not count."""
        for _ in range(working_days):
            day = self.next_working(day + _A_DAY)
        return day

    def before(self, day: date, *, working_days: int) -> date:
        """The n-th working day before the day, which itself does not count."""
        for _ in range(working_days):
            day -= _A_DAY
            while not self.is_working(day):
                day -= _A_DAY
        return day

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, otherwise the next working day."""
        while not self.is_working(day):
            day += _A_DAY
        return day

    def run_on(self, day: date) -> date:
        """The last day of a period in calendar days: one of rest gives way to the next working day (CC art. 203).

        Of a year that is not published yet only Saturdays and Sundays are known to be such days.
        """
        try:
            return self.next_working(day)
        except UnknownYear:
            return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)

    def between(self, first: date, last: date) -> int:
        """Number of working days after ``first`` up to and including ``last``; 0 where ``last`` is not later."""
        return sum(self.is_working(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


@lru_cache(maxsize=4096)
def _published(day: date) -> bool:
    """Cached, because the package searches all of its years for each day: 0.1 ms in every step."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError as error:
        raise UnknownYear(year=day.year) from error


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Opening and closing time, and whether what arrives after closing counts as received on the next day."""

    opens: time = time(9, 0)
    closes: time = time(17, 30)
    zone: ZoneInfo = _SHANGHAI
    late_counts_as_next_day: bool = True

    def day_of(self, at: datetime) -> date:
        """The date of ``at`` in the office's time zone."""
        return at.astimezone(self.zone).date()

    def received_on(self, at: datetime) -> date:
        late = self.late_counts_as_next_day and at.astimezone(self.zone).time() > self.closes
        return self.day_of(at) + (_A_DAY if late else timedelta())

    def start_of(self, day: date) -> datetime:
        """Opening time of the day, in UTC."""
        return datetime.combine(day, self.opens, self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Closing time of the day, in UTC."""
        return datetime.combine(day, self.closes, self.zone).astimezone(UTC)

    def midnight_after(self, day: date) -> datetime:
        """The last second of the day, in UTC (Civil Code art. 203: a day ends at 24:00 where no hours are kept)."""
        return datetime.combine(day, time(23, 59, 59), self.zone).astimezone(UTC)


OFFICE_HOURS = OfficeHours()


def deadline(start_at: datetime, limit: Limit, *, calendar: Calendar, hours: OfficeHours = OFFICE_HOURS) -> datetime:
    """Closing time (UTC) of the limit's last day. The day of the event does not count (Civil Code art. 201).

    Calendar days that end on a day of rest run on (`Calendar.run_on`). Working days raise UnknownYear.
    """
    return hours.end_of(_last_day(hours.received_on(start_at), limit, calendar=calendar))


def remaining(now: datetime, due_at: datetime, *, calendar: Calendar, hours: OfficeHours = OFFICE_HOURS) -> int:
    """Working days left: 0 on the last day, 1 on the day before it, negative once the deadline has passed."""
    today, last = hours.day_of(now), hours.day_of(due_at)
    return calendar.between(today, last) if today <= last else -calendar.between(last, today)


def worked(first: datetime, last: datetime, *, calendar: Calendar, hours: OfficeHours = OFFICE_HOURS) -> timedelta:
    """How long the office was open between two moments; zero where ``last`` is not later. Raises UnknownYear."""
    days = (hours.day_of(first) + timedelta(days=n) for n in range((hours.day_of(last) - hours.day_of(first)).days + 1))
    spans = (min(last, hours.end_of(day)) - max(first, hours.start_of(day)) for day in days if calendar.is_working(day))
    return sum((span for span in spans if span > timedelta()), timedelta())


@dataclass(frozen=True, slots=True)
class Clock:
    """The running time of one case. ``case_due_at`` belongs to the whole case, ``state_due_at`` to the state it is in.

    While ``paused_at`` is set the case's time is paused and its due time is what it was when it stopped. A clock
    that should run and has no due time waits for a calendar: it is computed from the history once the year is known.
    """

    case_due_at: datetime | None = None
    state_due_at: datetime | None = None
    paused_at: datetime | None = None

    @property
    def due_at(self) -> datetime | None:
        """By when something must happen; None where nothing runs."""
        return self.state_due_at or (None if self.paused_at else self.case_due_at)


def advance(
    clock: Clock,
    step: Step,
    *,
    at: datetime,
    policy: ClockPolicy,
    calendar: Calendar,
    hours: OfficeHours = OFFICE_HOURS,
) -> Clock:
    """The clock after the step. Raises UnknownYear where a due time would be a guess."""
    if step.row.since == "end" and clock.due_at is not None:
        at = min(at, clock.due_at)
    if step.target == step.source:
        return _extended(clock, step.within, calendar=calendar, hours=hours)
    if step.target in policy.runs_in:
        return _running(clock, step, at=at, policy=policy, calendar=calendar, hours=hours)
    state_due_at = _state_deadline(step, at, calendar=calendar, hours=hours)
    running = clock.case_due_at is not None or clock.paused_at is not None or step.source in policy.runs_in
    if _on_arrival(step, policy) == "pause" and running:
        return replace(clock, state_due_at=state_due_at, paused_at=clock.paused_at or at)
    return Clock(state_due_at=state_due_at)


def _state_deadline(step: Step, at: datetime, *, calendar: Calendar, hours: OfficeHours) -> datetime | None:
    """The office's own deadlines end at closing time; what others submit online may arrive until midnight.

    Where the office itself acted, lateness does not apply: a notice sent in the evening counts from the same day. The
    same holds for calendar days in which a case waits: they are a period of others, such as that of a public notice.
    """
    if step.within is None:
        return None
    is_of_others = step.kind == "applicant" or (step.kind == "waiting" and step.within.unit == "d")
    if not is_of_others:
        return deadline(at, step.within, calendar=calendar, hours=hours)
    return hours.midnight_after(_last_day(hours.day_of(at), step.within, calendar=calendar))


def _on_arrival(step: Step, policy: ClockPolicy) -> Literal["pause", "stop"]:
    corrects = step.kind == "applicant" and policy.correction == "pause"
    return "pause" if corrects or step.target in policy.excluded else "stop"


def _running(
    clock: Clock, step: Step, *, at: datetime, policy: ClockPolicy, calendar: Calendar, hours: OfficeHours
) -> Clock:
    """Start, continue or resume: the days from the pause to this step are given back."""
    if clock.case_due_at is None:
        if step.source in policy.runs_in or clock.paused_at is not None:
            # It runs already, to a day that is not known yet: a start from this step would promise a later one.
            return Clock()
        return Clock(case_due_at=deadline(at, step.row.within or policy.limit, calendar=calendar, hours=hours))
    if clock.paused_at is None:
        return Clock(case_due_at=clock.case_due_at)
    paused_on, resumed_on = hours.day_of(clock.paused_at), hours.day_of(at)
    unit = policy.limit.unit
    lost = calendar.between(paused_on, resumed_on) if unit == "wd" else (resumed_on - paused_on).days
    return Clock(case_due_at=_later(clock.case_due_at, lost, unit, calendar=calendar, hours=hours))


def _extended(clock: Clock, within: Limit | None, *, calendar: Calendar, hours: OfficeHours) -> Clock:
    if within is None or clock.due_at is None:
        return clock
    due_at = _later(clock.due_at, within.amount, within.unit, calendar=calendar, hours=hours)
    return replace(clock, state_due_at=due_at) if clock.state_due_at else replace(clock, case_due_at=due_at)


def _later(
    due_at: datetime, amount: int, unit: Literal["wd", "d"], *, calendar: Calendar, hours: OfficeHours
) -> datetime:
    if amount <= 0:
        return due_at
    return hours.end_of(_last_day(hours.day_of(due_at), Limit(amount=amount, unit=unit), calendar=calendar))


def _last_day(after: date, limit: Limit, *, calendar: Calendar) -> date:
    if limit.unit == "wd":
        return calendar.after(after, working_days=limit.amount)
    return calendar.run_on(after + timedelta(days=limit.amount))
