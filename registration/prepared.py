"""Statements of the busiest roads: compiled once for each kind of database, and sent past the ORM, several in one.

Making and compiling a statement anew costs several times what the database needs to carry it out, and so does waiting
for each of several. PostgreSQL takes them as one statement with the others in its WITH clause.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Dialect, Insert, Select, Table, Update, bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import class_mapper, make_transient_to_detached
from sqlmodel import Session, SQLModel

M = TypeVar("M", bound=SQLModel)
Taker = Callable[[Any], Any] | None
_NAME = re.compile(r"%\((\w+)\)s")


class Prepared:
    """A statement whose values all come by name, as the columns' types take them."""

    def __init__(self, statement: Insert | Update | Select[Any]) -> None:
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
            _execute(connection, way.text, way.given(values)).close()
    elif ways:
        given = {f"w{n}_{name}": value for n, (way, row) in enumerate(ways) for name, value in way.bound(row).items()}
        _execute(connection, _as_one(tuple(way.text for way, _ in ways)), given).close()


class Picking(Generic[M]):
    """A row of `model` by a unique column, locked until the transaction ends, as the ORM would load it."""

    def __init__(self, model: type[M], by: str) -> None:
        table: Table = model.__table__  # type: ignore[attr-defined]
        self._manager = class_mapper(model).class_manager
        self._columns = tuple(table.columns)
        self._prepared = Prepared(
            select(table).where(table.c[by] == bindparam("sought")).with_for_update(key_share=True)
        )
        self._takers: dict[str, tuple[tuple[str, Taker], ...]] = {}

    def get(self, session: Session, sought: object) -> M | None:
        """The row whose column holds `sought`; None where there is none. The session must not know it yet."""
        connection = session.connection()
        way = self._prepared.way(connection.dialect)
        cursor = _execute(connection, way.text, way.given({"sought": sought}))
        row = cursor.fetchone()
        cursor.close()
        if row is None:
            return None
        made: M = self._manager.new_instance()
        takers = self._takers_of(connection.dialect)
        vars(made).update(
            (name, take(value) if take else value) for (name, take), value in zip(takers, row, strict=True)
        )
        make_transient_to_detached(made)
        session.add(made)
        return made

    def _takers_of(self, dialect: Dialect) -> tuple[tuple[str, Taker], ...]:
        if dialect.name not in self._takers:
            self._takers[dialect.name] = tuple(
                (column.name, column.type.dialect_impl(dialect).result_processor(dialect, None))
                for column in self._columns
            )
        return self._takers[dialect.name]


class _Way:
    """A statement as one kind of database takes it."""

    def __init__(self, statement: Insert | Update | Select[Any], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self.order: tuple[str, ...] = tuple(getattr(compiled, "positiontup", None) or ())
        self._takers: dict[str, Taker] = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
        }

    def given(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver wants them: by place where it has no names."""
        bound = self.bound(values)
        return tuple(bound[name] for name in self.order) if self.order else bound

    def bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: take(values[name]) if take else values[name] for name, take in self._takers.items()}


def _execute(connection: Connection, text: str, given: Any) -> Any:
    """The driver's cursor after the statement. Its errors come out as SQLAlchemy's, and a lost connection is dropped.

    SQLAlchemy would describe each column of the result anew for a text: half the cost of a look at a wide row.
    """
    cursor = connection.connection.cursor()
    driver: Any = connection.dialect.loaded_dbapi
    try:
        cursor.execute(text, given)
    except driver.Error as error:
        lost = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
        if lost:
            connection.invalidate(error)
        told = DBAPIError.instance(text, None, error, driver.Error, hide_parameters=True, connection_invalidated=lost)
        raise told from error
    return cursor


@lru_cache(maxsize=64)
def _as_one(texts: tuple[str, ...]) -> str:
    """The statements as one, their values named apart."""
    *others, last = [_NAME.sub(rf"%(w{n}_\1)s", text) for n, text in enumerate(texts)]
    clauses = ", ".join(f"w{n} AS ({text})" for n, text in enumerate(others))
    return f"WITH {clauses} {last}" if others else last
