"""When a case will probably be decided: from what recent cases of the same office took with as many in front. Pure."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from workflows.analytics.office_time import OfficeTime
from workflows.analytics.timeline import Stay, TimelineEntry, claims, stays_of
from workflows.definition import ClockPolicy, Definition

# So many decided cases must stand behind an estimate; and with so many of the likest, more would be less like.
FEWEST, NEAREST = 30, 120
MEDIAN, LIKELY = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Expected:
    """Half of the cases like this one are decided by ``median``, nine of ten by ``likely`` (POSIX seconds), if nothing
    has to be corrected. ``cases`` is how many it rests on; ``front`` how many wait in front, None once it is held.
    """

    median: float
    likely: float
    cases: int
    front: int | None


@dataclass(frozen=True, slots=True)
class _Sample:
    """Seconds of work in the state, and from there to the decision; not ``decided``: it was cut off before."""

    front: int
    here: float
    rest: float
    decided: bool


class Outlook:
    """What recent cases of one office say, up to ``now``: made once, asked for many cases.

    ``cases`` holds the histories, each in its order; they may begin in the middle, and end where the case is now.
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
        told = [list(stays_of(steps, claiming=claiming)) for steps in cases]
        self._entered, self._left = self._traffic(told)
        self._there: dict[str, list[float]] = defaultdict(list)
        for stays in told:
            if stays and stays[-1].left is None:
                self._there[stays[-1].state].append(stays[-1].entered or -math.inf)
        for moments in self._there.values():
            moments.sort()
        self._told, self._known = told, dict[str, list[_Sample]]()

    def decided(self, state: str) -> int:
        """How many cases that were in the state have been decided."""
        return sum(one.decided for one in self._samples(state))

    def expected(self, state: str, *, entered: float, now: float, front: int | None = None) -> Expected | None:
        """The estimate for a case that came into the state then; None for want of cases, or where nothing runs.
        ``front`` is how many wait before it now; left out, it is what it was when the histories were read.

        A case that waits is compared with those that had about as many in front, one that somebody has at hand with
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
        """How many came into the state earlier and are there still."""
        return bisect_left(self._there[state], entered)

    def _nearest(self, samples: list[_Sample], front: int) -> list[_Sample]:
        """The likest, up to so many that were decided: what was cut off alone says nothing of how long it takes."""
        ordered = sorted(samples, key=lambda one: abs(one.front - front))
        decided = list(accumulate(one.decided for one in ordered))
        return ordered[: bisect_left(decided, NEAREST) + 1]

    def _traffic(self, told: list[list[Stay]]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
        entered: dict[str, list[float]] = defaultdict(list)
        left: dict[str, list[float]] = defaultdict(list)
        for one_stay in (one_stay for stays in told for one_stay in stays):
            entered[one_stay.state].append(one_stay.entered if one_stay.entered is not None else -math.inf)
            if one_stay.left is not None:
                left[one_stay.state].append(one_stay.left.at)
        for moments in (*entered.values(), *left.values()):
            moments.sort()
        return entered, left

    def _samples(self, state: str) -> list[_Sample]:
        """Every stay in the state, with what was left of the road from there; worked out when first asked for."""
        if state not in self._known:
            self._known[state] = [one for stays in self._told for one in self._learn(stays, state)]
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
        """A file that went back to the applicant, was taken back, or is there still, only says: at least so long."""
        if left is None or left.role in self._applicants:
            return False
        return self.definition.states[left.target].kind != "applicant"


def _as_if(one: _Sample, front: int) -> tuple[float, bool]:
    """With another number in front the queue takes another time, in proportion; the work after it does not."""
    return one.here * (front + 1) / (one.front + 1) + one.rest, one.decided


def _reached(lengths: Sequence[tuple[float, bool]], share: float) -> float | None:
    """The length that this share does not pass, after Kaplan and Meier: what was cut off counts up to where it was."""
    alive, at_risk = 1.0, len(lengths)
    for length, decided in sorted(lengths):
        if decided:
            alive *= 1 - 1 / at_risk
            if alive <= 1 - share + 1e-12:
                return length
        at_risk -= 1
    return None
