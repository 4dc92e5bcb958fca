"""Frequent statements: compiled once for each dialect, and executed without the ORM, several in one.

Building and compiling a statement again costs several times its execution, and so does waiting
for each of several. PostgreSQL takes them as one statement with the others in its WITH clause.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Delete,
    Dialect,
    Select,
    Table,
    Update,
    bindparam,
    column,
    insert,
    select,
    update,
)
from sqlalchemy import table as named
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import class_mapper
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.types import TypeEngine
from sqlmodel import Session, SQLModel

from registration.database.compiled import Compiled, Statement, converter_of

M = TypeVar("M", bound=SQLModel)
RAW_CONNECTION = "line"
_NAME = re.compile(r"%\((\w+)\)s")
# The row that a conditional update found: later statements run for each such row, so once or never.
_FIRST = named("w0", column("id"))
_SELECT_FIRST = "SELECT id FROM w0"


def raw_connection(session: Session) -> Connection:
    """The session's connection; for `autocommit_session` without beginning a transaction, which costs more than
    a read."""
    at_once: Connection | None = session.info.get(RAW_CONNECTION)
    return at_once if at_once is not None else session.connection()


class Prepared:
    """A statement whose values are all named parameters, of the columns' types.

    `after` is the same for `execute_if_unchanged`: it is executed only if the first statement found its row.
    """

    def __init__(self, statement: Statement, *, after: Statement | None = None) -> None:
        self._statements = {False: statement, True: after}
        self._compiled: dict[tuple[str, bool], Compiled] = {}

    def way(self, dialect: Dialect, *, after: bool = False) -> Compiled:
        known = self._compiled.get((dialect.name, after))
        if known is None:
            statement = self._statements[after]
            if statement is None:
                raise TypeError("this statement cannot depend on another")
            known = self._compiled[dialect.name, after] = Compiled(statement, dialect)
        return known


Write = tuple[Prepared, Mapping[str, Any]]


def prepare_insert(table: Table, *without: str) -> Prepared:
    """An insert of a row with all columns except these."""
    names = [column.name for column in table.columns if column.name not in without]
    given = [bindparam(name, type_=table.c[name].type) for name in names]
    return Prepared(
        insert(table).values(dict(zip(names, given, strict=True))).inline(),
        after=insert(table).from_select(names, select(*given).select_from(_FIRST), include_defaults=False),
    )


def prepare_update(table: Table, *names: str, seen: Sequence[str] = ()) -> Prepared:
    """An update of these columns in the row with the id `row_id`, if each column in `seen` still is `seen_<name>`."""
    changed: dict[str, Any] = {name: bindparam(name) for name in names}
    statement = update(table).where(table.c.id == bindparam("row_id")).values(changed)
    for name in seen:
        statement = statement.where(table.c[name] == bindparam(f"seen_{name}"))
    return Prepared(statement.returning(table.c.id) if seen else statement)


def execute(session: Session, writes: Sequence[Write]) -> None:
    """Executes all of them, in any order, each with a value for each parameter. No two may write the same row."""
    connection = raw_connection(session)
    parts = [(prepared.way(connection.dialect), values) for prepared, values in writes]
    if connection.dialect.name != "postgresql":
        for way, values in parts:
            _execute(connection, *way.ready(values)).close()
    elif parts:
        _execute(connection, _one_statement(tuple(way.text for way, _ in parts)), _all_values(parts)).close()


def execute_many(session: Session, writes: Sequence[Write]) -> None:
    """The same for many writes of few kinds: each kind is sent once with all of its rows. PostgreSQL gets all of them
    before the first answer is read."""
    connection, kinds = raw_connection(session), dict[Prepared, list[Mapping[str, Any]]]()
    for prepared, values in writes:
        kinds.setdefault(prepared, []).append(values)
    for prepared, rows in kinds.items():
        ready = [prepared.way(connection.dialect).ready(row) for row in rows]
        _execute(connection, ready[0][0], [given for _, given in ready]).close()


def execute_if_unchanged(session: Session, first: Write, others: Sequence[Write]) -> bool:
    """Executes all of them as one statement if `first`, a conditional update, finds its row; else none.

    PostgreSQL only: the statement is a transaction of its own when `database.autocommit_session` gave the session.
    """
    connection = raw_connection(session)
    parts = [(first[0].way(connection.dialect), first[1])]
    parts += [(prepared.way(connection.dialect, after=True), values) for prepared, values in others]
    cursor = _execute(connection, _one_statement((*(way.text for way, _ in parts), _SELECT_FIRST)), _all_values(parts))
    found = cursor.fetchone() is not None
    cursor.close()
    return found


def _all_values(parts: Sequence[tuple[Compiled, Mapping[str, Any]]]) -> dict[str, Any]:
    return {f"w{n}_{name}": value for n, (way, row) in enumerate(parts) for name, value in way.bound(row).items()}


class Rows(Generic[M]):
    """Rows of `model` as the ORM would load them. The condition's values are all named parameters."""

    def __init__(
        self, model: type[M], *where: ColumnElement[bool], order: Sequence[Any] = (), limit: int | None = None
    ) -> None:
        mapper = class_mapper(model)
        table = mapper.local_table
        self.model, self._manager = model, mapper.class_manager
        self._columns = tuple(table.columns)
        self._names = tuple(column.name for column in self._columns)
        self._key = tuple(self._columns.index(one) for one in mapper.primary_key)
        # What a statement that reads several of these together is made of.
        self.order = tuple(order)
        self.select = look = select(table).where(*where).order_by(*order).limit(limit)
        self.types: list[TypeEngine[Any]] = [column.type for column in self._columns]
        self._look, self._lock = Prepared(look), Prepared(look.with_for_update(key_share=True))
        self._converters: dict[str, list[tuple[str, Callable[[Any], Any]]]] = {}

    def all(self, session: Session, **given: Any) -> list[M]:
        """The rows, attached to the session; what it has of one already stays as it is there."""
        # Flushes pending writes first, as the ORM does before a query.
        session.flush()
        return self.taken_up(session, self._read(raw_connection(session), self._look, given))

    def taken_up(self, session: Session, rows: Sequence[Sequence[Any]]) -> list[M]:
        """The same of rows that were read from the driver."""
        found, connection = [], raw_connection(session)
        for row in rows:
            known = session.identity_map.get((self.model, tuple(row[place] for place in self._key), None))
            if known is None:
                found.append(self._attached(session, connection, row))
            else:
                self._complete(known, connection, row)
                found.append(known)
        return found

    def first(self, session: Session, **given: Any) -> M | None:
        """The first of them, or None without any."""
        return next(iter(self.all(session, **given)), None)

    def locked(self, session: Session, **given: Any) -> list[M]:
        """The same rows, locked until the transaction ends. The session must not have loaded them."""
        connection = session.connection()
        return [self._attached(session, connection, row) for row in self._read(connection, self._lock, given)]

    def unattached(self, session: Session, **given: Any) -> list[M]:
        """The rows as they are now. They are not attached to a session: changes to them are never written."""
        connection = raw_connection(session)
        return [self._made(connection, row) for row in self._read(connection, self._look, given)]

    def _attached(self, session: Session, connection: Connection, row: Sequence[Any]) -> M:
        """As the ORM's loader does it; `session.add` would look at the row first as if it were new."""
        made = self._made(connection, row)
        state = instance_state(made)
        state.key = (self.model, tuple(row[place] for place in self._key), None)
        state.session_id = session.hash_key
        session.identity_map.add(state)
        return made

    def _complete(self, known: M, connection: Connection, row: Sequence[Any]) -> None:
        """What a list left out of the object, or a savepoint's end made it forget."""
        for name, value in self._values(connection, row).items():
            if name not in vars(known):
                set_committed_value(known, name, value)

    def _read(self, connection: Connection, prepared: Prepared, given: Mapping[str, Any]) -> Sequence[Any]:
        return fetched(connection, *prepared.way(connection.dialect).ready(given))

    def _made(self, connection: Connection, row: Sequence[Any]) -> M:
        made: M = self._manager.new_instance()
        vars(made).update(self._values(connection, row))
        return made

    def _values(self, connection: Connection, row: Sequence[Any]) -> dict[str, Any]:
        values = dict(zip(self._names, row, strict=True))
        for name, convert in self._converters_of(connection.dialect):
            values[name] = convert(values[name])
        return values

    def _converters_of(self, dialect: Dialect) -> list[tuple[str, Callable[[Any], Any]]]:
        """The columns whose values the driver gives in another form, and what makes them."""
        if dialect.name not in self._converters:
            made = ((one.name, converter_of(one.type, dialect)) for one in self._columns)
            self._converters[dialect.name] = [(name, convert) for name, convert in made if convert]
        return self._converters[dialect.name]


class Query:
    """The rows of a select, or of a change that returns some, whose values are all named parameters.

    A list is given for `bindparam(name, expanding=True)`; the text is kept for each length of it. A select that is
    read together with others has its `order` from here.
    """

    def __init__(
        self,
        query: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Update | Delete,
        *,
        order: Sequence[Any] = (),
    ) -> None:
        self.order = tuple(order)
        if isinstance(query, Select):
            query = self.select = query.order_by(*order) if order else query
        self._prepared = Prepared(query)
        self.types: list[TypeEngine[Any]] = [column.type for column in query.exported_columns]
        self._converters: dict[str, list[tuple[int, Callable[[Any], Any]]]] = {}

    def rows(self, session: Session, **given: Any) -> list[tuple[Any, ...]]:
        # Flushes pending writes first, as the ORM does before a query.
        session.flush()
        connection = raw_connection(session)
        rows = fetched(connection, *self._prepared.way(connection.dialect).ready(given))
        return self.taken_up(session, rows)

    def taken_up(self, session: Session, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The values of rows that were read from the driver."""
        found = list(rows)
        for place, convert in self._converters_of(raw_connection(session).dialect):
            found = [(*row[:place], convert(row[place]), *row[place + 1 :]) for row in found]
        return found

    def _converters_of(self, dialect: Dialect) -> list[tuple[int, Callable[[Any], Any]]]:
        """The places of the columns whose values the driver gives in another form, and what makes them."""
        if dialect.name not in self._converters:
            made = ((place, converter_of(one, dialect)) for place, one in enumerate(self.types))
            self._converters[dialect.name] = [(place, convert) for place, convert in made if convert]
        return self._converters[dialect.name]


def mirror(row: SQLModel, values: Mapping[str, Any]) -> None:
    """Sets on the object what a prepared statement writes to its row, without a second write."""
    if instance_state(row).committed_state.keys().isdisjoint(values):
        vars(row).update(values)
        return
    for key, value in values.items():
        set_committed_value(row, key, value)


def fetched(connection: Connection, text: str, given: Any) -> Sequence[Any]:
    """The rows of a statement, as the driver has them."""
    cursor = _execute(connection, text, given)
    rows: Sequence[Any] = cursor.fetchall()
    cursor.close()
    return rows


def _execute(connection: Connection, text: str, given: Any) -> Any:
    """The driver's cursor after the statement, or after one for each of a list of rows.

    Errors are raised as SQLAlchemy's, and a lost connection is invalidated. SQLAlchemy would describe each result
    column again for a text statement: half the cost of reading a wide row.
    """
    cursor = connection.connection.cursor()
    driver: Any = connection.dialect.loaded_dbapi
    try:
        cursor.executemany(text, given) if isinstance(given, list) else cursor.execute(text, given)
    except driver.Error as error:
        lost = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
        if lost:
            connection.invalidate(error)
        raised = DBAPIError.instance(text, None, error, driver.Error, hide_parameters=True, connection_invalidated=lost)
        raise raised from error
    return cursor


@lru_cache(maxsize=64)
def _one_statement(texts: tuple[str, ...]) -> str:
    """The statements as one, with distinct parameter names."""
    *others, last = [_NAME.sub(rf"%(w{n}_\1)s", text) for n, text in enumerate(texts)]
    clauses = ", ".join(f"w{n} AS ({text})" for n, text in enumerate(others))
    return f"WITH {clauses} {last}" if others else last
