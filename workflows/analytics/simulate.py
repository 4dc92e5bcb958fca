"""Simulates the office: cases move by the rows of the table. The only importer of `simpy`."""

from collections import Counter
from collections.abc import Generator, Mapping
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
    """A simulated period in calendar days: warm-up, measured days, and the days that follow."""

    first_on: date
    warm_up: int = 14
    days: int = 60
    cool_down: int = 14

    def moments(self, hours: OfficeHours = OFFICE_HOURS) -> tuple[float, float, float, float]:
        """Start, start and end of the measured days, and end of the run; POSIX seconds."""
        ends = (0, self.warm_up, self.warm_up + self.days, self.warm_up + self.days + self.cool_down)
        begin = datetime.combine(self.first_on, time(), hours.zone)
        first, second, third, last = ((begin + timedelta(days=days)).timestamp() for days in ends)
        return first, second, third, last


@dataclass(slots=True)
class SimulatedAction:
    """One action of one case, or of its ``part``, with the fields of a real history; ``at`` in POSIX seconds."""

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
    """A case in a state until it leaves; ``due`` is the deadline that ran there, if any."""

    case: int
    state: str
    entered: float
    left: float | None = None
    due: float | None = None


@dataclass(slots=True)
class Service:
    """Work for a role: when it was requested, begun and done.

    ``queued`` is false where the user who took the case on continues with it and does not wait again.
    """

    role: str
    asked: float
    queued: bool
    began: float | None = None
    ended: float | None = None


@dataclass(slots=True)
class Round:
    """An interval in which the case's deadline ran: from acceptance or return to leaving the states where it runs."""

    case: int
    began: float
    due: float
    ended: float | None = None


@dataclass(slots=True)
class Run:
    """All events of one simulated period; what is still open has no end."""

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
    backlog: Mapping[str, int] | None = None,
) -> Run:
    """One run. The same seed and number give the same cases for any staff, so that staffing can be compared.

    ``backlog``: cases by state, without deadlines, as all are without a calendar. Raises PlanInvalid, UnknownYear.
    """
    plan.check(definition)
    begin, _first, _last, end = period.moments(hours)
    luck = f"{seed}/{number}"
    world = _Office(definition, plan, office=office, calendar=calendar, hours=hours, begin=begin, seed=luck)
    for place, state in enumerate(Counter(backlog or {}).elements(), start=1):
        world.start(world.begun(-place, state))
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
    """The member of a role's staff who works on a case or part now, if any."""

    __slots__ = ("actor", "request", "role")

    def __init__(self) -> None:
        self.role, self.actor = "", ""
        self.request: simpy.resources.resource.Request | None = None

    def let_go(self) -> None:
        if self.request is not None:
            # A worker who is still in the queue only leaves it.
            self.request.resource.release(self.request) if self.request.triggered else self.request.cancel()
            self.request = None
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
        self.route = Route(definition, plan)
        self.part_route = Route(definition.parts, plan) if definition.parts else None
        self.parts_state = parts_state_of(definition)
        self.entry = entry_of(definition)
        self.calendar = Remembering.of(calendar) if calendar else None
        self.policy = self._policy()
        self.run = Run()
        self.broken = self.env.event()
        self.fault: WorkflowError | None = None
        self.numbers = count(1)
        self.steps: dict[tuple[int, str, str], Step] = {}

    def _policy(self) -> ClockPolicy | None:
        clock = self.definition.clock
        if self.calendar is None or not clock:
            return None
        return clock[self.plan.regime] if self.plan.regime else next(iter(clock.values()))

    def start(self, flow: Flow) -> simpy.Process:
        return self.env.process(self._watched(flow))

    def _watched(self, flow: Flow) -> Flow:
        """SimPy raises a copy of an error, and some cannot be copied: the run ends and the caller raises it."""
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
        case, (row, source) = self._new(number), self.entry
        self.run.arrived[number] = self.env.now
        self._move(case, row, source, role=row.by[0], actor=f"{row.by[0]}:{number}")
        return self._handled(case)

    def begun(self, number: int, state: str) -> Flow:
        """A case that is in this state already."""
        case = self._new(number)
        case.where, case.stay = state, SimulatedStay(number, state, self.env.now)
        self.run.stays.append(case.stay)
        return self._handled(case)

    def _new(self, number: int) -> _Case:
        rng = _seeded(f"{self.seed}/{number}")
        return _Case(number, rng, {name: rng.random() < share for name, share in self.plan.holds.items()})

    def _handled(self, case: _Case) -> Flow:
        worker = _Worker()
        while self.definition.states[case.where].kind != "final":
            if case.where == self.parts_state and not (yield from self._with_the_parts(case)):
                continue
            row = self.route.choose(case.where, case.holds, case.rng)
            role = self.route.role(row, row.target_from(case.where))
            yield from self._work(self.route, case.where, row, role, worker, case.rng)
            self._move(case, row, case.where, role=role, actor=worker.actor)
            if row.held_by != "actor":
                worker.let_go()
        self.run.finished[case.number] = (case.where, self.env.now)

    def _work(self, route: Route, state: str, row: Row, role: str, worker: _Worker, rng: Random) -> Flow:
        """Waits for a member of the role, unless one has the case already, and then for the work itself."""
        seconds = route.time(state, row).draw(rng)
        if route.table.states[state].kind != "office":
            worker.let_go()
            worker.actor = f"{role}:{next(self.numbers)}"
            if seconds:
                yield self.env.timeout(seconds)
            return
        service = Service(role, self.env.now, queued=worker.role != role)
        self.run.services.append(service)
        if service.queued:
            yield from self._ask(role, worker)
        service.began = self.office.after(self.env.now, 0.0)
        done = self.office.after(self.env.now, seconds)
        if done > self.env.now:
            yield self.env.timeout(done - self.env.now)
        service.ended = self.env.now

    def _ask(self, role: str, worker: _Worker) -> Flow:
        worker.let_go()
        if role in self.pools:
            worker.request = self.pools[role].request()
            yield worker.request
        worker.role, worker.actor = role, f"{role}:{next(self.numbers)}"

    def _with_the_parts(self, case: _Case) -> Generator[simpy.Event, Any, bool]:
        """Runs until the join is complete (true) or one part's action moves the whole case to another state (false)."""
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
        route, parts, worker = self.part_route, self.definition.parts, _Worker()
        assert route is not None
        assert parts is not None
        case.parts[key] = parts.start
        try:
            while case.parts[key] not in parts.done:
                state = case.parts[key]
                row = route.choose(state, {}, case.rng)
                target = row.target_from(state)
                role = route.role(row, target, own_role=parts.graph[key].role)
                yield from self._work(route, state, row, role, worker, case.rng)
                case.parts[key] = target
                at = self.env.now
                self.run.moves.append(
                    SimulatedAction(case.number, at, row.action, state, target, role, worker.actor, part=key)
                )
                away = leaves_by(self.definition, case.where, row.action)
                if away is not None:
                    self._move(case, away, case.where, role=role, actor=worker.actor)
                    return
                if row.held_by != "actor":
                    worker.let_go()
        except simpy.Interrupt:
            # The case left: the part stays as it is until the case is back.
            case.parts[key] = case.parts[key] if case.parts[key] in parts.done else parts.start
        finally:
            worker.let_go()

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
        if runs and case.round is None and case.clock.case_due_at is not None and case.number > 0:
            case.round = Round(case.number, self.env.now, case.clock.case_due_at.timestamp())
            self.run.rounds.append(case.round)

    def _step(self, row: Row, source: str, role: str) -> Step:
        key = (id(row), source, role)  # Hashing a row reads all its fields; the table keeps the row.
        if key not in self.steps:
            target = row.target_from(source)
            state = self.definition.states[target]
            within = row.within or state.within
            self.steps[key] = Step(row.action, source, target, state.kind, role, row.effects, within, row)
        return self.steps[key]


def _seeded(seed: str) -> Random:
    """The numbers must be repeatable and protect no secret."""
    return Random(seed)  # noqa: S311  they must be repeatable, not hard to guess
