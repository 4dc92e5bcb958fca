"""Reads histories in bulk: a day's entries or whole chains, as streams that keep few rows in memory."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlmodel import Session

from registration.clock import begins
from registration.models import Application, HistoryEntry
from registration.models.columns import table_of

history = table_of(HistoryEntry)
applications = table_of(Application)
# Rows that are fetched at once: enough for speed, few enough for memory.
AT_ONCE = 1000


@dataclass(frozen=True)
class DaySpan:
    """The histories to read: of one registrar or all, of some days (both included), of one case.

    `after` and `until` are numbers of cases, of which those after the first up to the second are read.
    """

    registrar: str | None = None
    first: date | None = None
    last: date | None = None
    ref: str | None = None
    after: int | None = None
    until: int | None = None

    @property
    def is_of_all(self) -> bool:
        """Whether nothing but the numbers of cases limits it."""
        return (self.registrar, self.first, self.last, self.ref) == (None, None, None, None)

    def numbered(self, column: ColumnElement[int]) -> list[ColumnElement[bool]]:
        """The condition for the number of a case, in any column."""
        found = [column > self.after] if self.after is not None else []
        return [*found, column <= self.until] if self.until is not None else found


def streamed(session: Session, query: Select[Any]) -> Iterator[Row[Any]]:
    """The rows of a query of any size, of which only a few are in memory at the same time."""
    with closing(session.execute(query, execution_options={"yield_per": AT_ONCE})) as result:
        yield from result


class RowsOfCases:
    """Rows that belong to cases, read in parallel with the cases: both are ordered by the cases' ids."""

    def __init__(self, rows: Iterator[Row[Any]], *, key: str = "application_id") -> None:
        self._groups = groupby(rows, key=attrgetter(key))
        self._next = self._following()

    def of(self, case_id: int) -> list[Row[Any]]:
        """The case's rows; call it with increasing ids."""
        while self._next is not None and self._next[0] < case_id:
            self._next = self._following()
        return self._next[1] if self._next is not None and self._next[0] == case_id else []

    def _following(self) -> tuple[int, list[Row[Any]]] | None:
        found = next(self._groups, None)
        return (found[0], list(found[1])) if found else None


def entries_of_day(session: Session, registrar: str, day: date) -> Iterator[Row[Any]]:
    """The entries that a day's root binds, in its order: `application_id, ref, seq, hash`, by case and number."""
    wanted = select(history.c.application_id, history.c.seq, history.c.hash).where(*_between(day, day))
    # The day first, by its index: without statistics SQLite would read all cases of the registrar instead.
    of_day = wanted.cte("of_day").prefix_with("MATERIALIZED")
    query = (
        select(of_day.c.application_id, applications.c.ref, of_day.c.seq, of_day.c.hash)
        .join(applications, applications.c.id == of_day.c.application_id)
        .where(applications.c.registrar_code == registrar)
        .order_by(of_day.c.application_id, of_day.c.seq)
    )
    return streamed(session, query)


def entries_in(session: Session, span: DaySpan) -> Iterator[Row[Any]]:
    """Whole entries, in the order of the trees: by case and number."""
    query = select(history).join(applications, applications.c.id == history.c.application_id)
    return streamed(session, query.where(*within(span)).order_by(history.c.application_id, history.c.seq))


def within(span: DaySpan) -> list[ColumnElement[bool]]:
    """The condition for an entry (joined with its application) to be in the span."""
    found: list[ColumnElement[bool]] = [*_between(span.first, span.last)]
    found += [applications.c.registrar_code == span.registrar] if span.registrar else []
    return [*found, applications.c.ref == span.ref] if span.ref else found


def concerned(span: DaySpan) -> list[ColumnElement[bool]]:
    """The condition for an application whose whole history is read: at least one entry is in the span."""
    found: list[ColumnElement[bool]] = [applications.c.registrar_code == span.registrar] if span.registrar else []
    found += [applications.c.ref == span.ref] if span.ref else []
    found += span.numbered(applications.c.id)
    days = _between(span.first, span.last)
    return [*found, applications.c.id.in_(select(history.c.application_id).where(*days))] if days else found


def _between(first: date | None, last: date | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [history.c.at >= begins(first)] if first else []
    return [*found, history.c.at < begins(last + timedelta(days=1))] if last else found


def parts_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of the parts that an entry is about."""
    return (str(data["part"]),) if "part" in data else tuple(map(str, data.get("parts", ())))
