"""Pages of long lists: a page begins after a row, named by its place in the order, so that each costs the same.

A list is the union of branches. The rows of a branch are one range of an index in the wanted order, so that each
branch reads no more rows than a page has, however many there are.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, false, literal, select, tuple_, union_all
from sqlalchemy.orm import Mapped
from sqlmodel import Session

from registration.errors import InvalidInput
from registration.models.columns import UtcDateTime
from registration.rules.problems import Problem
from registration.rules.whole_numbers import LARGEST

Row = TypeVar("Row")
Branch = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list; `next` is the cursor of the following one, or None at the end."""

    rows: tuple[Row, ...]
    next: str | None


@dataclass(frozen=True)
class Order:
    """By `column`, then by `number`, both in one direction; rows without a value in the column come last.

    `name` is in the cursors, because a place in one order is none in another.
    """

    name: str
    column: Any
    number: Mapped[int]
    descending: bool = False
    nullable: bool = False


@dataclass(frozen=True)
class _Place:
    """After this row the page begins; `value` is None among the rows without one."""

    value: Any
    number: int


def numbers_on_page(
    session: Session, query: Select[Any], branches: Sequence[Branch], order: Order, *, cursor: str | None, limit: int
) -> tuple[list[int], str | None]:
    """The numbers of the rows of one page, and the cursor of the next. `query` selects from where the branches choose.

    InvalidInput for a cursor that no page of this order gave.
    """
    found = keys_query(query, branches, order, cursor=cursor, most=limit + 1)
    return numbers_among(session.execute(found).all(), order, limit=limit)


def numbers_among(rows: Sequence[Any], order: Order, *, limit: int) -> tuple[list[int], str | None]:
    """The same of the rows that `keys_query` read, one more than the page has."""
    if len(rows) <= limit:
        return [row[0] for row in rows], None
    number, value = rows[limit - 1]
    return [row[0] for row in rows[:limit]], cursor_at(order, value, number)


def keys_after(
    session: Session, query: Select[Any], branches: Sequence[Branch], order: Order, *, cursor: str | None, most: int
) -> list[tuple[int, Any]]:
    """(number, value) of the next rows of the branches, in an order whose column always has a value."""
    found = keys_query(query, branches, order, cursor=cursor, most=most)
    return [(row[0], row[1]) for row in session.execute(found)]


def keys_query(
    query: Select[Any], branches: Sequence[Branch], order: Order, *, cursor: str | None, most: int
) -> Select[int, Any]:
    """What reads them, as `number` and `place`: first the rows with a value in the column, then those without one."""
    found, by = keys_and_order(query, branches, order, cursor=cursor, most=most)
    return found.order_by(*by)


def keys_and_order(
    query: Select[Any], branches: Sequence[Branch], order: Order, *, cursor: str | None, most: int
) -> tuple[Select[int, Any], list[ColumnElement[Any]]]:
    """The same, and by what its rows are ordered."""
    after = _read(cursor, order) if cursor is not None else None
    is_among_empty = after is not None and after.value is None
    # Where a list has no branch it has no row.
    branches = branches or [[false()]]
    parts: list[Select[Any]] = []
    if not is_among_empty:
        parts += [_of_branch(query, branch, order, after=after, most=most, empty=False) for branch in branches]
    if order.nullable:
        begin = after if is_among_empty else None
        parts += [_of_branch(query, branch, order, after=begin, most=most, empty=True) for branch in branches]
    found = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    by = [place.desc() if order.descending else place for place in (found.c.place, found.c.number)]
    last = [found.c.place.is_(None)] if order.nullable else []
    return select(found.c.number, found.c.place).limit(most), [*last, *by]


def cursor_at(order: Order, value: Any, number: int) -> str:
    """The cursor of what follows this row."""
    shown = value.isoformat() if isinstance(value, datetime) else value
    return urlsafe_b64encode(json.dumps([order.name, number, shown]).encode()).decode().rstrip("=")


def _of_branch(
    query: Select[Any], branch: Branch, order: Order, *, after: _Place | None, most: int, empty: bool
) -> Select[Any]:
    """(number, place) of the first rows of a branch; of those without a value in the column if `empty`."""
    rows: Select[Any] = query.with_only_columns(order.number.label("number"), order.column.label("place"))
    rows = rows.where(*branch)
    if order.nullable:
        rows = rows.where(order.column.is_(None) if empty else order.column.is_not(None))
    if after is not None:
        here: Any = order.number if empty else tuple_(order.column, order.number)
        there: Any = literal(after.number)
        if not empty:
            there = tuple_(literal(after.value, order.column.type), there)
        rows = rows.where(here < there if order.descending else here > there)
    # By the column also where it has no value: PostgreSQL takes the order of the index only if it is asked for whole,
    # and walks through the numbers of the whole table else.
    by = [place.desc() if order.descending else place for place in (order.column, order.number)]
    found = rows.order_by(*by).limit(most).subquery()
    return select(found.c.number, found.c.place)


def _read(cursor: str, order: Order) -> _Place:
    """The place that `_write` made of it. InvalidInput for any other text."""
    try:
        name, number, value = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if name != order.name or type(number) is not int or not 0 <= number <= LARGEST:
            raise ValueError("a place in another list")
        return _Place(_value(value, order), number)
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput([Problem("cursor", "cursor.unknown")]) from None


def _value(value: object, order: Order) -> Any:
    if value is None and order.nullable:
        return None
    # A text with the character 0 is in no database.
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not a value of the column")
    if not isinstance(order.column.type, UtcDateTime):
        return value
    if not value.endswith("+00:00"):
        raise ValueError("not a moment in the form in which they are written here")
    return datetime.fromisoformat(value).astimezone(UTC)
