"""A simulation's parameters measured from a history: durations, choices of actions, arrivals. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workflows.analytics.office_time import OfficeTime
from workflows.analytics.route import entry_of
from workflows.analytics.staffing import Duration, Plan
from workflows.analytics.timeline import Stay, TimelineEntry, claims, stays_of
from workflows.definition import Definition

# Fewer samples of a kind are not reliable; more of them add nothing.
FEWEST, MOST = 20, 500


@dataclass(frozen=True, slots=True)
class Calibration:
    """``measured`` is the number of stays behind each figure; a state that is not in it could not be measured."""

    cases: int
    arrivals: float | None
    service: dict[str, Duration] = field(default_factory=dict)
    choices: dict[str, float] = field(default_factory=dict)
    measured: dict[str, int] = field(default_factory=dict)

    def onto(self, plan: Plan) -> Plan:
        """The plan with measured values in place of its own for the same states."""
        gone = set(self.measured)
        service = {key: one for key, one in plan.service.items() if key.partition(":")[0] not in self.service}
        choices = {key: share for key, share in plan.choices.items() if key.partition(":")[0] not in gone}
        update = {
            "arrivals": self.arrivals or plan.arrivals,
            "service": service | self.service,
            "choices": choices | self.choices,
        }
        return plan.model_copy(update=update)


def calibrate(cases: Iterable[Sequence[TimelineEntry]], *, table: Definition, office: OfficeTime) -> Calibration:
    """Work is measured from taking a case on to the next step by the same person, in hours of work. Other work that the
    person did meanwhile is included, so the figure is rather too long. Applicants' delays are calendar time.
    """
    lengths: dict[str, list[float]] = defaultdict(list)
    choices: dict[str, Counter[str]] = defaultdict(Counter)
    came: list[float] = []
    histories, claiming = list(cases), claims(table)
    entry, _source = entry_of(table)
    for steps in histories:
        for one_stay in stays_of(steps, claiming=claiming):
            _note(one_stay, table, office, lengths, choices)
        came += [deed.at for deed in steps if deed.action == entry.action and deed.target == entry.to][:1]
    measured = {state: sum(found.values()) for state, found in choices.items() if sum(found.values()) >= FEWEST}
    return Calibration(
        cases=len(histories),
        arrivals=_rate(sorted(came), office),
        service={state: _observed(found) for state, found in sorted(lengths.items()) if len(found) >= FEWEST},
        choices={
            f"{state}:{action}": number / measured[state]
            for state in sorted(measured)
            for action, number in sorted(choices[state].items())
        },
        measured=dict(sorted(measured.items())),
    )


def _note(
    one_stay: Stay,
    table: Definition,
    office: OfficeTime,
    lengths: dict[str, list[float]],
    choices: dict[str, Counter[str]],
) -> None:
    state = table.states.get(one_stay.state)
    if state is None or state.kind == "start" or one_stay.left is None:
        return
    choices[one_stay.state][one_stay.left.action] += 1
    if state.kind == "office":
        if one_stay.taken_at is not None:
            lengths[one_stay.state].append(office.worked(one_stay.left.at) - office.worked(one_stay.taken_at))
    elif one_stay.entered is not None:
        lengths[one_stay.state].append(one_stay.left.at - one_stay.entered)


def _observed(found: list[float]) -> Duration:
    """A sample with the distribution of the whole: of a long list every n-th value by size."""
    ordered = sorted(found)
    step = max(1, len(ordered) // MOST)
    return Duration(kind="observed", values=tuple(round(value, 1) for value in ordered[step // 2 :: step]))


def _rate(came: list[float], office: OfficeTime) -> float | None:
    """Cases per working day, over the hours of work between the first and the last."""
    work = office.worked(came[-1]) - office.worked(came[0]) if len(came) >= FEWEST else 0.0
    return round((len(came) - 1) / work * office.per_day, 2) if work else None
