"""Which states a case can enter and leave: unreachable states, cycles without an exit, ends that have an exit."""

from collections.abc import Iterator

from workflows.check.finding import Found, found
from workflows.check.walk import closure, reached
from workflows.definition import Definition, Row, Table


def faults(definition: Definition) -> Iterator[Found]:
    yield from _table(definition, "", _finals(definition))
    yield from _corrections(definition)
    if definition.parts is not None:
        yield from _table(definition.parts, "parts.", _finals(definition.parts) | set(definition.parts.done))


def _table(table: Table, at: str, ends: frozenset[str]) -> Iterator[Found]:
    yield from _reachability(table, at, ends)
    yield from _exits(table, at, ends)


def _finals(table: Table) -> frozenset[str]:
    return frozenset(key for key, state in table.states.items() if state.kind == "final")


def _reachability(table: Table, at: str, ends: frozenset[str]) -> Iterator[Found]:
    there = reached(table, [table.start])
    escaping = closure(set(ends), lambda state: {source for row in table.rows for source in _sources_to(row, state)})
    for key in table.states:
        if key not in there:
            yield found("unreachable", f"{at}states.{key}")
        elif key not in escaping and _leaving(table, key):
            yield found("no_way_to_final", f"{at}states.{key}")


def _sources_to(row: Row, state: str) -> tuple[str, ...]:
    return tuple(source for source in row.sources if row.target_from(source) == state)


def _leaving(table: Table, state: str) -> list[Row]:
    return [row for row in table.rows_from(state) if row.target_from(state) != state]


def _exits(table: Table, at: str, ends: frozenset[str]) -> Iterator[Found]:
    for key, state in table.states.items():
        if key not in ends and not _leaving(table, key):
            yield found("dead_end", f"{at}states.{key}")
        # A file that has ended may still be archived; nothing else happens to it.
        on = (row.target_from(key) for row in table.rows_from(key))
        if state.kind == "final" and any(to == key or table.states[to].kind != "final" for to in on):
            yield found("final_has_rows", f"{at}states.{key}")


def _corrections(definition: Definition) -> Iterator[Found]:
    """A case that the office returned must not stay with the applicant for ever: a time limit must end it."""
    for key, state in definition.states.items():
        handed_back = state.kind == "applicant" and _offices_before(definition, key) & reached(definition, [key])
        if handed_back and (state.within is None or not _ends_by_itself(definition, key)):
            yield found("endless_correction", f"states.{key}")


def _offices_before(definition: Definition, state: str) -> set[str]:
    sources = {source for row in definition.rows for source in _sources_to(row, state)}
    return {source for source in sources if definition.states[source].kind == "office"}


def _ends_by_itself(definition: Definition, state: str) -> bool:
    return any(
        definition.states[row.target_from(state)].kind == "final" and set(row.by) & set(definition.automatic)
        for row in definition.rows_from(state)
    )
