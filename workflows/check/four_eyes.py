"""Rules that require a second person (four-eyes principle), and the paths on which one person could meet them alone.

The first person is the one who took the earlier action last. An earlier holder of that action does not matter:
two persons have looked anyway. It is a fault if no user took it, if the program took it, or if a row bypasses it.
"""

from collections.abc import Iterator

from workflows.check.finding import Found, found
from workflows.check.walk import agree, in_all, reached
from workflows.definition import Definition, Row, Table


def faults(definition: Definition) -> Iterator[Found]:
    automatic = frozenset(definition.automatic)
    for index, row in enumerate(definition.rows):
        for earlier in row.not_same_person_as:
            yield from _rule(definition, index, earlier, automatic)
    for index, row in enumerate(definition.parts.rows if definition.parts else ()):
        if row.not_same_person_as:
            yield found("four_eyes_in_part", f"parts.rows.{index}", action=row.action)


def _rule(table: Table, index: int, earlier: str, automatic: frozenset[str]) -> Iterator[Found]:
    row, place = table.rows[index], f"rows.{index}"
    yield from _gaps(table, place, row, earlier)
    if any(
        one.action == earlier and automatic & set(one.by) and agree(one.conditions, row.conditions)
        for one in table.rows
    ):
        yield found("four_eyes_machine", place, action=row.action, earlier=earlier)
    for other in _bypasses(table, row, earlier):
        yield found(
            "four_eyes_bypass",
            f"rows.{other}",
            action=row.action,
            target=table.rows[other].to,
            earlier=earlier,
            other=table.rows[other].action,
        )


def _gaps(table: Table, at: str, row: Row, earlier: str) -> Iterator[Found]:
    """On a path without the earlier action there is no first person, so any user passes as the second."""
    there = reached(table, [table.start], given=row.conditions, without=lambda one: one.action == earlier)
    for source in row.sources:
        if source in there:
            yield found("four_eyes_gap", at, action=row.action, state=source, earlier=earlier)


def _bypasses(table: Table, row: Row, earlier: str) -> Iterator[int]:
    """Rows without the rule by which the same roles bring a case that is subject to it to the same state."""
    given = frozenset(row.conditions) | in_all([one for one in table.rows if one.action == earlier])
    people = {role for one in table.rows if one.action == earlier for role in one.by} | set(row.by)
    targets = {row.target_from(source) for source in row.sources if _is_decision(table, row, source)}
    there = reached(table, [table.start], given=given, without=lambda one: earlier in one.not_same_person_as)
    for index, one in enumerate(table.rows):
        free = earlier not in one.not_same_person_as and agree(one.conditions, given) and people & set(one.by)
        if free and any(source in there and one.target_from(source) in targets - {source} for source in one.sources):
            yield index


def _is_decision(table: Table, row: Row, source: str) -> bool:
    """Whether the row leads forward; one that leads back needs no guard against other paths to its target."""
    return source not in reached(table, [row.target_from(source)])
