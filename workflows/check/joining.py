"""Parallel parts: the graph must be able to complete; the join must wait for all parts and allow no bypass or undo."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from workflows.check.finding import Found, found
from workflows.check.walk import in_all, reached
from workflows.definition import Definition, Parts, Row


def faults(definition: Definition) -> Iterator[Found]:
    parts = definition.parts
    if parts is None:
        return
    yield from _graph(parts)
    yield from _silence(definition, parts)
    if not parts.runs_in or parts.join is None or parts.join_guard is None:
        yield found("join_missing", "parts")
        return
    yield from _join_rows(definition, parts)
    yield from _bypasses(definition, parts)
    yield from _reversals(definition, parts)


def _graph(parts: Parts) -> Iterator[Found]:
    try:
        TopologicalSorter({key: part.after for key, part in parts.graph.items()}).prepare()
    except CycleError as error:
        yield found("cyclic_parts", "parts.graph", circle=" -> ".join(reversed(error.args[1])))
        return
    if not any(part.required for part in parts.graph.values()):
        yield found("empty_join", "parts.graph")
    for key, part in parts.graph.items():
        idle = [earlier for earlier in part.after if not parts.graph[earlier].required]
        if part.required and idle:
            yield found("never_complete", f"parts.graph.{key}", idle=", ".join(idle))


def _silence(definition: Definition, parts: Parts) -> Iterator[Found]:
    """Only a person's action completes a part: silence is never consent."""
    for index, row in enumerate(parts.rows):
        comes_done = any(row.target_from(state) in parts.done and state not in parts.done for state in row.sources)
        if comes_done and set(row.by) & set(definition.automatic):
            yield found("silent_done", f"parts.rows.{index}", action=row.action)


def _join_rows(definition: Definition, parts: Parts) -> Iterator[Found]:
    for index, row in enumerate(definition.rows):
        if row.action != parts.join:
            continue
        if parts.join_guard not in row.guards:
            yield found("join_unguarded", f"rows.{index}", guard=str(parts.join_guard))
        outside = [state for state in row.sources if state not in parts.runs_in]
        if outside:
            yield found("join_outside", f"rows.{index}", states=", ".join(outside))


def _bypasses(definition: Definition, parts: Parts) -> Iterator[Found]:
    """Rows that leave the parts open and let the case reach a state that only the join may lead to."""
    runs_in = set(parts.runs_in)
    given = in_all([row for row in definition.rows if _enters(row, runs_in)])
    joined = _joined(definition, parts)
    for index, row in enumerate(definition.rows):
        if parts.join_guard in row.guards or row.action == parts.join or not runs_in & set(row.sources):
            continue
        left = {row.target_from(state) for state in row.sources if state in runs_in} - runs_in
        past = reached(definition, left, given=given, without=lambda one: _enters(one, runs_in)) & joined
        if past:
            yield found("join_bypassed", f"rows.{index}", action=row.action, state=min(past))


def _enters(row: Row, states: set[str]) -> bool:
    return any(row.target_from(source) in states and source not in states for source in row.sources)


def _joined(definition: Definition, parts: Parts) -> set[str]:
    rows = [row for row in definition.rows if row.action == parts.join]
    return {row.target_from(state) for row in rows for state in row.sources} - set(parts.runs_in)


def _reversals(definition: Definition, parts: Parts) -> Iterator[Found]:
    """After the join a finished part stays finished: no action that reopens one is allowed there."""
    reopening = {row.action for row in parts.rows for state in row.sources if _reopens(parts, row, state)}
    after = reached(definition, _joined(definition, parts)) - set(parts.runs_in)
    for index, row in enumerate(definition.rows):
        if row.action in reopening and after & set(row.sources):
            yield found("join_undone", f"rows.{index}", action=row.action)


def _reopens(parts: Parts, row: Row, state: str) -> bool:
    return state in parts.done and row.target_from(state) not in parts.done
