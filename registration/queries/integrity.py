"""Checks the integrity of the histories: every chain entry by entry, and every day against its root."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, String, and_, cast, exists, func, literal, select, true
from sqlmodel import Session

from registration.models import DayHead
from registration.models.applications import CHAIN_START
from registration.models.columns import table_of
from registration.queries.history import DaySpan, RowsOfCases, applications, concerned, history, streamed
from registration.rules.chain import digest

heads = table_of(DayHead)
# How far from its position a moved entry is searched.
NEAR = 20


@dataclass(frozen=True)
class HistoryFinding:
    """One fault: `code` names it, `data` depends on the code."""

    code: str
    registrar: str | None = None
    ref: str | None = None
    seq: int | None = None
    day: date | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Counted:
    """Counts of what was checked so far."""

    cases: int = 0
    entries: int = 0
    days: int = 0


def broken_chains(session: Session, span: DaySpan, *, counted: Counted) -> Iterator[HistoryFinding]:
    """Every changed, missing, moved, lost or added entry in the chains of the cases of `span`."""
    bound, readable = _bound(session, span), _readable(session)
    yield from _unreadable(session, span, readable)
    for case_id, rows in groupby(_entries(session, span, readable), key=lambda row: row.case_id):
        counted.cases += 1
        yield from _chain(rows, {head.seq: head for head in bound.of(case_id)}, counted)
    yield from _removed(session, span)


def _readable(session: Session) -> ColumnElement[bool]:
    """Whether the entry's columns have the right types. SQLite stores any type in any column; PostgreSQL does not."""
    if session.get_bind().dialect.name != "sqlite":
        return true()
    day, hour = "-".join(["[0-9]" * 4, "[0-9]" * 2, "[0-9]" * 2]), ":".join(["[0-9]" * 2] * 3)
    return and_(
        func.json_valid(history.c.data) == 1,
        history.c.at.op("GLOB")(literal(f"{day} {hour}*", String)),
        func.typeof(history.c.seq) == "integer",
    )


def _unreadable(session: Session, span: DaySpan, readable: ColumnElement[bool]) -> Iterator[HistoryFinding]:
    query = (
        select(applications.c.ref, applications.c.registrar_code, cast(history.c.seq, String).label("seq"))
        .join(applications, applications.c.id == history.c.application_id)
        .where(~readable, *concerned(span))
        .order_by(history.c.id)
    )
    for row in streamed(session, query):
        yield HistoryFinding(
            "entry_unreadable", row.registrar_code, row.ref, int(row.seq) if row.seq.isdigit() else None
        )


def _entries(session: Session, span: DaySpan, readable: ColumnElement[bool]) -> Iterator[Row[Any]]:
    """Each case with its entries in order; a case without entries once, with an empty entry."""
    case = applications.c
    query = (
        select(case.id.label("case_id"), case.ref, case.registrar_code, case.history_seq, case.history_hash, history)
        .select_from(applications.outerjoin(history, and_(history.c.application_id == case.id, readable)))
        .where(*concerned(span))
        .order_by(case.id, history.c.seq)
    )
    return streamed(session, query)


def _bound(session: Session, span: DaySpan) -> RowsOfCases:
    """What the daily roots recorded of each case."""
    query = (
        select(heads)
        .join(applications, applications.c.id == heads.c.application_id)
        .where(*concerned(span))
        .order_by(heads.c.application_id, heads.c.seq)
    )
    return RowsOfCases(streamed(session, query))


def _chain(rows: Iterable[Row[Any]], bound: Mapping[int, Row[Any]], counted: Counted) -> Iterator[HistoryFinding]:
    last: Row[Any] | None = None
    case: Row[Any] | None = None
    for row in rows:
        case = row
        if row.seq is None:
            break
        counted.entries += 1
        yield from _faults_of(row, last, bound.get(row.seq))
        last = row
    assert case is not None
    yield from _faults_at_the_end(case, last, bound)


def _faults_of(row: Row[Any], last: Row[Any] | None, head: Row[Any] | None) -> Iterator[HistoryFinding]:
    expected = last.seq + 1 if last else 1
    previous = last.hash if last else CHAIN_START
    if row.seq > expected:
        yield _at(row, "entry_missing", seq=expected, last=row.seq - 1)
    if _digest_as(row, row.seq) != row.hash:
        was = _place_of(row)
        yield _at(row, "entry_changed") if was is None else _at(row, "entry_moved", was=was)
    elif row.seq == expected and row.previous_hash != previous:
        yield _at(row, "entry_unlinked")
    elif head is not None and head.hash != row.hash:
        yield _at(row, "entry_rewritten", day=head.day)
    if head is not None and head.registrar_code != row.registrar_code:
        yield _at(row, "case_moved", was=head.registrar_code)


def _faults_at_the_end(
    case: Row[Any], last: Row[Any] | None, bound: Mapping[int, Row[Any]]
) -> Iterator[HistoryFinding]:
    """Checks that the chain ends with the entry that the case's row and the latest root name."""
    if last is None:
        yield _at(case, "history_removed")
        return
    came_to, wanted = last.seq, max(case.history_seq, *bound, 0)
    if came_to < wanted:
        yield _at(case, "tail_removed", seq=came_to + 1, last=wanted)
    elif came_to > case.history_seq:
        yield _at(case, "entry_added", seq=case.history_seq + 1)
    elif last.hash != case.history_hash:
        yield _at(case, "head_differs", seq=came_to)


def _place_of(row: Row[Any]) -> int | None:
    """The position of an entry that was only renumbered."""
    near = range(max(1, row.seq - NEAR), row.seq + NEAR)
    return next((seq for seq in near if _digest_as(row, seq) == row.hash), None)


def _digest_as(row: Row[Any], seq: int) -> str | None:
    entry = {**row._mapping, "seq": seq}
    try:
        return digest(entry)
    except (TypeError, ValueError):
        # An entry without a canonical form was never written by the system.
        return None


def _at(row: Row[Any], code: str, *, seq: int | None = None, day: date | None = None, **data: Any) -> HistoryFinding:
    return HistoryFinding(code, row.registrar_code, row.ref, seq if seq is not None else row.seq, day, data)


def _removed(session: Session, span: DaySpan) -> Iterator[HistoryFinding]:
    """Cases that a root recorded and that are missing; and entries whose case is missing."""
    gone = ~exists().where(applications.c.id == heads.c.application_id)
    query = select(heads).where(gone, *_heads_in(span)).order_by(heads.c.application_id, heads.c.seq)
    for _, rows in groupby(streamed(session, query), key=lambda row: row.application_id):
        *_, last = rows
        yield HistoryFinding("case_removed", last.registrar_code, last.ref, None, last.day, {"last": last.seq})
    if span.is_of_all:
        lone = ~exists().where(applications.c.id == history.c.application_id)
        wanted = (lone, *span.numbered(history.c.application_id))
        query = select(history.c.application_id, history.c.seq).where(*wanted).order_by(*history.primary_key)
        for row in streamed(session, query):
            yield HistoryFinding("entry_without_case", seq=row.seq, data={"application_id": row.application_id})


def _heads_in(span: DaySpan) -> list[Any]:
    wanted = {heads.c.registrar_code: span.registrar, heads.c.ref: span.ref}
    found = [column == value for column, value in wanted.items() if value]
    found += span.numbered(heads.c.application_id)
    found += [heads.c.day >= span.first] if span.first else []
    return [*found, heads.c.day <= span.last] if span.last else found
