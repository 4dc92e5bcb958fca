"""Dangling references in a well-formed table, each with its path in the file."""

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from workflows.definition import source

if TYPE_CHECKING:
    from workflows.definition.model import Definition, Parts, Table

# Not a stage of any table: it means that all stages are complete.
FINISHED = "finished"
# The path of the reference, the kind of thing that it names, and the name.
Reference = tuple[source.Path, str, str]


def dangling(definition: "Definition") -> Iterator[Reference]:
    """Every name that refers to nothing."""
    yield from _dangling_in(definition, definition, ())
    yield from _missing(definition.automatic, definition.roles, ("automatic",), "role")
    for key, state in definition.states.items():
        yield from _missing(
            state.shown.stage, {*definition.stages, FINISHED}, ("states", key, "shown", "stage"), "stage"
        )
    for key, policy in definition.clock.items():
        yield from _missing(policy.runs_in, definition.states, ("clock", key, "runs_in"), "state")
        yield from _missing(policy.excluded, definition.states, ("clock", key, "excluded"), "state")
        yield from _missing(policy.basis, definition.citations, ("clock", key, "basis"), "citation")
    if definition.parts is not None:
        yield from _dangling_parts(definition, definition.parts)


def _dangling_parts(definition: "Definition", parts: "Parts") -> Iterator[Reference]:
    yield from _dangling_in(definition, parts, ("parts",))
    yield from _missing([parts.acting_role], definition.roles, ("parts", "acting_role"), "role")
    yield from _missing(parts.done, parts.states, ("parts", "done"), "state")
    yield from _missing(parts.runs_in, definition.states, ("parts", "runs_in"), "state")
    yield from _missing([parts.join] if parts.join else [], definition.actions, ("parts", "join"), "action")
    yield from _missing(
        [parts.join_guard] if parts.join_guard else [], definition.guards, ("parts", "join_guard"), "guard"
    )
    for key, part in parts.graph.items():
        yield from _missing([part.role], definition.roles, ("parts", "graph", key, "role"), "role")
        yield from _missing(part.after, parts.graph, ("parts", "graph", key, "after"), "part")


def _dangling_in(definition: "Definition", table: "Table", at: source.Path) -> Iterator[Reference]:
    for key, state in table.states.items():
        yield from _missing(state.holder, definition.roles, (*at, "states", key, "holder"), "role")
        yield from _missing(state.escalates_to, definition.roles, (*at, "states", key, "escalates_to"), "role")
    for key, action in table.actions.items():
        yield from _missing(action.concerns, definition.roles, (*at, "actions", key, "concerns"), "role")
    for index, row in enumerate(table.rows):
        here = (*at, "rows", index)
        yield from _missing([row.action], table.actions, (*here, "action"), "action")
        yield from _missing(row.sources, table.states, (*here, "from"), "state")
        yield from _missing([row.to], {*table.states, "="}, (*here, "to"), "state")
        yield from _missing(row.by, definition.roles, (*here, "by"), "role")
        yield from _missing(row.basis, definition.citations, (*here, "basis"), "citation")
        yield from _missing(row.not_same_person_as, table.actions, (*here, "not_same_person_as"), "action")


def _missing(names: Iterable[str], known: Collection[str], at: source.Path, kind: str) -> list[Reference]:
    return [(at, kind, name) for name in names if name not in known]
