"""Checks the integrity of the public log: hashes all of it again, and compares it with the ledger and its files."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from registration.errors import NotFound
from registration.queries.history import streamed
from registration.queries.ledger_integrity import differing_facts
from registration.queries.log import MERGE_DELAY, events, heads, leaves, licences, nodes
from registration.rules import tree_heads
from registration.rules.ledger import STATUS_AFTER
from registration.rules.merkle import Tree, leaf_hash
from registration.rules.tree_heads import Head, UnsignedHead

Fetch = Callable[[str], bytes]
Key = Mapping[str, Any]


@dataclass(frozen=True)
class LogFinding:
    """One fault. `position` counts entries from 0; `serial` names the licence."""

    code: str
    position: int | None = None
    serial: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Walked:
    """Counts of what was checked, and the root at each size at which a head was signed."""

    entries: int = 0
    heads: int = 0
    licences: int = 0
    roots: dict[int, str] = field(default_factory=dict)


def broken_log(
    session: Session,
    *,
    now: datetime,
    keys: Sequence[Key],
    fetch: Fetch,
    walked: Walked,
    published: Iterable[str] = (),
) -> Iterator[LogFinding]:
    """Every changed, missing, moved or added entry. `fetch` reads a stored file; `published` are published heads."""
    yield from broken_entries(session, now=now, keys=keys, walked=walked, published=published)
    yield from broken_licences(session, fetch, walked)


def broken_entries(
    session: Session, *, now: datetime, keys: Sequence[Key], walked: Walked, published: Iterable[str] = ()
) -> Iterator[LogFinding]:
    """The part that is about the log itself: its entries, its heads, and what is not in it."""
    kept = list(session.execute(select(heads).order_by(heads.c.id)).all())
    outside = list(published)
    wanted = {row.size for row in kept} | {head.size for head, _ in _read_all(outside, keys) if head}
    yield from _entries(session, kept, wanted, walked)
    yield from _heads(kept, keys, walked)
    yield from _published(outside, keys, walked)
    yield from _unlogged(session, now=now)


def _entries(session: Session, kept: Sequence[Row[Any]], wanted: set[int], walked: Walked) -> Iterator[LogFinding]:
    tree, signed, last = Tree(), _signed_before(kept), None
    subtrees = _Subtrees({(row.level, row.place): row.hash for row in session.execute(select(nodes))})
    expected = 0
    for row in streamed(session, _with_their_sheets()):
        walked.entries += 1
        if row.position != expected:
            yield LogFinding("leaf_removed", expected, data={"last": row.position - 1})
        expected = row.position + 1
        yield from _entry_faults(row, last, signed(row.position))
        last = row
        # After a gap the tree cannot be computed, but each entry can still be checked by itself.
        if tree.size == row.position:
            # The stored hash, so that after one altered text the later entries are not reported as altered.
            yield from subtrees.compared(tree.append(bytes.fromhex(row.hash)))
            if tree.size in wanted:
                walked.roots[tree.size] = tree.root.hex()
    signed_size = max((row.size for row in kept), default=0)
    if expected < signed_size:
        yield LogFinding("leaf_removed", expected, data={"last": signed_size - 1})


class _Subtrees:
    """The stored hashes above the leaves. The smallest subtree that differs shows the range of entries to check."""

    def __init__(self, kept: Mapping[tuple[int, int], str]) -> None:
        self._kept, self._bad = kept, set[tuple[int, int]]()

    def compared(self, grown: Iterable[tuple[int, int, bytes]]) -> Iterator[LogFinding]:
        for level, place, node in grown:
            if self._kept.get((level, place)) == node.hex():
                continue
            self._bad.add((level, place))
            if not self._bad & {(level - 1, 2 * place), (level - 1, 2 * place + 1)}:
                yield LogFinding("node_differs", place << level, data={"last": ((place + 1) << level) - 1})


def _with_their_sheets() -> Any:
    sheet, event, leaf = licences.c, events.c, leaves.c
    columns = (leaf.position, leaf.event_id, leaf.code, leaf.serial, leaf.data, leaf.hash, leaf.appended_at)
    return (
        select(*columns, event.id.label("known"), event.kind, event.at, sheet.code.label("sheet_code"))
        .add_columns(sheet.serial.label("sheet_serial"), sheet.edition, sheet.paper, sheet.copy_no, sheet.sha256)
        .outerjoin(events, event.id == leaf.event_id)
        .outerjoin(licences, sheet.id == event.licence_id)
        .order_by(leaf.position)
    )


def _entry_faults(row: Row[Any], last: Row[Any] | None, signed_at: datetime | None) -> Iterator[LogFinding]:
    if leaf_hash(row.data.encode()).hex() != row.hash:
        yield LogFinding("leaf_altered", row.position, row.serial)
    elif row.known is None:
        yield LogFinding("leaf_without_event", row.position, row.serial)
    elif fields := _differing(row):
        yield LogFinding("leaf_differs", row.position, row.serial, {"fields": ", ".join(fields)})
    if last is not None and (row.appended_at, row.event_id) < (last.appended_at, last.event_id):
        yield LogFinding("leaf_reordered", row.position, row.serial)
    at = _time_of(row)
    if signed_at is not None and at is not None and signed_at - at > MERGE_DELAY:
        yield LogFinding("leaf_backdated", row.position, row.serial, {"time": at, "signed": signed_at})


def _differing(row: Row[Any]) -> list[str]:
    """The fields of the entry that differ from its event and sheet."""
    logged = json.loads(row.data)
    known = json.loads(
        tree_heads.entry_text(
            code=row.sheet_code,
            serial=row.sheet_serial,
            edition=row.edition,
            paper=row.paper,
            copy=row.copy_no,
            sha256=row.sha256,
            event=row.kind,
            at=row.at,
        )
    )
    names = sorted(known.keys() | logged.keys())
    return [name for name in names if known.get(name) != logged.get(name)] + [
        name for name in ("code", "serial") if getattr(row, name) != logged.get(name)
    ]


def _time_of(row: Row[Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(row.data)["time"])
    except (ValueError, KeyError, TypeError):
        return None


def _signed_before(kept: Sequence[Row[Any]]) -> Callable[[int], datetime | None]:
    """The time of the latest head that did not cover a position yet: the entry was made about then."""
    ordered = sorted(kept, key=lambda row: row.size)
    place, latest = 0, None

    def signed(position: int) -> datetime | None:
        nonlocal place, latest
        while place < len(ordered) and ordered[place].size <= position:
            latest = max(filter(None, (latest, ordered[place].at)))
            place += 1
        return latest

    return signed


def _heads(kept: Sequence[Row[Any]], keys: Sequence[Key], walked: Walked) -> Iterator[LogFinding]:
    for row in kept:
        walked.heads += 1
        try:
            said = tree_heads.read(row.signed, keys)
        except UnsignedHead:
            yield LogFinding("head_unsigned", data={"size": row.size, "time": row.at})
            continue
        if said != Head(row.size, row.root, row.at):
            yield LogFinding("head_altered", data={"size": row.size, "time": row.at})
        elif row.size in walked.roots and walked.roots[row.size] != row.root:
            yield LogFinding("head_differs", data={"size": row.size, "time": row.at})
    for older, newer in pairwise(kept):
        if newer.size < older.size or newer.at < older.at:
            yield LogFinding("head_reordered", data={"size": newer.size, "time": newer.at})


def _published(published: Sequence[str], keys: Sequence[Key], walked: Walked) -> Iterator[LogFinding]:
    for head, text in _read_all(published, keys):
        if head is None:
            yield LogFinding("published_unsigned", data={"head": text[:40]})
        elif walked.roots.get(head.size) != head.root:
            yield LogFinding("published_differs", data={"size": head.size, "time": head.at})


def _read_all(published: Iterable[str], keys: Sequence[Key]) -> Iterator[tuple[Head | None, str]]:
    for text in published:
        try:
            yield tree_heads.read(text, keys), text
        except UnsignedHead:
            yield None, text


def _unlogged(session: Session, *, now: datetime) -> Iterator[LogFinding]:
    """Events that should be in the log and are not."""
    query = (
        select(events.c.kind, events.c.at, licences.c.serial)
        .join(licences, licences.c.id == events.c.licence_id)
        .outerjoin(leaves, leaves.c.event_id == events.c.id)
        .where(leaves.c.position.is_(None), events.c.at < now - MERGE_DELAY)
        .order_by(events.c.id)
    )
    for row in streamed(session, query):
        yield LogFinding("event_unlogged", serial=row.serial, data={"event": row.kind, "time": row.at})


def broken_licences(
    session: Session, fetch: Fetch, walked: Walked, *, after: int = 0, until: int | None = None
) -> Iterator[LogFinding]:
    """Compares every issued sheet with its latest log entry and with its file; those numbered after .. until."""
    sheet, latest = licences.c, _latest_events(session, after=after, until=until)
    columns = (sheet.id, sheet.serial, sheet.paper, sheet.copy_no, sheet.status, sheet.sha256, sheet.storage_key)
    wanted = [sheet.status != "prepared", sheet.id > after, *([sheet.id <= until] if until is not None else [])]
    query = select(*columns, sheet.particulars, sheet.digest).where(*wanted).order_by(sheet.id)
    for row in streamed(session, query):
        walked.licences += 1
        about = {"sheet": f"{row.paper} {row.copy_no}"}
        kind = latest.get(row.id)
        if kind is None:
            yield LogFinding("licence_unlogged", serial=row.serial, data=about)
        elif STATUS_AFTER[kind] != row.status:
            yield LogFinding("status_differs", serial=row.serial, data=about | {"status": row.status, "event": kind})
        for fault, fields in _file_faults(row, fetch):
            yield LogFinding(fault, serial=row.serial, data=about | fields)


def _latest_events(session: Session, *, after: int, until: int | None) -> dict[int, str]:
    about = events.c.licence_id
    wanted = [about > after, *([about <= until] if until is not None else [])]
    rows = session.execute(select(about, events.c.kind).where(*wanted).order_by(events.c.id))
    return {row.licence_id: row.kind for row in rows}


def _file_faults(row: Row[Any], fetch: Fetch) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        content = fetch(row.storage_key or "")
    except NotFound:
        yield "file_missing", {}
        return
    if sha256(content).hexdigest() != row.sha256:
        yield "file_altered", {}
    elif fields := differing_facts(row.particulars, row.digest, content):
        yield "record_differs", {"fields": ", ".join(fields)}
