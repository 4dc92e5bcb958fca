"""Differences in meaning between two tables: the order of lists and the grouping of rows do not count."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from workflows.definition import Definition, Parts, Row, Table
from workflows.definition.values import Text

Kind = Literal["added", "removed", "changed"]
Plain = str | tuple[str, ...] | None
_Entries = Mapping[str, BaseModel | Text]

# Lists whose order has a meaning: effects run, and inputs are shown, in this order.
_ORDERED = frozenset({"then", "asks"})
_OF_TABLES = ("states", "actions", "rows")
_OF_ROWS = ("action", "from", "to")


@dataclass(frozen=True, slots=True)
class Aspect:
    """One difference: ``name`` is its key in the file. For a list, ``gone`` and ``new`` are the entries that differ."""

    name: str
    before: Plain
    after: Plain

    @property
    def gone(self) -> tuple[str, ...]:
        return _less(self.before, self.after)

    @property
    def new(self) -> tuple[str, ...]:
        return _less(self.after, self.before)


@dataclass(frozen=True, slots=True)
class TableChange:
    """One state, action, row, part, clock ... that was added, removed or changed.

    ``place`` is the section of the file, such as ``rows`` or ``parts.graph``; ``key`` the entry in it. A row's key is
    ``action: source -> target``. ``aspects`` is empty except for a changed entry.
    """

    kind: Kind
    place: str
    key: str
    aspects: tuple[Aspect, ...] = ()


def diff(old: Definition, new: Definition) -> list[TableChange]:
    """Every difference, in the order of the file; empty for tables of the same meaning. Versions are not compared."""
    return [
        *_fields("title", old, new, keep=("title", "automatic")),
        *_entries("roles", old.roles, new.roles),
        *_entries("citations", old.citations, new.citations),
        *_tables("", old, new),
        *_entries("clock", old.clock, new.clock),
        *_parts(old.parts, new.parts),
    ]


def _tables(at: str, old: Table, new: Table) -> Iterator[TableChange]:
    yield from _entries(f"{at}states", old.states, new.states)
    yield from _entries(f"{at}actions", old.actions, new.actions)
    yield from _rows(f"{at}rows", old, new)


def _parts(old: Parts | None, new: Parts | None) -> Iterator[TableChange]:
    if old is None or new is None:
        if old is not new:
            yield TableChange("added" if old is None else "removed", "parts", "parts")
        return
    own = tuple(name for name in _plain(old) | _plain(new) if name not in (*_OF_TABLES, "graph"))
    yield from _fields("parts", old, new, keep=own)
    yield from _tables("parts.", old, new)
    yield from _entries("parts.graph", old.graph, new.graph)


def _fields(place: str, old: BaseModel, new: BaseModel, *, keep: tuple[str, ...]) -> Iterator[TableChange]:
    aspects = tuple(one for one in _aspects(_plain(old), _plain(new)) if one.name.partition(".")[0] in keep)
    if aspects:
        yield TableChange("changed", place, place, aspects)


def _entries(
    place: str, old: Mapping[str, BaseModel | Text], new: Mapping[str, BaseModel | Text]
) -> Iterator[TableChange]:
    for key, entry in old.items():
        if key not in new:
            yield TableChange("removed", place, key)
        elif aspects := tuple(_aspects(_plain(entry), _plain(new[key]))):
            yield TableChange("changed", place, key, aspects)
    yield from (TableChange("added", place, key) for key in new if key not in old)


def _rows(place: str, old: Table, new: Table) -> Iterator[TableChange]:
    """Rows are compared one state at a time; rows of one action and state with equal conditions are matched."""
    before, after = _by_state(old), _by_state(new)
    for where in {**before, **after}:
        ours, theirs = before.get(where, []), after.get(where, [])
        for one, other in _pairs(ours, theirs):
            if one is None or other is None:
                row = one or other
                assert row is not None
                yield TableChange("added" if one is None else "removed", place, _named(where, row))
            elif aspects := tuple(_row_aspects(where, one, other)):
                yield TableChange("changed", place, _named(where, other), aspects)


def _by_state(table: Table) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in table.rows:
        for source in row.sources:
            found[row.action, source].append(row)
    return found


def _pairs(ours: list[Row], theirs: list[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    left = list(theirs)
    alone = []
    for row in ours:
        same = next((other for other in left if set(other.conditions) == set(row.conditions)), None)
        if same is None:
            alone.append(row)
        else:
            left.remove(same)
            yield row, same
    if len(alone) == len(left) == 1:
        # Only one row is left on each side: it is the same row under other conditions.
        yield alone[0], left[0]
        return
    yield from ((row, None) for row in alone)
    yield from ((None, row) for row in left)


def _named(where: tuple[str, str], row: Row) -> str:
    conditions = f" if {', '.join(map(str, row.conditions))}" if row.conditions else ""
    return f"{where[0]}: {where[1]} -> {row.target_from(where[1])}{conditions}"


def _row_aspects(where: tuple[str, str], one: Row, other: Row) -> Iterator[Aspect]:
    before, after = one.target_from(where[1]), other.target_from(where[1])
    if before != after:
        yield Aspect("to", before, after)
    yield from (aspect for aspect in _aspects(_plain(one), _plain(other)) if aspect.name not in _OF_ROWS)


def _aspects(before: Mapping[str, Plain], after: Mapping[str, Plain]) -> Iterator[Aspect]:
    for name in {**before, **after}:
        ours, theirs = before.get(name), after.get(name)
        if _meaning(name, ours) != _meaning(name, theirs):
            yield Aspect(name, ours, theirs)


def _meaning(name: str, value: Plain) -> object:
    return frozenset(value) if isinstance(value, tuple) and name not in _ORDERED else value


def _plain(entry: BaseModel | Text) -> dict[str, Plain]:
    """The entry as written in the file, without defaults; texts one level deep."""
    if isinstance(entry, Text):
        return dict(entry)
    found: dict[str, Plain] = {}
    for name, value in entry.model_dump(mode="json", by_alias=True, exclude_defaults=True).items():
        found |= _flat(name, value)
    return found


def _flat(name: str, value: Any) -> dict[str, Plain]:
    if isinstance(value, dict):
        return {f"{name}.{key}": str(inner) for key, inner in value.items() if not isinstance(inner, dict | list)}
    if isinstance(value, list):
        return {name: tuple(map(str, value))} if value and not isinstance(value[0], dict) else {}
    return {name: str(value).lower() if isinstance(value, bool) else str(value)}


def _less(value: Plain, other: Plain) -> tuple[str, ...]:
    if not isinstance(value, tuple) and not isinstance(other, tuple):
        return ()
    mine, theirs = (one if isinstance(one, tuple) else () for one in (value, other))
    return tuple(item for item in mine if item not in theirs)
