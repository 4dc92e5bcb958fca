"""The static checker: what is wrong with a table that can be read. A table in use has no findings."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import combinations

from workflows.definition import Definition, Parts, Row, Table
from workflows.values import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: where it is, what is wrong, and what to do about it."""

    code: str
    place: str
    message: str
    fix: str


def check(
    definition: Definition,
    *,
    guards: Collection[str] | None = None,
    conditions: Collection[str] | None = None,
    effects: Collection[str] | None = None,
) -> list[Finding]:
    """Every fault of the table; names are checked against the registries that are given."""
    findings = [*_labels(definition), *_table(definition, at="", ends=_finals(definition)), *_limits(definition)]
    if definition.parts is not None:
        findings += _parts(definition.parts)
    for kind, known in (("guard", guards), ("condition", conditions), ("effect", effects)):
        if known is not None:
            findings += _unbound(definition, kind, known)
    return findings


def _table(table: Table, *, at: str, ends: frozenset[str]) -> Iterator[Finding]:
    yield from _reachability(table, at, ends)
    yield from _exits(table, at, ends)
    yield from _takers(table, at)
    yield from _ambiguity(table, at)


def _finals(table: Table) -> frozenset[str]:
    return frozenset(key for key, state in table.states.items() if state.kind == "final")


def _reachability(table: Table, at: str, ends: frozenset[str]) -> Iterator[Finding]:
    reached = _closure({table.start}, lambda state: {row.target_from(state) for row in table.rows_from(state)})
    escaping = _closure(set(ends), lambda state: {source for row in table.rows for source in _sources_to(row, state)})
    for key in table.states:
        if key not in reached:
            message, fix = "no row leads here from the start", "add a row that leads here, or take the state away"
            yield Finding("unreachable", f"{at}states.{key}", message, fix)
        elif key not in escaping and _leaving(table, key):
            message, fix = "from here no way leads to an end", "add a row that leads out of this circle"
            yield Finding("no_way_to_final", f"{at}states.{key}", message, fix)


def _closure(found: set[str], following: Callable[[str], set[str]]) -> set[str]:
    waiting = list(found)
    while waiting:
        fresh = following(waiting.pop()) - found
        found |= fresh
        waiting += fresh
    return found


def _sources_to(row: Row, state: str) -> tuple[str, ...]:
    return tuple(source for source in row.sources if row.target_from(source) == state)


def _leaving(table: Table, state: str) -> list[Row]:
    return [row for row in table.rows_from(state) if row.target_from(state) != state]


def _exits(table: Table, at: str, ends: frozenset[str]) -> Iterator[Finding]:
    for key, state in table.states.items():
        if key not in ends and not _leaving(table, key):
            fix = "add a row that leads out, or make it an end"
            yield Finding("dead_end", f"{at}states.{key}", "nothing leads out of this state", fix)
        if state.kind == "final" and any(table.rows_from(key)):
            fix = "take the rows away, or give the state another kind"
            yield Finding("final_has_rows", f"{at}states.{key}", "something can be done in a final state", fix)


def _takers(table: Table, at: str) -> Iterator[Finding]:
    for index, row in enumerate(table.rows):
        if not row.by:
            fix = "name at least one role in `by`"
            yield Finding("nobody_can_take", f"{at}rows.{index}", f"nobody can take {row.action}", fix)
    for key in table.actions:
        if all(row.action != key for row in table.rows):
            fix = "add a row for it, or take the action away"
            yield Finding("unused_action", f"{at}actions.{key}", "no row has this action", fix)
    for key, state in table.states.items():
        able = {role for row in table.rows_from(key) for role in row.by}
        for role in state.holder:
            if role not in able:
                message, fix = f"the case waits here for {role}, who can do nothing", "give the role a row from here"
                yield Finding("idle_holder", f"{at}states.{key}", message, fix)


def _ambiguity(table: Table, at: str) -> Iterator[Finding]:
    for (first, one), (second, other) in combinations(enumerate(table.rows), 2):
        shared = set(one.sources) & set(other.sources)
        if one.action == other.action and shared and not _exclusive(one, other):
            message = f"rows {first} and {second} both answer {one.action} in {', '.join(sorted(shared))}"
            fix = "tell them apart with a condition in the one and its `not` in the other"
            yield Finding("ambiguous_rows", f"{at}rows.{second}", message, fix)


def _exclusive(one: Row, other: Row) -> bool:
    return any(a.name == b.name and a.holds != b.holds for a in one.conditions for b in other.conditions)


def _limits(definition: Definition) -> Iterator[Finding]:
    timed = {state for policy in definition.clock.values() for state in policy.runs_in}
    for key, state in definition.states.items():
        if state.kind == "office" and state.within is None and key not in timed:
            fix = "give the state a `within`, or let a clock run in it"
            yield Finding("missing_limit", f"states.{key}", "the office may keep a case here for ever", fix)
    for key, part in definition.parts.graph.items() if definition.parts else ():
        if part.within is None:
            message, fix = "the agency may keep its part for ever", "give the part a `within`"
            yield Finding("missing_limit", f"parts.graph.{key}", message, fix)


def _labels(definition: Definition) -> Iterator[Finding]:
    for place, text in _texts(definition):
        for lang, words in (("zh", text.zh), ("en", text.en)):
            if not words.strip():
                code = "missing_basis" if place.startswith("citations.") else "missing_label"
                yield Finding(code, place, f"there is no text in {lang}", f"write `{lang}`")


def _texts(definition: Definition) -> Iterator[tuple[str, Text]]:
    yield "title", definition.title
    yield from ((f"roles.{key}", text) for key, text in definition.roles.items())
    yield from ((f"citations.{key}", text) for key, text in definition.citations.items())
    yield from _labels_of(definition, "")
    if definition.parts is not None:
        yield from _labels_of(definition.parts, "parts.")
        yield from ((f"parts.graph.{key}", part.label) for key, part in definition.parts.graph.items())


def _labels_of(table: Table, at: str) -> Iterator[tuple[str, Text]]:
    yield from ((f"{at}states.{key}", state.label) for key, state in table.states.items())
    yield from ((f"{at}actions.{key}", action.label) for key, action in table.actions.items())


def _unbound(definition: Definition, kind: str, known: Collection[str]) -> Iterator[Finding]:
    for at, table in (("", definition), ("parts.", definition.parts)):
        if table is None:
            continue
        named = {"guard": table.guards, "condition": table.conditions, "effect": table.effects}[kind]
        for name in sorted(named - set(known)):
            fix = f"write the {kind}, or correct its name"
            yield Finding(f"unbound_{kind}", f"{at}rows", f"no {kind} is called {name}", fix)


def _parts(parts: Parts) -> Iterator[Finding]:
    yield from _table(parts, at="parts.", ends=_finals(parts) | set(parts.done))
    try:
        TopologicalSorter({key: part.after for key, part in parts.graph.items()}).prepare()
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        yield Finding("cyclic_parts", "parts.graph", f"these wait for each other: {circle}", "break the circle")
        return
    yield from _never_complete(parts)


def _never_complete(parts: Parts) -> Iterator[Finding]:
    """A required part behind one that nobody has to do may wait for ever; an empty join does not wait at all."""
    if not any(part.required for part in parts.graph.values()):
        yield Finding("empty_join", "parts.graph", "no part is required, so the join waits for nothing", "require one")
    for key, part in parts.graph.items():
        idle = [earlier for earlier in part.after if not parts.graph[earlier].required]
        if part.required and idle:
            message = f"it is required, but waits for {', '.join(idle)}, which nobody has to do"
            yield Finding(
                "never_complete", f"parts.graph.{key}", message, "require the earlier part, or don't wait for it"
            )
