"""The engine against `transitions` itself: for every state, action and truth the same target, or the same no."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace

import pytest
from transitions import MachineError

from workflows.definition import Definition, Table
from workflows.engine import Routing, Workflow
from workflows.errors import ActionNotAllowed

EVERY = dict.fromkeys


@dataclass(frozen=True)
class Truths:
    of: Mapping[str, bool]


def given_truth(name: str) -> Routing[Truths]:
    return lambda truths: truths.of[name]


def workflow(table: Table) -> Workflow[Truths]:
    """The table with conditions that are given, and guards that never block."""
    return Workflow(
        table,
        guards=EVERY(table.guards, lambda facts: None),
        conditions={name: given_truth(name) for name in table.conditions},
    )


def by_machine(made: Workflow[Truths], state: str, action: str, truths: Mapping[str, bool]) -> str | None:
    """Where `transitions` moves a model; None where it refuses or stays for want of a condition."""
    model = SimpleNamespace(state=state)
    try:
        return model.state if made.machine.events[action].trigger(model, truths=truths) else None
    except (MachineError, KeyError):
        return None


def by_engine(
    made: Workflow[Truths], state: str, action: str, truths: Mapping[str, bool], roles: list[str]
) -> str | None:
    try:
        return made.step(state, action, roles=roles, actor_id=1, facts=Truths(truths), took={}).target
    except ActionNotAllowed:
        return None


@pytest.mark.parametrize("which", ["small", "establishment", "parts"])
def test_both_go_the_same_way(small: Definition, establishment: Definition, which: str) -> None:
    assert establishment.parts is not None
    whole = small if which == "small" else establishment
    table: Table = establishment.parts if which == "parts" else whole
    made, conditions = workflow(table), sorted(table.conditions)
    roles = [role for row in table.rows for role in row.by]
    moved = 0
    for values in product((True, False), repeat=len(conditions)):
        truths = dict(zip(conditions, values, strict=True))
        for state, action in product(table.states, table.actions):
            wanted = by_machine(made, state, action, truths)
            assert by_engine(made, state, action, truths, roles) == wanted
            moved += wanted is not None
    assert moved >= len(table.rows)
