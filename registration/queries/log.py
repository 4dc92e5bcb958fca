"""The public log: its heads, its entries, and their proofs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, exists, func, literal, or_, select, tuple_
from sqlmodel import Session, col

from registration.database.statements import Query, Rows
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
_NODE = ("level", "place")


LATEST_HEAD = Rows(LogHead, order=[col(LogHead.id).desc()], limit=1)
_HEAD_OF_SIZE = Rows(LogHead, col(LogHead.size) == bindparam("size"), order=[col(LogHead.id).desc()], limit=1)
# The latest entry about a sheet.
LEAF_OF_SHEET = Rows(
    LogLeaf,
    col(LogLeaf.position)
    == select(func.max(leaves.c.position))
    .join(events, events.c.id == leaves.c.event_id)
    .where(events.c.licence_id == bindparam("licence_id"))
    .scalar_subquery(),
)


@dataclass(frozen=True)
class Logged:
    """An entry, and a signed head that covers it."""

    leaf: LogLeaf
    head: LogHead

    @property
    def position(self) -> int:
        """From 0."""
        return self.leaf.position


@dataclass(frozen=True)
class Proof(Logged):
    """Proof that the entry is among the `head.size` entries of the signed head."""

    path: tuple[str, ...]


def size_of(session: Session) -> int:
    """The number of entries in the log."""
    last = session.scalars(select(func.max(leaves.c.position))).one()
    return 0 if last is None else int(last) + 1


def head_at(session: Session, size: int | None = None) -> LogHead | None:
    """The latest signed head; or the latest of those that cover exactly `size` entries."""
    return LATEST_HEAD.first(session) if size is None else _HEAD_OF_SIZE.first(session, size=size)


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
    logged = covered(session.get(LogLeaf, position), head_at(session, size))
    if logged is None:
        raise NotFound("log_entry_unknown", position=position)
    return proved(session, logged)


def covered(leaf: LogLeaf | None, head: LogHead | None) -> Logged | None:
    """None unless there are both, and the head covers the entry."""
    return Logged(leaf, head) if leaf and head and leaf.position < head.size else None


def proved(session: Session, logged: Logged) -> Proof:
    """The same with its proof."""
    path = _with_hashes(session, lambda nodes: merkle.inclusion(logged.position, logged.head.size, nodes))
    return Proof(logged.leaf, logged.head, tuple(step.hex() for step in path))


def consistency_of(session: Session, first: int, second: int | None = None) -> tuple[LogHead, LogHead, list[str]]:
    """The proof that the head of `second` entries (default: the latest) extends that of `first`."""
    old, new = head_at(session, first), head_at(session, second)
    if old is None or new is None or not 0 < old.size <= new.size:
        raise NotFound("log_head_unknown", first=first, second=second)
    steps = _with_hashes(session, lambda nodes: merkle.consistency(old.size, new.size, nodes))
    return old, new, [step.hex() for step in steps]


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
    places = [place for level, place in wanted if not level]
    above = [one for one in wanted if one[0]]
    given = {f"{name}{n}": value for n, one in enumerate(above) for name, value in zip(_NODE, one, strict=True)}
    rows = _hashes(len(above)).rows(session, places=places, **given)
    known = {(level, place): bytes.fromhex(found) for level, place, found in rows}
    return prove(lambda level, place: known[level, place])


@cache
def _hashes(above: int) -> Query:
    """The hashes of the leaves at `places`, and of this many nodes above them. A proof has few of either."""
    bottom = select(literal(0), leaves.c.position, leaves.c.hash).where(
        leaves.c.position.in_(bindparam("places", expanding=True))
    )
    if not above:
        return Query(bottom)
    wanted = [tuple_(*(bindparam(f"{name}{n}", type_=Integer()) for name in _NODE)) for n in range(above)]
    return Query(
        bottom.union_all(
            select(nodes.c.level, nodes.c.place, nodes.c.hash).where(tuple_(nodes.c.level, nodes.c.place).in_(wanted))
        )
    )


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
