"""The public log: its heads, its entries, and their proofs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, tuple_
from sqlmodel import Session, col

from registration.errors import NotFound
from registration.models import Licence, LicenceEvent, LogHead, LogLeaf, LogNode
from registration.models.columns import table_of
from registration.rules import merkle
from registration.rules.tree_heads import moment
from registration.rules.whole_numbers import whole_number

leaves = table_of(LogLeaf)
nodes = table_of(LogNode)
heads = table_of(LogHead)
events = table_of(LicenceEvent)
licences = table_of(Licence)

MOST_LEAVES = 1000
# A running relay writes an event into the log within seconds; a longer delay is reported.
MERGE_DELAY = timedelta(minutes=15)
LATEST = 10_000
HEAD_EVERY = timedelta(days=1)


@dataclass(frozen=True)
class Proof:
    """Proof that the entry at `position` (from 0) is among the `head.size` entries of a signed head."""

    position: int
    leaf: LogLeaf
    head: LogHead
    path: tuple[str, ...]


def size_of(session: Session) -> int:
    """The number of entries in the log."""
    last = session.scalars(select(func.max(leaves.c.position))).one()
    return 0 if last is None else int(last) + 1


def head_at(session: Session, size: int | None = None) -> LogHead | None:
    """The latest signed head; or the latest of those that cover exactly `size` entries."""
    query = select(LogHead).order_by(col(LogHead.id).desc()).limit(1)
    if size is not None:
        query = query.where(col(LogHead.size) == size)
    return session.scalars(query).one_or_none()


def recent_heads(session: Session, *, limit: int, before: int | None = None) -> list[LogHead]:
    """Heads, the newest first; `before` is the id of the last one of the page before."""
    query = select(LogHead).order_by(col(LogHead.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(LogHead.id) < before)
    return list(session.scalars(query))


def entries(session: Session, *, start: int, limit: int) -> list[LogLeaf]:
    """Entries in order, from position `start`."""
    query = select(LogLeaf).where(col(LogLeaf.position) >= start).order_by(col(LogLeaf.position))
    return list(session.scalars(query.limit(min(limit, MOST_LEAVES))))


def find(session: Session, sought: str, *, limit: int = 100) -> list[LogLeaf]:
    """Entries about a number, a serial, or with this hash; or the entry with this number, counted from 1."""
    sought = sought.strip()
    same = or_(leaves.c.code == sought.upper(), leaves.c.serial == sought, leaves.c.hash == sought.lower())
    number = whole_number(sought, least=1)
    if number is not None:
        same = or_(same, leaves.c.position == number - 1)
    query = select(LogLeaf).where(same).order_by(col(LogLeaf.position)).limit(limit)
    return list(session.scalars(query))


def proof_of(session: Session, position: int, *, size: int | None = None) -> Proof:
    """The proof of one entry under a signed head: the latest, or that of `size` entries. NotFound without one."""
    leaf, head = session.get(LogLeaf, position), head_at(session, size)
    if leaf is None or head is None or position >= head.size:
        raise NotFound("log_entry_unknown", position=position)
    return _proof(session, leaf, head)


def _proof(session: Session, leaf: LogLeaf, head: LogHead) -> Proof:
    path = _with_hashes(session, lambda nodes: merkle.inclusion(leaf.position, head.size, nodes))
    return Proof(leaf.position, leaf, head, tuple(step.hex() for step in path))


def consistency_of(session: Session, first: int, second: int | None = None) -> tuple[LogHead, LogHead, list[str]]:
    """The proof that the head of `second` entries (default: the latest) extends that of `first`."""
    old, new = head_at(session, first), head_at(session, second)
    if old is None or new is None or not 0 < old.size <= new.size:
        raise NotFound("log_head_unknown", first=first, second=second)
    steps = _with_hashes(session, lambda nodes: merkle.consistency(old.size, new.size, nodes))
    return old, new, [step.hex() for step in steps]


def proof_for_sheet(session: Session, licence_id: int) -> Proof | None:
    """The latest entry about a sheet, with its proof; None until the entry and a head that covers it exist."""
    newest = select(func.max(heads.c.id)).scalar_subquery()
    query = (
        select(LogLeaf, LogHead)
        .join(events, events.c.id == leaves.c.event_id)
        .join(heads, heads.c.id == newest)
        .where(events.c.licence_id == licence_id)
        .order_by(leaves.c.position.desc())
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    return _proof(session, *found) if found and found[0].position < found[1].size else None


def nodes_in(session: Session) -> Callable[[int, int], bytes]:
    """Reads the hashes of complete subtrees from the database."""

    def node(level: int, place: int) -> bytes:
        if level:
            query = select(nodes.c.hash).where(nodes.c.level == level, nodes.c.place == place)
        else:
            query = select(leaves.c.hash).where(leaves.c.position == place)
        return bytes.fromhex(session.scalars(query).one())

    return node


def _with_hashes(session: Session, prove: Callable[[merkle.Nodes], list[bytes]]) -> list[bytes]:
    """The result of `prove`, whose hashes are fetched together: one statement for each would be 38."""
    wanted: list[tuple[int, int]] = []

    def note(level: int, place: int) -> bytes:
        wanted.append((level, place))
        return merkle.EMPTY

    prove(note)
    bottom = select(literal(0), leaves.c.position, leaves.c.hash).where(
        leaves.c.position.in_([place for level, place in wanted if not level])
    )
    above = select(nodes.c.level, nodes.c.place, nodes.c.hash).where(
        tuple_(nodes.c.level, nodes.c.place).in_([one for one in wanted if one[0]])
    )
    known = {(level, place): bytes.fromhex(found) for level, place, found in session.execute(bottom.union_all(above))}
    return prove(lambda level, place: known[level, place])


def latest_from(session: Session) -> int:
    """The id after which an event may still be missing in the log.

    An event may be committed shortly after one with a higher id.
    """
    last = session.scalars(select(func.max(leaves.c.event_id))).one() or 0
    return max(0, int(last) - LATEST)


def pending(session: Session, *, limit: int, after: int = 0) -> list[Any]:
    """Events with a greater id than `after` that are not in the log, with the data of their entry, by id."""
    sheet = licences.c
    query = (
        select(events.c.id, events.c.kind, events.c.at, sheet.code, sheet.serial, sheet.edition, sheet.paper)
        .add_columns(sheet.copy_no, sheet.sha256)
        .join(licences, sheet.id == events.c.licence_id)
        .where(events.c.id > after, _is_unlogged(after))
        .order_by(events.c.id)
        .limit(limit)
    )
    return list(session.execute(query).all())


def _is_unlogged(after: int = 0) -> ColumnElement[bool]:
    """Both sides are bounded, so that the database need not read the whole log."""
    return ~exists().where(leaves.c.event_id == events.c.id, leaves.c.event_id > after)


def waiting_since(session: Session) -> datetime | None:
    """The time of the oldest event that should already be in the log."""
    query = select(events.c.at).where(_is_unlogged()).order_by(events.c.id).limit(1)
    return session.scalars(query).one_or_none()


def lateness(session: Session, *, now: datetime) -> str | None:
    """Overdue work of the relay: `unlogged` events, or no `head` for more than two days."""
    since, head = waiting_since(session), head_at(session)
    if since is not None and now - since > MERGE_DELAY:
        return "unlogged"
    if size_of(session) and (head is None or now - head.at > 2 * HEAD_EVERY):
        return "head"
    return None


def as_leaf(leaf: LogLeaf) -> dict[str, Any]:
    return {"position": leaf.position, "data": leaf.data, "hash": leaf.hash, "appended_at": moment(leaf.appended_at)}


def as_head(head: LogHead) -> dict[str, Any]:
    return {"size": head.size, "root": head.root, "time": moment(head.at), "key_id": head.key_id, "signed": head.signed}


def as_proof(proof: Proof) -> Mapping[str, Any]:
    return {"leaf": as_leaf(proof.leaf), "head": as_head(proof.head), "path": list(proof.path)}
