"""Finds names of guards, conditions and effects that are missing from the registries of the program."""

from collections.abc import Collection, Iterator

from workflows.check.finding import Found, found
from workflows.definition import Definition, Row


def faults(
    definition: Definition,
    *,
    guards: Collection[str] | None,
    conditions: Collection[str] | None,
    effects: Collection[str] | None,
) -> Iterator[Found]:
    for kind, known in (("guard", guards), ("condition", conditions), ("effect", effects)):
        if known is not None:
            yield from _unbound(definition, kind, known)


def _unbound(definition: Definition, kind: str, known: Collection[str]) -> Iterator[Found]:
    for at, table in (("", definition), ("parts.", definition.parts)):
        first: dict[str, int] = {}
        for index, row in enumerate(table.rows if table else ()):
            for name in _named(row, kind):
                first.setdefault(name, index)
        for name in sorted(set(first) - set(known)):
            yield found(f"unbound_{kind}", f"{at}rows.{first[name]}", name=name)


def _named(row: Row, kind: str) -> tuple[str, ...]:
    if kind == "condition":
        return tuple(condition.name for condition in row.conditions)
    return row.guards if kind == "guard" else row.effects
