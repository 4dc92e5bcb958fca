"""A table that is like another one: `like: establishment@4` takes over its content, and says only what is different.

A key of `roles`, `citations`, `stages`, `states`, `actions` or `clock` stands in the place of the other table's; one
without a value takes it away, with the rows that need it. The rows of an action stand in the place of all rows that
the other table has for it. What results is the table: it is checked, drawn and pinned as if it had been written out.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workflows.definition.source import Source, read
from workflows.errors import DefinitionError

LIKE = "like"
MAPS = ("roles", "citations", "stages", "states", "actions", "clock")
NAMED = re.compile(r"([a-z][a-z0-9_]*)@([1-9][0-9]*)")


def resolved(own: Source) -> Source:
    """The whole table. Raises DefinitionError where the other table does not exist, or leads back to this one."""
    return _resolved(own, ())


def _resolved(own: Source, seen: tuple[str, ...]) -> Source:
    data = own.data
    if not isinstance(data, dict) or LIKE not in data:
        return own
    named = NAMED.fullmatch(str(data[LIKE]))
    path = Path(own.file).parents[1] / named[1] / f"workflow@{named[2]}.yaml" if named else None
    if path is None or not path.is_file() or str(path) in seen:
        raise DefinitionError([own.problem((LIKE,), f"there is no such table: {data[LIKE]}", code="no_such_table")])
    other = _resolved(read(path.read_text(encoding="utf-8"), file=str(path)), (*seen, own.file))
    if not isinstance(other.data, dict):
        return own
    return _merged(own, data, other.data)


def _merged(own: Source, mine: Mapping[str, Any], other: Mapping[str, Any]) -> Source:
    merged = {**other, **{key: value for key, value in mine.items() if key != LIKE}}
    for key in MAPS:
        if isinstance(mine.get(key, {}), Mapping):
            both = {**other.get(key, {}), **mine.get(key, {})}
            # Stages stand in the order of the table itself, and those that it takes over alone after them.
            order = {**mine.get(key, {}), **both} if key == "stages" else both
            merged[key] = {name: both[name] for name in order if both[name] != ""}
    rows = mine.get("rows", [])
    replaced = {row.get("action") for row in rows if isinstance(row, Mapping)}
    kept = [
        row for row in (_kept(one, merged) for one in other.get("rows", [])) if row and row["action"] not in replaced
    ]
    merged["rows"] = [*kept, *rows]
    # A fault of what was taken over is shown at the line that takes it over.
    line = own.places[(LIKE,)]
    places: dict[tuple[str | int, ...], tuple[int, int]] = {("rows", number): line for number in range(len(kept))}
    for at, place in own.places.items():
        is_row = len(at) > 1 and at[0] == "rows" and isinstance(at[1], int)
        places[("rows", int(at[1]) + len(kept), *at[2:]) if is_row else at] = place
    return Source(own.file, merged, places)


def _kept(row: Mapping[str, Any], merged: Mapping[str, Any]) -> dict[str, Any] | None:
    """A row of the other table without the states that were taken away; None where nothing is left of it."""
    states, actions = merged["states"], merged["actions"]
    sources = row["from"] if isinstance(row["from"], list) else [row["from"]]
    left = [state for state in sources if state in states]
    if not left or row["action"] not in actions or row["to"] not in (*states, "same"):
        return None
    return {**row, "from": left}
