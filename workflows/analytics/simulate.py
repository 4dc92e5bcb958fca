"""A day at the office that has not come yet: cases move through the table's own rows. The only importer of `simpy`."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

import simpy

from workflows import joins
from workflows.analytics.office_time import OfficeTime, Remembering
from workflows.analytics.route import Route, entry_of, leaves_by, parts_state_of
from workflows.analytics.staffing import Plan
from workflows.clock import OFFICE_HOURS, Calendar, Clock, OfficeHours, advance
from workflows.definition import ClockPolicy, Definition, Row
from workflows.engine import Step
from workflows.errors import PlanInvalid, PlanProblem, WorkflowError

Flow = Generator[simpy.Event, Any, None]


@dataclass(frozen=True, slots=True)
class Period:
    """What is simulated, in calendar days: arrivals that only fill the office, those that count, those that follow."""

    first_on: date
    warm_up: int = 14
    days: int = 60
    cool_down: int = 14

    def moments(self, hours: OfficeHours = OFFICE_HOURS) -> tuple[float, float, float, float]:
        """Begin, begin and end of what counts, and end of all; POSIX seconds."""
        ends = (0, self.warm_up, self.warm_up + self.days, self.warm_up + self.days + self.cool_down)
        begin = datetime.combine(self.first_on, time(), hours.zone)
        first, second, third, last = ((begin + timedelta(days=days)).timestamp() for days in ends)
        return first, second, third, last


@dataclass(slots=True)
class SimulatedAction:
    """One action of one case, or of its ``part``: what a real one has in its history; ``at`` in POSIX seconds."""

    case: int
    at: float
    action: str
    source: str
    target: str
    role: str
    actor: str
    part: str = ""


@dataclass(slots=True)
class SimulatedStay:
    """A case in a state, until it leaves; ``due`` is the promise that ran there, if one did."""

    case: int
    state: str
    entered: float
    left: float | None = None
    due: float | None = None


@dataclass(slots=True)
class Service:
    """Work asked of a role: when, when somebody began, when it was done.

    ``queued`` is false where whoever took the case on goes on with it: the queue is behind them already.
    """

    role: str
    asked: float
    queued: bool
    began: float | None = None
    ended: float | None = None


@dataclass(slots=True)
class Round:
    """A stretch in which the case's promise ran: from taking it on, or coming back, to leaving the promise's states."""

    case: int
    began: float
    due: float
    ended: float | None = None


@dataclass(slots=True)
class Run:
    """Everything that happened in one simulated period; what is still open has no end."""

    arrived: dict[int, float] = field(default_factory=dict)
    finished: dict[int, tuple[str, float]] = field(default_factory=dict)
    moves: list[SimulatedAction] = field(default_factory=list)
    stays: list[SimulatedStay] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)


def simulate(
    definition: Definition,
    plan: Plan,
    *,
    period: Period,
    office: OfficeTime,
    calendar: Calendar | None,
    seed: int,
    number: int = 0,
    hours: OfficeHours = OFFICE_HOURS,
) -> Run:
    """One run. The same seed and number give the same cases, whatever the staff, so that staffs can be compared.

    Without a calendar no promise runs. Raises PlanInvalid, and UnknownYear where the period leaves the calendar.
    """
    plan.check(definition)
    begin, _first, _last, end = period.moments(hours)
    luck = f"{seed}/{number}"
    world = _Office(definition, plan, office=office, calendar=calendar, hours=hours, begin=begin, seed=luck)
    world.start(world.arrivals())
    world.env.run(until=world.env.any_of([world.env.timeout(end - begin), world.broken]))
    if world.fault is not None:
        raise world.fault
    return world.run


@dataclass(slots=True)
class _Case:
    number: int
    rng: Random
    holds: dict[str, bool]
    where: str = ""
    clock: Clock = field(default_factory=Clock)
    stay: SimulatedStay | None = None
    round: Round | None = None
    parts: dict[str, str] = field(default_factory=dict)


class _Worker:
    """Who works on a case, or on a part of it, at the moment: nobody, or one of a role's staff."""

    __slots__ = ("actor", "request", "role")

    def __init__(self) -> None:
        self.role, self.actor = "", ""
        self.request: simpy.resources.resource.Request | None = None

    def let_go(self) -> None:
        if self.request is not None:
            request, self.request = self.request, None
            # Somebody who still stands in the queue only leaves it.
            request.resource.release(request) if request.triggered else request.cancel()
        self.role = ""


class _Office:
    def __init__(
        self,
        definition: Definition,
        plan: Plan,
        *,
        office: OfficeTime,
        calendar: Calendar | None,
        hours: OfficeHours,
        begin: float,
        seed: str,
    ) -> None:
        self.definition, self.plan, self.office, self.hours, self.seed = definition, plan, office, hours, seed
        self.env = simpy.Environment(initial_time=begin)
        self.pools = {role: simpy.Resource(self.env, capacity=number) for role, number in plan.staff.items()}
        self.road = Route(definition, plan)
        self.part_road = Route(definition.parts, plan) if definition.parts else None
        self.parts_state = parts_state_of(definition)
        self.entry = entry_of(definition)
        self.calendar = Remembering.of(calendar) if calendar else None
        self.policy = self._policy()
        self.run = Run()
        self.broken = self.env.event()
        self.fault: WorkflowError | None = None
        self.hands = count(1)
        self.steps: dict[tuple[int, str, str], Step] = {}

    def _policy(self) -> ClockPolicy | None:
        clock = self.definition.clock
        if self.calendar is None or not clock:
            return None
        return clock[self.plan.regime] if self.plan.regime else next(iter(clock.values()))

    def start(self, flow: Flow) -> simpy.Process:
        return self.env.process(self._watched(flow))

    def _watched(self, flow: Flow) -> Flow:
        """SimPy would raise a copy of an error, which not every error survives: the run ends, and the caller raises."""
        try:
            yield from flow
        except WorkflowError as fault:
            if self.fault is None:
                self.fault = fault
                self.broken.succeed()

    def arrivals(self) -> Flow:
        rng = _seeded(f"{self.seed}/arrivals")
        rate = self.plan.arrivals / self.office.per_day
        for number in count(1):
            at = self.office.after(self.env.now, rng.expovariate(rate))
            yield self.env.timeout(at - self.env.now)
            self.start(self._case(number))

    def _case(self, number: int) -> Flow:
        rng = _seeded(f"{self.seed}/{number}")
        holds = {name: rng.random() < share for name, share in self.plan.holds.items()}
        case, hand = _Case(number, rng, holds), _Worker()
        row, source = self.entry
        self.run.arrived[number] = self.env.now
        self._move(case, row, source, role=row.by[0], actor=f"{row.by[0]}:{number}")
        while self.definition.states[case.where].kind != "final":
            if case.where == self.parts_state and not (yield from self._with_the_parts(case)):
                continue
            row = self.road.choose(case.where, case.holds, rng)
            role = self.road.role(row, row.target_from(case.where))
            yield from self._work(self.road, case.where, row, role, hand, rng)
            self._move(case, row, case.where, role=role, actor=hand.actor)
            if row.held_by != "actor":
                hand.let_go()
        self.run.finished[number] = (case.where, self.env.now)

    def _work(self, road: Route, state: str, row: Row, role: str, hand: _Worker, rng: Random) -> Flow:
        """Wait for somebody of the role, unless the case is in such a hand already, and for the work itself."""
        seconds = road.time(state, row).draw(rng)
        if road.table.states[state].kind != "office":
            hand.let_go()
            hand.actor = f"{role}:{next(self.hands)}"
            if seconds:
                yield self.env.timeout(seconds)
            return
        service = Service(role, self.env.now, queued=hand.role != role)
        self.run.services.append(service)
        if service.queued:
            yield from self._ask(role, hand)
        service.began = self.office.after(self.env.now, 0.0)
        done = self.office.after(self.env.now, seconds)
        if done > self.env.now:
            yield self.env.timeout(done - self.env.now)
        service.ended = self.env.now

    def _ask(self, role: str, hand: _Worker) -> Flow:
        hand.let_go()
        if role in self.pools:
            hand.request = self.pools[role].request()
            yield hand.request
        hand.role, hand.actor = role, f"{role}:{next(self.hands)}"

    def _with_the_parts(self, case: _Case) -> Generator[simpy.Event, Any, bool]:
        """Until the join is complete (true), or one part's action takes the whole case away from here (false)."""
        parts = self.definition.parts
        assert parts is not None
        running: dict[str, simpy.Process] = {}
        here = case.where
        while case.where == here and not joins.is_complete(parts, case.parts):
            for key in (key for key in joins.ready(parts, case.parts) if key not in running):
                running[key] = self.start(self._part(case, key))
            if not running:
                raise PlanInvalid([PlanProblem("no_way_on", here, tuple(joins.open_parts(parts, case.parts)))])
            yield self.env.any_of(running.values())
            running = {key: process for key, process in running.items() if process.is_alive}
        for process in running.values():
            process.interrupt()
        return case.where == here

    def _part(self, case: _Case, key: str) -> Flow:
        road, parts, hand = self.part_road, self.definition.parts, _Worker()
        assert road is not None
        assert parts is not None
        case.parts[key] = parts.start
        try:
            while case.parts[key] not in parts.done:
                state = case.parts[key]
                row = road.choose(state, {}, case.rng)
                target = row.target_from(state)
                role = road.role(row, target, own_role=parts.graph[key].role)
                yield from self._work(road, state, row, role, hand, case.rng)
                case.parts[key] = target
                at = self.env.now
                self.run.moves.append(
                    SimulatedAction(case.number, at, row.action, state, target, role, hand.actor, part=key)
                )
                away = leaves_by(self.definition, case.where, row.action)
                if away is not None:
                    self._move(case, away, case.where, role=role, actor=hand.actor)
                    return
                if row.held_by != "actor":
                    hand.let_go()
        except simpy.Interrupt:
            # The case left: the part stays as it is until the case is back.
            case.parts[key] = case.parts[key] if case.parts[key] in parts.done else parts.start
        finally:
            hand.let_go()

    def _move(self, case: _Case, row: Row, source: str, *, role: str, actor: str) -> None:
        step, now = self._step(row, source, role), self.env.now
        self.run.moves.append(SimulatedAction(case.number, now, row.action, source, step.target, role, actor))
        if case.stay is not None:
            case.stay.left = now
        case.stay = SimulatedStay(case.number, step.target, now)
        self.run.stays.append(case.stay)
        case.where = step.target
        if self.policy is not None and self.calendar is not None:
            self._advance_clock(case, step, self.policy, self.calendar)
            case.stay.due = case.clock.due_at.timestamp() if case.clock.due_at else None

    def _advance_clock(self, case: _Case, step: Step, policy: ClockPolicy, calendar: Calendar) -> None:
        at = datetime.fromtimestamp(self.env.now, UTC)
        runs = step.target in policy.runs_in
        if case.round is not None and not runs:
            case.round.ended, case.round = self.env.now, None
        case.clock = advance(case.clock, step, at=at, policy=policy, calendar=calendar, hours=self.hours)
        if runs and case.round is None and case.clock.case_due_at is not None:
            case.round = Round(case.number, self.env.now, case.clock.case_due_at.timestamp())
            self.run.rounds.append(case.round)

    def _step(self, row: Row, source: str, role: str) -> Step:
        # A row is hashed by all that it says; the table keeps it, so its identity is as good.
        key = (id(row), source, role)
        if key not in self.steps:
            target = row.target_from(source)
            state = self.definition.states[target]
            within = row.within or state.within
            self.steps[key] = Step(row.action, source, target, state.kind, role, row.effects, within, row)
        return self.steps[key]


def _seeded(seed: str) -> Random:
    """Nothing secret hangs on these numbers; that they come again is what they are for."""
    return Random(seed)  # noqa: S311  they are to come again, not to be hard to guess
