"""Figures of simulated periods: waiting, use of staff, deadlines met, with intervals; and the staff required."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from statistics import fmean, stdev
from typing import Any

from workflows.analytics.office_time import HOURS, OfficeTime, RoundTheClock, Shifts, Span
from workflows.analytics.simulate import Period, Round, Run, Service, SimulatedStay, simulate
from workflows.analytics.staffing import Plan
from workflows.clock import OFFICE_HOURS, Calendar, OfficeHours, deadline
from workflows.definition import Definition
from workflows.definition.values import Limit

Figures = dict[str, Any]
Each = Callable[[Callable[["Question"], Figures], Iterable["Question"]], Iterable[Figures]]
LONGEST = 10
# Student's t for 95 %, by degrees of freedom from 1; for more degrees the last value is close enough.
_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120)


@dataclass(frozen=True, slots=True)
class Question:
    """One period to be simulated. Without a calendar the office never closes and no deadline runs.

    ``backlog``: how many cases are in each state when it begins.
    """

    definition: Definition
    plan: Plan
    period: Period
    calendar: Calendar | None
    seed: int
    number: int = 0
    shifts: tuple[Span, ...] = HOURS
    within: Limit | None = None
    hours: OfficeHours = OFFICE_HOURS
    backlog: Mapping[str, int] = field(default_factory=dict)

    def office(self) -> OfficeTime:
        if self.calendar is None:
            return RoundTheClock()
        return Shifts(first=self.period.first_on, calendar=self.calendar, hours=self.shifts, zone=self.hours.zone)


def forecast(question: Question, *, runs: int, each: Each = map) -> Figures:
    """Every figure of ``figures_of`` as ``{mean, low, high}`` over independent runs: the mean and its 95 % interval.

    ``each`` may be the map of a pool of processes. One run has no interval.
    """
    numbered = [replace(question, number=number) for number in range(runs)]
    merged: Figures = _merged(list(each(figures_of, numbered)))
    return merged


def _merged(found: Sequence[Any]) -> Any:
    known = [one for one in found if one is not None]
    if not known:
        return None
    if isinstance(known[0], Mapping):
        names = dict.fromkeys(name for one in known for name in one)
        return {name: _merged([one.get(name) for one in known]) for name in names}
    if isinstance(known[0], list):
        return [round(fmean(values), 3) for values in zip(*known, strict=True)]
    return _spread([float(one) for one in known])


def _spread(values: list[float]) -> dict[str, float | None]:
    mean = fmean(values)
    if len(values) < 2:
        return {"mean": round(mean, 4), "low": None, "high": None}
    half = _T[min(len(values) - 1, len(_T)) - 1] * stdev(values) / math.sqrt(len(values))
    return {"mean": round(mean, 4), "low": round(mean - half, 4), "high": round(mean + half, 4)}


def figures_of(question: Question) -> Figures:
    """One run's figures over the measured days: hours are hours of work, ``turnaround`` is in working days."""
    office = question.office()
    run = simulate(
        question.definition,
        question.plan,
        period=question.period,
        office=office,
        calendar=question.calendar,
        seed=question.seed,
        number=question.number,
        hours=question.hours,
        backlog=question.backlog,
    )
    return _Reading(question, run, office).figures()


class _Reading:
    """One run, evaluated from the end of the warm-up to the end of the measured days."""

    def __init__(self, question: Question, run: Run, office: OfficeTime) -> None:
        self.question, self.run, self.office = question, run, office
        self.begin, self.first, self.last, self.end = question.period.moments(question.hours)
        self.work = office.worked(self.last) - office.worked(self.first)

    def figures(self) -> Figures:
        return {
            "cases": self._cases(),
            "on_time": _share(self._kept(lambda one: one.due)),
            "within": self._within(),
            "turnaround": self._turnaround(),
            "decided_by_day": self._by_day(),
            "roles": {role: self._role(role) for role in sorted({one.role for one in self.run.services})},
            "states": {state: self._state(state) for state in self.question.definition.states},
        }

    def _cases(self) -> Figures:
        arrived, finished = self.run.arrived.values(), [at for _state, at in self.run.finished.values()]
        days, there = self.work / self.office.per_day, sum(self.question.backlog.values())
        return {
            "arrived": sum(map(self._counts, arrived)),
            "finished": sum(map(self._counts, finished)),
            "in_process_before": there + self._before(arrived, self.first) - self._before(finished, self.first),
            "in_process_after": there + self._before(arrived, self.last) - self._before(finished, self.last),
            "arrived_per_day": sum(map(self._counts, arrived)) / days if days else None,
        }

    @staticmethod
    def _before(moments: Iterable[float], end: float) -> int:
        return sum(at < end for at in moments)

    def _counts(self, at: float) -> bool:
        return self.first <= at < self.last

    def _rounds(self) -> list[Round]:
        return [one for one in self.run.rounds if self._counts(one.began)]

    def _kept(self, due: Callable[[Round], float]) -> Iterator[bool]:
        """For each case whether all its deadlines were met; a case that is neither late nor done is left out."""
        by_case: dict[int, list[bool | None]] = {}
        for one in self._rounds():
            by_case.setdefault(one.case, []).append(self._in_time(one.ended, due(one)))
        for kept in by_case.values():
            if False in kept:
                yield False
            elif None not in kept:
                yield True

    def _in_time(self, ended: float | None, due: float) -> bool | None:
        if ended is not None:
            return ended <= due
        return False if due < self.end else None

    def _within(self) -> Figures | None:
        limit, calendar = self.question.within, self.question.calendar
        if limit is None or calendar is None:
            return None
        hours = self.question.hours

        def due(one: Round) -> float:
            return deadline(datetime.fromtimestamp(one.began, UTC), limit, calendar=calendar, hours=hours).timestamp()

        return _share(self._kept(due))

    def _turnaround(self) -> Figures | None:
        lengths = [self._worked(one.began, one.ended) / self.office.per_day for one in self._rounds()]
        return _summary(lengths)

    def _by_day(self) -> list[float] | None:
        """The share of rounds that were decided by the end of the 0th, 1st, 2nd ... working day after they began."""
        rounds, calendar, hours = self._rounds(), self.question.calendar, self.question.hours
        if not rounds or calendar is None:
            return None
        taken = [0] * (LONGEST + 2)
        for one in rounds:
            began = hours.received_on(datetime.fromtimestamp(one.began, UTC))
            ended = hours.day_of(datetime.fromtimestamp(one.ended, UTC)) if one.ended else None
            days = LONGEST + 1 if ended is None else calendar.between(began, ended)
            taken[min(days, LONGEST + 1)] += 1
        return [sum(taken[: day + 1]) / len(rounds) for day in range(LONGEST + 1)]

    def _role(self, role: str) -> Figures:
        services = [one for one in self.run.services if one.role == role]
        queued = [one for one in services if one.queued]
        staff = self.question.plan.staff.get(role)
        busy = sum(self._overlap(one.began, one.ended) for one in services if one.began is not None)
        asked = [one for one in queued if self._counts(one.asked)]
        return {
            "staff": staff,
            "busy": busy / self.work,
            "utilisation": busy / self.work / staff if staff else None,
            "asked": len(asked),
            "queue": sum(self._overlap(one.asked, one.began) for one in queued) / self.work,
            "wait_hours": _summary([self._worked(one.asked, one.began) / 3600 for one in asked]),
            "queue_by_day": self._queue_by_day(queued),
        }

    def _queue_by_day(self, queued: list[Service]) -> list[int]:
        """How many cases wait at noon of each day, the warm-up included."""
        days = self.question.period.warm_up + self.question.period.days
        noons = [self.begin + 86_400 * day + 43_200 for day in range(days)]
        waiting = [0] * (len(noons) + 1)
        for one in queued:
            waiting[_place(noons, one.asked)] += 1
            waiting[_place(noons, self.end if one.began is None else one.began)] -= 1
        return [sum(waiting[: day + 1]) for day in range(len(noons))]

    def _state(self, state: str) -> Figures | None:
        stays = [one for one in self.run.stays if one.state == state]
        entered = [one for one in stays if self._counts(one.entered)]
        if not entered or self.question.definition.states[state].kind == "final":
            return {"visits": len(entered)} if entered else None
        return {
            "visits": len(entered),
            "mean_number": sum(self._overlap(one.entered, one.left) for one in stays) / self.work,
            "hours": _summary([self._worked(one.entered, one.left) / 3600 for one in entered]),
            "on_time": _share(self._stays_in_time(entered)),
        }

    def _stays_in_time(self, stays: list[SimulatedStay]) -> Iterator[bool]:
        judged = (self._in_time(one.left, one.due) for one in stays if one.due is not None)
        return (one for one in judged if one is not None)

    def _worked(self, since: float, until: float | None) -> float:
        """Seconds of work between the two; an open end counts to the end of the run, so that an overload is visible."""
        return self.office.worked(self.end if until is None else until) - self.office.worked(since)

    def _overlap(self, since: float, until: float | None) -> float:
        """Seconds of work of an interval within the measured days."""
        since, until = max(since, self.first), min(self.end if until is None else until, self.last)
        return self.office.worked(until) - self.office.worked(since) if since < until else 0.0


def _place(noons: list[float], at: float) -> int:
    return max(0, min(len(noons), math.ceil((at - noons[0]) / 86_400)))


def _share(kept: Iterable[bool]) -> Figures | None:
    found = list(kept)
    return {"of": len(found), "share": sum(found) / len(found)} if found else None


def _summary(values: list[float]) -> Figures | None:
    if not values:
        return None
    ordered = sorted(values)
    return {"mean": fmean(ordered)} | {name: quantile(ordered, share) for name, share in _QUANTILES.items()}


_QUANTILES = {"median": 0.5, "p90": 0.9, "p95": 0.95}


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Enough:
    """The fewest staff of a role for which the share of cases within the limit is reached; ``tried``: share by number.

    ``number`` is None where even unlimited staff is not enough: then something else takes the time.
    """

    number: int | None
    load: float
    best: float
    tried: dict[int, float]


def enough(question: Question, *, role: str, share: float, runs: int, each: Each = map) -> Enough:
    """By bisection, assuming that more staff never makes fewer cases punctual; each try simulates the same cases.

    ``question.within`` is the limit. Every case counts whose deadline began to run in the measured days.
    """
    others = {key: number for key, number in question.plan.staff.items() if key != role}
    free = forecast(_with_staff(question, others), runs=runs, each=each)
    load, best = free["roles"].get(role, {"busy": {"mean": 0.0}})["busy"]["mean"], _reached(free)
    tried: dict[int, float] = {}
    if best < share:
        return Enough(None, load, best, tried)

    def does(number: int) -> bool:
        found = forecast(_with_staff(question, others | {role: number}), runs=runs, each=each)
        tried[number] = _reached(found)
        return tried[number] >= share

    # Fewer staff than the work alone needs can look enough in a short period, but never are in a long one.
    high = max(1, math.ceil(load))
    low = high - 1
    while not does(high):
        low, high = high, high + max(1, high // 4)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if does(middle) else (middle, high)
    return Enough(high, load, best, dict(sorted(tried.items())))


def _with_staff(question: Question, staff: Mapping[str, int]) -> Question:
    return replace(question, plan=question.plan.model_copy(update={"staff": dict(staff)}))


def _reached(found: Figures) -> float:
    return float(found["within"]["share"]["mean"]) if found["within"] else 0.0
