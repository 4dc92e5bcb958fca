"""Several reads as one statement: each keeps its own columns, and its rows come back as if it were sent alone.

The rows are those of a UNION ALL. A column has a place among those of its kind, whichever read it is of, and what a
read has no column for is NULL there; so every place has one type, as PostgreSQL demands.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Select,
    String,
    Text,
    UnaryExpression,
    cast,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Session

from registration.database.statements import Prepared, Query, Rows, fetched, raw_connection
from registration.models.columns import JsonDoc

Read = Query | Rows[Any]
Asked = tuple[Read, Mapping[str, Any]]
_NAME = re.compile(r"%\((\w+)\)s")
# The type of a place for each kind of column; a column of a decorated type is of the kind of what it decorates.
_KINDS: Mapping[type[TypeEngine[Any]], TypeEngine[Any]] = {
    Boolean: Boolean(),
    Integer: BigInteger(),
    DateTime: DateTime(timezone=True),
    Date: Date(),
    JSON: JsonDoc,
    LargeBinary: LargeBinary(),
    String: Text(),
}
_Kind = type[TypeEngine[Any]]


class Together:
    """Reads that are sent as one; make it once for each set of them."""

    def __init__(self, reads: Sequence[Read]) -> None:
        self._reads = tuple(reads)
        self._kinds = [[_kind_of(one) for one in read.types] for read in self._reads]
        most: Counter[_Kind] = Counter()
        for kinds in self._kinds:
            most |= Counter(kinds)
        self._places = [kind for kind in _KINDS for _ in range(most[kind])]
        # Where in a row the columns of each read are; before them are the number of the read and that of the row.
        self._columns = [[2 + at for at in self._taken(kinds)] for kinds in self._kinds]
        self._prepared = [Prepared(self._select(number)) for number in range(len(self._reads))]

    def rows(self, session: Session, given: Sequence[Mapping[str, Any]]) -> list[list[tuple[Any, ...]]]:
        """The rows of each read for its values, in its order, as the driver has them."""
        session.flush()
        connection = raw_connection(session)
        ready = [one.way(connection.dialect).ready(values) for one, values in zip(self._prepared, given, strict=True)]
        text, values = _joined(tuple(text for text, _ in ready), [values for _, values in ready])
        found: list[list[tuple[Any, ...]]] = [[] for _ in self._reads]
        for row in sorted(fetched(connection, text, values), key=lambda row: row[:2]):
            found[row[0]].append(tuple(row[at] for at in self._columns[row[0]]))
        return found

    def _select(self, number: int) -> Select[Any]:
        read = self._reads[number]
        # The order of a union is that of no part of it: a number in each row says its place.
        whole = read.select.add_columns(_place_of_row(read.order).label("row_of_read")).subquery()
        *own, place = whole.c
        filled = dict(zip(self._taken(self._kinds[number]), own, strict=True))
        columns = [
            filled[at] if at in filled else cast(null(), _KINDS[kind]).label(f"none_{at}")
            for at, kind in enumerate(self._places)
        ]
        return select(literal_column(str(number)), place, *columns)

    def _taken(self, kinds: Sequence[_Kind]) -> list[int]:
        """The place of each column: the first of its kind that is free."""
        free = {kind: self._places.index(kind) for kind in set(kinds)}
        taken = []
        for kind in kinds:
            taken.append(free[kind])
            free[kind] += 1
        return taken


@lru_cache(maxsize=256)
def together(*reads: Read) -> Together:
    """That of these reads, compiled once."""
    return Together(reads)


def _place_of_row(order: Sequence[Any]) -> ColumnElement[int]:
    """Rows by a number have their place in it; to number others costs SQLite more than to read them."""
    if not order:
        return literal_column("0")
    by = order[0]
    falls = isinstance(by, UnaryExpression) and by.modifier is operators.desc_op
    column = by.element if falls else by
    if len(order) > 1 or not isinstance(column.type, Integer):
        column, falls = func.row_number().over(order_by=list(order)), False
    place: ColumnElement[int] = -column if falls else column
    return place


def _kind_of(column: TypeEngine[Any]) -> _Kind:
    plain = column.impl_instance if isinstance(column, TypeDecorator) else column
    return next(kind for kind in _KINDS if isinstance(plain, kind))


def _joined(texts: tuple[str, ...], values: Sequence[Any]) -> tuple[str, Any]:
    """One text, and all values for it: by position, or each read's by its own names."""
    if all(isinstance(one, tuple) for one in values):
        return _by_position(texts), tuple(value for one in values for value in one)
    return _by_name(texts), {f"r{n}_{name}": value for n, one in enumerate(values) for name, value in one.items()}


@lru_cache(maxsize=256)
def _by_position(texts: tuple[str, ...]) -> str:
    return " UNION ALL ".join(texts)


@lru_cache(maxsize=256)
def _by_name(texts: tuple[str, ...]) -> str:
    return " UNION ALL ".join(_NAME.sub(rf"%(r{n}_\1)s", text) for n, text in enumerate(texts))
