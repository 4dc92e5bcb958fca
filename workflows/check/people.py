"""Who can take what: rows without a role, holders with no action, ambiguous rows, roles that no account has."""

from collections.abc import Collection, Iterator
from itertools import combinations

from workflows.check.finding import Finding, Found, found
from workflows.check.walk import agree, reached
from workflows.definition import Definition, Row, Table
from workflows.definition.values import Condition


def faults(definition: Definition) -> Iterator[Found]:
    for at, table in (("", definition), ("parts.", definition.parts)):
        if table is not None:
            yield from _actors(table, at)
            yield from _ambiguity(table, at)


def _actors(table: Table, at: str) -> Iterator[Found]:
    for index, row in enumerate(table.rows):
        if not row.by:
            yield found("nobody_can_take", f"{at}rows.{index}", action=row.action)
    for key in table.actions:
        if all(row.action != key for row in table.rows):
            yield found("unused_action", f"{at}actions.{key}")
    for key, state in table.states.items():
        able = {role for row in table.rows_from(key) for role in row.by}
        for role in state.holder:
            if role not in able:
                yield found("idle_holder", f"{at}states.{key}", role=role)


def _ambiguity(table: Table, at: str) -> Iterator[Found]:
    for (first, one), (second, other) in combinations(enumerate(table.rows), 2):
        shared = set(one.sources) & set(other.sources)
        if one.action == other.action and shared and agree(one.conditions, other.conditions):
            states = ", ".join(sorted(shared))
            yield found("ambiguous_rows", f"{at}rows.{second}", first=str(first), action=one.action, states=states)


def applicant_side(definition: Definition) -> frozenset[str]:
    """The roles outside the office: they hold a case before it is filed, or when the office returns it."""
    own = (state.holder for state in definition.states.values() if state.kind in ("start", "applicant"))
    return frozenset(role for holders in own for role in holders)


def without_holder(
    definition: Definition, *, held: Collection[str], given: Collection[Condition] = ()
) -> list[Finding]:
    """What no account in one office can do, because none has a role for it.

    ``held`` are the roles that the office's accounts have, ``given`` the conditions that are fixed for this office:
    rows on a route that its cases never take need no account; nor do applicants and the program itself.
    """
    able = {*held, *applicant_side(definition), *definition.automatic}
    missing: dict[tuple[str, ...], dict[str, None]] = {}
    for row in _rows_on(definition, given):
        for roles in _needed(definition, row):
            if not able & set(roles):
                missing.setdefault(roles, {})[row.action] = None
    return [
        Finding("role_without_holder", f"roles.{roles[0]}", {"roles": ", ".join(roles), "actions": ", ".join(actions)})
        for roles, actions in missing.items()
    ]


def _rows_on(definition: Definition, given: Collection[Condition]) -> Iterator[Row]:
    there = reached(definition, [definition.start], given=given)
    yield from (row for row in definition.rows if there & set(row.sources) and agree(row.conditions, given))


def _needed(definition: Definition, row: Row) -> Iterator[tuple[str, ...]]:
    """The row's roles, of which one is enough; where the row is for agencies, each agency needs its own."""
    agencies = {part.role for part in definition.parts.graph.values()} if definition.parts else set()
    if row.by and agencies >= set(row.by):
        yield from ((role,) for role in row.by)
    elif row.by:
        yield row.by
