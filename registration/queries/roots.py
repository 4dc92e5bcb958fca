"""The daily roots: lists them for publication, and compares them with the histories and with published ones."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session, col

from registration.clock import local_date
from registration.models import DayRoot, Registrar
from registration.models.applications import CHAIN_START
from registration.models.columns import table_of
from registration.queries.history import DaySpan, applications, entries_of_day, streamed
from registration.queries.integrity import Counted, HistoryFinding, heads
from registration.rules.chain import root_of
from registration.rules.merkle import Tree

roots = table_of(DayRoot)
PUBLISHED = ("registrar", "day", "entries", "tree", "previous_root", "root")


def roots_in(session: Session, span: DaySpan) -> Iterator[dict[str, Any]]:
    """The roots of the span's registrar and days, in the published format."""
    query = select(roots).where(*_in(span)).order_by(roots.c.registrar_code, roots.c.day)
    return map(as_published, streamed(session, query))


def as_published(row: Row[Any]) -> dict[str, Any]:
    head = {"registrar": row.registrar_code, "day": row.day.isoformat(), "entries": row.entries}
    return head | {"tree": row.tree, "previous_root": row.previous_root, "root": row.root}


def broken_roots(session: Session, span: DaySpan, *, counted: Counted, last_due: date) -> Iterator[HistoryFinding]:
    """Roots that are missing, changed or out of their chain, and days that differ from their root."""
    if span.ref is not None:
        for row in session.execute(_of_case(span.ref)).all():
            counted.days += 1
            yield from _own_faults(session, row)
        return
    wanted = [col(Registrar.code) == span.registrar] if span.registrar else []
    for code in session.scalars(select(col(Registrar.code)).where(*wanted).order_by(col(Registrar.code))).all():
        yield from _chain_of_days(session, code, span, counted, last_due)


def differing(session: Session, published: Iterable[Mapping[str, Any]], span: DaySpan) -> Iterator[HistoryFinding]:
    """The stored roots that differ from those published earlier."""
    for root in published:
        day = date.fromisoformat(root["day"])
        if not _lies_in(span, root["registrar"], day):
            continue
        kept = session.execute(
            select(roots).where(roots.c.registrar_code == root["registrar"], roots.c.day == day)
        ).one_or_none()
        if kept is None:
            yield HistoryFinding("root_removed", root["registrar"], day=day)
        elif as_published(kept) != root:
            yield HistoryFinding("root_replaced", root["registrar"], day=day, data={"published": root["root"]})


def is_published_form(root: Any) -> bool:
    """Whether this is a root as `as_published` writes it, with the right hash."""
    if not isinstance(root, dict) or set(root) != set(PUBLISHED):
        return False
    fields = {key: root[key] for key in ("registrar", "entries", "tree", "previous_root")}
    try:
        return bool(root_of(day=date.fromisoformat(root["day"]), **fields) == root["root"])
    except (TypeError, ValueError):
        return False


def _chain_of_days(
    session: Session, registrar: str, span: DaySpan, counted: Counted, last_due: date
) -> Iterator[HistoryFinding]:
    previous, expected = _before(session, registrar, span)
    if expected is None:
        return
    mine = DaySpan(registrar, span.first, span.last)
    for row in session.execute(select(roots).where(*_in(mine)).order_by(roots.c.day)).all():
        counted.days += 1
        if row.day > expected:
            yield HistoryFinding("root_missing", registrar, day=expected, data={"last": row.day - timedelta(days=1)})
        elif row.previous_root != previous:
            yield HistoryFinding("root_unlinked", registrar, day=row.day)
        yield from _own_faults(session, row)
        previous, expected = row.root, row.day + timedelta(days=1)
    # The latest one may not be made yet.
    until = min(last_due - timedelta(days=1), span.last or date.max)
    if expected <= until:
        yield HistoryFinding("root_missing", registrar, day=expected, data={"last": until})


def _before(session: Session, registrar: str, span: DaySpan) -> tuple[str, date | None]:
    """The root before the span and the first day that must have one; no day for a registrar without cases."""
    if span.first is not None:
        earlier = select(roots).where(roots.c.registrar_code == registrar, roots.c.day < span.first)
        row = session.execute(earlier.order_by(roots.c.day.desc()).limit(1)).one_or_none()
        if row is not None:
            return row.root, span.first
    opened = select(func.min(applications.c.created_at)).where(applications.c.registrar_code == registrar)
    begun = session.scalars(opened).one()
    known = session.scalars(select(func.min(roots.c.day)).where(roots.c.registrar_code == registrar)).one()
    days = [day for day in (known, local_date(begun) if begun else None) if day is not None]
    first = min(days, default=None)
    return CHAIN_START, max(first, span.first) if first and span.first else first


def _own_faults(session: Session, row: Row[Any]) -> Iterator[HistoryFinding]:
    fields = {"entries": row.entries, "tree": row.tree, "previous_root": row.previous_root}
    if root_of(registrar=row.registrar_code, day=row.day, **fields) != row.root:
        yield HistoryFinding("root_changed", row.registrar_code, day=row.day)
    tree = Tree()
    for entry in entries_of_day(session, row.registrar_code, row.day):
        tree.add(entry.hash.encode())
    if _known_by_heads(session, row.registrar_code, row.day) != row.entries:
        yield HistoryFinding("heads_changed", row.registrar_code, day=row.day)
    if (tree.size, tree.root.hex()) != (row.entries, row.tree):
        yield HistoryFinding(
            "day_differs", row.registrar_code, day=row.day, data={"bound": row.entries, "found": tree.size}
        )
        yield from _late(session, row.registrar_code, row.day)


def _known_by_heads(session: Session, registrar: str, day: date) -> int:
    query = select(func.sum(heads.c.entries)).where(heads.c.registrar_code == registrar, heads.c.day == day)
    return int(session.scalars(query).one() or 0)


def _late(session: Session, registrar: str, day: date) -> Iterator[HistoryFinding]:
    """Entries with the day's date that were added after its root was made."""
    query = select(heads).where(heads.c.registrar_code == registrar, heads.c.day == day)
    bound = {row.application_id: row.seq for row in session.execute(query)}
    for entry in entries_of_day(session, registrar, day):
        if entry.seq > bound.get(entry.application_id, 0):
            yield HistoryFinding("entry_late", registrar, entry.ref, entry.seq, day)


def _of_case(ref: str) -> Any:
    joined = (heads.c.registrar_code == roots.c.registrar_code) & (heads.c.day == roots.c.day)
    return select(roots).join(heads, joined).where(heads.c.ref == ref).order_by(roots.c.day)


def _in(span: DaySpan) -> list[Any]:
    found = [roots.c.registrar_code == span.registrar] if span.registrar else []
    found += [roots.c.day >= span.first] if span.first else []
    return [*found, roots.c.day <= span.last] if span.last else found


def _lies_in(span: DaySpan, registrar: str, day: date) -> bool:
    after = span.first is None or span.first <= day
    return after and (span.last is None or day <= span.last) and span.registrar in (None, registrar)
