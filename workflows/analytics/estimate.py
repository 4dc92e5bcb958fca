"""When a case will probably be decided, estimated from recent cases of its office with similar queues. Pure."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from workflows.analytics.office_time import OfficeTime
from workflows.analytics.timeline import Stay, TimelineEntry, claims, stays_of
from workflows.definition import ClockPolicy, Definition

# The fewest decided cases for an estimate, and the most similar ones used: further cases are less similar.
FEWEST, NEAREST = 30, 120
MEDIAN, LIKELY = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Expected:
    """Half of the similar cases are decided by ``median``, nine of ten by ``likely`` (POSIX seconds), if nothing
    has to be corrected. ``cases`` is the number used; ``front`` how many wait before it, None once a user holds it.
    """

    median: float
    likely: float
    cases: int
    front: int | None


@dataclass(frozen=True, slots=True)
class _Sample:
    """Seconds of work in the state, and from there to the decision; not ``decided``: censored before it."""

    front: int
    here: float
    rest: float
    decided: bool


class Outlook:
    """The recent cases of one office up to ``now``: made once, used for many estimates.

    ``cases`` holds the histories, each in order; they may begin in the middle, and end at the case's current state.
    """

    def __init__(
        self,
        cases: Iterable[Sequence[TimelineEntry]],
        *,
        definition: Definition,
        policy: ClockPolicy | None,
        office: OfficeTime,
        now: float,
    ) -> None:
        self.definition, self.office, self.now = definition, office, now
        timed = policy.runs_in if policy else ()
        self.inside = set(timed) | {key for key, one in definition.states.items() if one.kind == "office"}
        claiming = claims(definition)
        self.held = {target for _action, _source, target in claiming}
        self._applicants = {
            role for one in definition.states.values() if one.kind in ("start", "applicant") for role in one.holder
        }
        all_stays = [list(stays_of(steps, claiming=claiming)) for steps in cases]
        self._entered, self._left = self._traffic(all_stays)
        self._there: dict[str, list[float]] = defaultdict(list)
        for stays in all_stays:
            if stays and stays[-1].left is None:
                self._there[stays[-1].state].append(stays[-1].entered or -math.inf)
        for moments in self._there.values():
            moments.sort()
        self._stays, self._known = all_stays, dict[str, list[_Sample]]()

    def decided(self, state: str) -> int:
        """Number of cases that were in the state and have been decided."""
        return sum(one.decided for one in self._samples(state))

    def expected(self, state: str, *, entered: float, now: float, front: int | None = None) -> Expected | None:
        """The estimate for a case that entered the state at ``entered``; None with too few cases or no running time.
        ``front`` is how many wait before it now; without it, the number when the histories were read.

        A case that waits is compared with those that had about as many in front; one that a user holds, with
        those that had taken as long already.
        """
        if state not in self.inside:
            return None
        samples = self._samples(state)
        if state in self.held:
            front, elapsed = None, self.office.worked(now) - self.office.worked(entered)
            lengths = [(left, one.decided) for one in samples if (left := one.here + one.rest - elapsed) > 0]
        else:
            front = self.front(state, entered=entered) if front is None else front
            lengths = [_as_if(one, front) for one in self._nearest(samples, front)]
        cases = sum(decided for _length, decided in lengths)
        median, likely = (_reached(lengths, share) for share in (MEDIAN, LIKELY))
        if cases < FEWEST or median is None or likely is None:
            return None
        return Expected(self.office.after(now, median), self.office.after(now, likely), cases, front)

    def front(self, state: str, *, entered: float) -> int:
        """Number of cases that entered the state earlier and are still in it."""
        return bisect_left(self._there[state], entered)

    def _nearest(self, samples: list[_Sample], front: int) -> list[_Sample]:
        """The most similar samples, up to a number of decided ones: censored samples alone do not show a duration."""
        ordered = sorted(samples, key=lambda one: abs(one.front - front))
        decided = list(accumulate(one.decided for one in ordered))
        return ordered[: bisect_left(decided, NEAREST) + 1]

    def _traffic(self, all_stays: list[list[Stay]]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
        entered: dict[str, list[float]] = defaultdict(list)
        left: dict[str, list[float]] = defaultdict(list)
        for one_stay in (one_stay for stays in all_stays for one_stay in stays):
            entered[one_stay.state].append(one_stay.entered if one_stay.entered is not None else -math.inf)
            if one_stay.left is not None:
                left[one_stay.state].append(one_stay.left.at)
        for moments in (*entered.values(), *left.values()):
            moments.sort()
        return entered, left

    def _samples(self, state: str) -> list[_Sample]:
        """Every stay in the state with the time from there to the decision; computed at the first call."""
        if state not in self._known:
            self._known[state] = [one for stays in self._stays for one in self._learn(stays, state)]
        return self._known[state]

    def _learn(self, stays: list[Stay], state: str) -> Iterator[_Sample]:
        for place, stay in enumerate(stays):
            if stay.state != state or stay.entered is None:
                continue
            last = next((one for one in stays[place:] if one.left is None or one.left.target not in self.inside), stay)
            ended = last.left.at if last.left else self.now
            left = stay.left.at if stay.left else self.now
            came = bisect_left(self._entered[stay.state], stay.entered)
            front = max(0, came - bisect_left(self._left[stay.state], stay.entered))
            here = self.office.worked(left) - self.office.worked(stay.entered)
            rest = self.office.worked(ended) - self.office.worked(left)
            yield _Sample(front, here, rest, self._is_decision(last.left))

    def _is_decision(self, left: TimelineEntry | None) -> bool:
        """Whether leaving was a decision. A case returned, withdrawn or still open only gives a lower bound."""
        if left is None or left.role in self._applicants:
            return False
        return self.definition.states[left.target].kind != "applicant"


def _as_if(one: _Sample, front: int) -> tuple[float, bool]:
    """Scales the queue's time to another number in front; the work after it stays the same."""
    return one.here * (front + 1) / (one.front + 1) + one.rest, one.decided


def _reached(lengths: Sequence[tuple[float, bool]], share: float) -> float | None:
    """The length that this share does not exceed (Kaplan-Meier): censored lengths count up to where they end."""
    alive, at_risk = 1.0, len(lengths)
    for length, decided in sorted(lengths):
        if decided:
            alive *= 1 - 1 / at_risk
            if alive <= 1 - share + 1e-12:
                return length
        at_risk -= 1
    return None
