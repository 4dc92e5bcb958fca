"""What a history says of time: each case's stays in its states, who took it on, how each stay ended. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from workflows.definition import Table


@dataclass(frozen=True, slots=True)
class Deed:
    """One action on a case as the history has it; ``at`` in POSIX seconds."""

    at: float
    action: str
    source: str
    target: str
    role: str
    actor: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A case in a state. ``entered`` is None where the history that was read begins later, ``left`` where it is there
    still. ``taken_at`` is when whoever ended it had taken it on; None where nobody did, or it was another person.
    """

    state: str
    entered: float | None
    left: Deed | None
    taken_at: float | None = None


def takings(table: Table) -> frozenset[tuple[str, str, str]]:
    """The moves (action, source, target) by which somebody takes a case on."""
    rows = [row for row in table.rows if row.held_by == "actor"]
    return frozenset((row.action, source, row.target_from(source)) for row in rows for source in row.sources)


def spells(deeds: Sequence[Deed], *, taking: Collection[tuple[str, str, str]]) -> Iterator[Spell]:
    """The stays of one case, the earliest first; ``deeds`` in the order of its history."""
    entered: float | None = None
    taken: dict[str, float] = {}
    for deed in deeds:
        takes = {deed.actor: deed.at} if (deed.action, deed.source, deed.target) in taking else {}
        if deed.target == deed.source:
            taken |= takes
            continue
        yield Spell(deed.source, entered, deed, taken.get(deed.actor))
        entered, taken = deed.at, takes
    if deeds:
        yield Spell(deeds[-1].target, entered, None)
