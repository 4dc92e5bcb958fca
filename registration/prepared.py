"""Statements of the busiest roads: compiled once for each kind of database, and sent past the ORM, several in one.

Making and compiling a statement anew costs several times what the database needs to carry it out, and so does waiting
for each of several. PostgreSQL takes them as one statement with the others in its WITH clause.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Insert, Table, Update, bindparam, insert, update
from sqlmodel import Session

_NAME = re.compile(r"%\((\w+)\)s")


class Prepared:
    """An INSERT or UPDATE whose values all come by name, as the columns' types take them."""

    def __init__(self, statement: Insert | Update) -> None:
        self._statement = statement
        self._ways: dict[str, _Way] = {}

    def way(self, dialect: Dialect) -> "_Way":
        if dialect.name not in self._ways:
            self._ways[dialect.name] = _Way(self._statement, dialect)
        return self._ways[dialect.name]


Write = tuple[Prepared, Mapping[str, Any]]


def inserting(table: Table, *without: str) -> Prepared:
    """A row with all columns but those."""
    names = [column.name for column in table.columns if column.name not in without]
    return Prepared(insert(table).values({name: bindparam(name) for name in names}).inline())


def updating(table: Table, *names: str) -> Prepared:
    """These columns of the row whose id is given as `row_id`."""
    changed = {name: bindparam(name) for name in names}
    return Prepared(update(table).where(table.c.id == bindparam("row_id")).values(changed))


def send(session: Session, writes: Sequence[Write]) -> None:
    """Carries out all of them, in no order, each with a value for each of its names. No two may write the same row."""
    connection = session.connection()
    ways = [(prepared.way(connection.dialect), values) for prepared, values in writes]
    if connection.dialect.name != "postgresql":
        for way, values in ways:
            connection.exec_driver_sql(way.text, tuple(way.bound(values)[name] for name in way.order))
    elif ways:
        given = {f"w{n}_{name}": value for n, (way, row) in enumerate(ways) for name, value in way.bound(row).items()}
        connection.exec_driver_sql(_as_one(tuple(way.text for way, _ in ways)), given)


class _Way:
    """A statement as one kind of database takes it."""

    def __init__(self, statement: Insert | Update, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self.order: tuple[str, ...] = tuple(getattr(compiled, "positiontup", None) or ())
        self._takers: dict[str, Callable[[Any], Any] | None] = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
        }

    def bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: take(values[name]) if take else values[name] for name, take in self._takers.items()}


@lru_cache(maxsize=64)
def _as_one(texts: tuple[str, ...]) -> str:
    """The statements as one, their values named apart."""
    *others, last = [_NAME.sub(rf"%(w{n}_\1)s", text) for n, text in enumerate(texts)]
    clauses = ", ".join(f"w{n} AS ({text})" for n, text in enumerate(others))
    return f"WITH {clauses} {last}" if others else last
