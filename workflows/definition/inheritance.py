"""A table that is like another one: `like: establishment@4` takes over its content, and says only what is different.

A key of `roles`, `citations`, `stages`, `states`, `actions` or `clock` stands in the place of the other table's; one
without a value takes it away, with the rows that need it. The rows of an action stand in the place of all rows that
the other table has for it. What results is the table: it is checked, drawn and pinned as if it had been written out.

A table may be like one that is like a third. `over: change_of_registration@2` then puts that version in the place of
the one below, so that every matter takes over a new version of the steps that it shares with others.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from workflows.definition.source import Source, read
from workflows.errors import DefinitionError

LIKE, OVER = "like", "over"
MAPS = ("roles", "citations", "stages", "states", "actions", "clock")
# Many tables are like the same few, so each text is read once; nothing changes what was read.
_read = lru_cache(maxsize=8)(read)
NAMED = re.compile(r"([a-z][a-z0-9_]*)@([1-9][0-9]*)")


def resolved(own: Source) -> Source:
    """The whole table. Raises DefinitionError where another table does not exist, or leads back to this one."""
    *above, whole = _layers(own, ())
    for layer in reversed(above):
        whole = _merged(layer, whole)
    return whole


def _layers(own: Source, seen: tuple[str, ...]) -> list[Source]:
    """The table, the one that it is like, the one that that is like, and so on."""
    if not isinstance(own.data, dict) or LIKE not in own.data:
        return [own]
    seen = (*seen, own.file)
    below = _layers(_other(own, own.data, LIKE, seen), seen)
    if OVER in own.data:
        other = _other(own, own.data, OVER, seen)
        places = [number for number, layer in enumerate(below) if _matter(layer) == _matter(other)]
        if not places:
            message = f"{own.data[LIKE]} does not stand over a table of this matter: {own.data[OVER]}"
            raise DefinitionError([own.problem((OVER,), message, code="not_below")])
        below[places[0] :] = _layers(other, seen)
    return [own, *below]


def _other(own: Source, data: Mapping[str, Any], key: str, seen: tuple[str, ...]) -> Source:
    named = NAMED.fullmatch(str(data[key]))
    path = Path(own.file).parents[1] / named[1] / f"workflow@{named[2]}.yaml" if named else None
    if path is None or not path.is_file() or str(path) in seen:
        raise DefinitionError([own.problem((key,), f"there is no such table: {data[key]}", code="no_such_table")])
    return _read(path.read_text(encoding="utf-8"), file=str(path))


def _matter(table: Source) -> str:
    return Path(table.file).parent.name


def _merged(own: Source, below: Source) -> Source:
    mine, other = own.data, below.data
    if not isinstance(mine, dict) or not isinstance(other, dict):
        return own
    merged = {**other, **{key: value for key, value in mine.items() if key not in (LIKE, OVER)}}
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
