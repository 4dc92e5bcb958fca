"""Times read from a history: each case's stays in its states, who took it on, how each stay ended. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from workflows.definition import Table


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One action on a case from its history; ``at`` in POSIX seconds."""

    at: float
    action: str
    source: str
    target: str
    role: str
    actor: str


@dataclass(frozen=True, slots=True)
class Stay:
    """A case in a state. ``entered`` is None where the history begins later, ``left`` where the case is in the state
    still. ``taken_at`` is when the person who ended the stay had taken the case on; None otherwise.
    """

    state: str
    entered: float | None
    left: TimelineEntry | None
    taken_at: float | None = None


def claims(table: Table) -> frozenset[tuple[str, str, str]]:
    """The moves (action, source, target) by which a user takes a case on."""
    rows = [row for row in table.rows if row.held_by == "actor"]
    return frozenset((row.action, source, row.target_from(source)) for row in rows for source in row.sources)


def stays_of(steps: Sequence[TimelineEntry], *, claiming: Collection[tuple[str, str, str]]) -> Iterator[Stay]:
    """The stays of one case, the earliest first; ``steps`` in the order of its history."""
    entered: float | None = None
    taken: dict[str, float] = {}
    for step in steps:
        takes = {step.actor: step.at} if (step.action, step.source, step.target) in claiming else {}
        if step.target == step.source:
            taken |= takes
            continue
        yield Stay(step.source, entered, step, taken.get(step.actor))
        entered, taken = step.at, takes
    if steps:
        yield Stay(steps[-1].target, entered, None)
