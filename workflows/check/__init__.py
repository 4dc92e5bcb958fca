"""The static checker: finds faults in a table that loads without errors. A table in use must have no findings."""

from collections.abc import Collection

from workflows.check import four_eyes, joining, naming, people, promises, reachability, wording
from workflows.check.finding import CODES, Code, Finding, Found
from workflows.check.people import without_holder
from workflows.definition import Definition
from workflows.definition.source import Source

__all__ = ["CODES", "Code", "Finding", "check", "without_holder"]


def check(
    definition: Definition,
    *,
    guards: Collection[str] | None = None,
    conditions: Collection[str] | None = None,
    effects: Collection[str] | None = None,
    source: Source | None = None,
) -> list[Finding]:
    """Every fault of the table, one per code and place; `CODES` lists all codes.

    Names are checked against the given registries. With ``source``, the text that the table was read from, each
    finding has its line and column.
    """
    found = [
        *wording.faults(definition),
        *reachability.faults(definition),
        *people.faults(definition),
        *four_eyes.faults(definition),
        *promises.faults(definition),
        *joining.faults(definition),
        *naming.faults(definition, guards=guards, conditions=conditions, effects=effects),
    ]
    return [_placed(one, source) for one in dict.fromkeys(found)]


def _placed(found: Found, source: Source | None) -> Finding:
    line, column = source.locate(found.place) if source is not None else (None, None)
    return Finding(found.code, found.place, dict(found.data), line, column)
