"""The deadlines promised for a case, computed from its history: start, due time, number of days, and when to warn."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from workflows.clock import OFFICE_HOURS, Calendar, Clock, OfficeHours, advance
from workflows.definition import ClockPolicy, Table
from workflows.engine import Step
from workflows.errors import UnknownYear

WARNED_AFTER = Fraction(4, 5)


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step in a history: an action taken in a role at a time."""

    action: str
    source: str
    target: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A time that was granted: from which step, and how many working days (None where its year is not known)."""

    begun_at: datetime
    days: int | None


@dataclass(frozen=True, slots=True)
class Promise:
    """The clock of a case with its spans: ``case`` for the whole case, ``state`` for its current state."""

    clock: Clock = field(default_factory=Clock)
    case: Span | None = None
    state: Span | None = None

    @property
    def span(self) -> Span | None:
        """The span of the due time that applies now; None where no time runs."""
        if self.clock.due_at is None:
            return None
        return self.state if self.clock.state_due_at else self.case


def promised(
    table: Table,
    taken: Iterable[StepTaken],
    *,
    policy: ClockPolicy,
    calendar: Calendar,
    hours: OfficeHours = OFFICE_HOURS,
) -> Promise:
    """The promise after all these steps, as if every calendar had been known from the start.

    Steps that the table does not have are skipped. Raises UnknownYear where a running time cannot be computed.
    """
    promise, unknown, state = Promise(), None, table.start
    for one in taken:
        step = step_taken(table, one)
        if step is None:
            continue
        state = step.target
        try:
            promise = _after(promise, step, at=one.at, policy=policy, calendar=calendar, hours=hours)
        except UnknownYear as error:
            promise, unknown = Promise(), error
    if unknown is not None and promise.clock.due_at is None and counts_in(table, state, policy=policy):
        raise unknown
    return promise


def counts_in(table: Table, state: str, *, policy: ClockPolicy) -> bool:
    """Whether a case in this state has a due time: the case's clock runs there, or the state has a limit of its own."""
    return state in policy.runs_in or table.states[state].within is not None


def step_taken(table: Table, taken: StepTaken) -> Step | None:
    """The matching step of the table; rows that differ only by a condition grant the same time."""
    for row in table.rows_from(taken.source):
        if row.action == taken.action and row.target_from(taken.source) == taken.target and taken.role in row.by:
            arrived = table.states[taken.target]
            within = row.within or (arrived.within if taken.target != taken.source else None)
            return Step(row.action, taken.source, taken.target, arrived.kind, taken.role, row.effects, within, row)
    return None


def warn_at(
    due_at: datetime,
    *,
    days: int,
    calendar: Calendar,
    hours: OfficeHours = OFFICE_HOURS,
    share: Fraction = WARNED_AFTER,
) -> datetime:
    """The time when this share of the working days has passed, counted in office hours back from the end.

    Days given back by a pause are not part of ``days`` and do not count. 80 % of three days is the third day at 12:24.
    """
    left = days * (1 - share)
    day = calendar.before(hours.day_of(due_at), working_days=int(left))
    part = left - int(left)
    open_for = hours.end_of(day) - hours.start_of(day)
    return hours.end_of(day) - open_for * part.numerator / part.denominator


def _after(
    promise: Promise, step: Step, *, at: datetime, policy: ClockPolicy, calendar: Calendar, hours: OfficeHours
) -> Promise:
    before = promise.clock
    clock = advance(before, step, at=at, policy=policy, calendar=calendar, hours=hours)
    case, state = promise.case, promise.state
    if clock.case_due_at is None:
        case = None
    elif before.case_due_at is None:
        case = _span(at, clock.case_due_at, calendar=calendar, hours=hours)
    if clock.state_due_at is None:
        state = None
    elif step.source != step.target:
        state = _span(at, clock.state_due_at, calendar=calendar, hours=hours)
    if step.source == step.target and clock != before:
        longer = _longer(before, clock, calendar=calendar, hours=hours)
        case, state = (case, _plus(state, longer)) if clock.state_due_at else (_plus(case, longer), state)
    return Promise(clock, case, state)


def _span(at: datetime, due_at: datetime, *, calendar: Calendar, hours: OfficeHours) -> Span:
    try:
        return Span(at, calendar.between(hours.received_on(at), hours.day_of(due_at)))
    except UnknownYear:
        return Span(at, None)


def _longer(before: Clock, after: Clock, *, calendar: Calendar, hours: OfficeHours) -> int:
    assert before.due_at is not None
    assert after.due_at is not None
    return calendar.between(hours.day_of(before.due_at), hours.day_of(after.due_at))


def _plus(span: Span | None, days: int) -> Span | None:
    return replace(span, days=span.days + days) if span is not None and span.days is not None else span
