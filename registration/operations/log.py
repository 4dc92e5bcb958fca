"""Writes the public log: appends the events of licences in their order, and signs the head of the tree.

Issuing and revoking do not wait for it: the event is written in the same transaction as the change. Here one
process at a time gives the events their positions, without a gap and none twice.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import insert, select, text
from sqlmodel import Session

from registration import database
from registration.clock import local_date
from registration.errors import Conflict
from registration.keys import log as log_keys
from registration.models import LogHead, LogLeaf, LogNode
from registration.queries.log import head_at, latest_from, leaves, nodes_in, pending, size_of
from registration.rules import tree_heads
from registration.rules.merkle import Tree, leaf_hash, root_of
from registration.rules.tree_heads import Head
from registration.settings import settings

BATCH = 500
# The number of the advisory lock of the log; any other process that appends waits for it.
LOCK = 4208190313

log = structlog.get_logger(__name__)


class BrokenLog(Conflict):
    """The stored log does not match the last signed head: nothing more is signed until a person has checked it."""

    code = "log_broken"


def append_and_sign(*, now: datetime, most: int | None = None) -> int:
    """The sweep: appends waiting events, and signs a head if the log has grown or the day has none yet.

    Returns how many entries were appended: `most`, or a little more, or all of them. Idempotent; after a week off it
    appends everything that happened meanwhile.
    """
    with database.reading() as session:
        last = head_at(session)
        # Once a day every event is checked, else only recent ones: waiting events are seldom old.
        new_day = last is None or local_date(last.at) < local_date(now)
        after = 0 if new_day else latest_from(session)
    appended = 0
    while (most is None or appended < most) and _any_waits(after):
        count, after = _append(after, now=now)
        appended += count
    if _is_head_due(last, new_day=new_day):
        try:
            sign_head(now=now)
        except BrokenLog as broken:
            log.error("log.broken", **broken.data)
    return appended


def append(*, now: datetime) -> int:
    """Appends a batch of the next events to the log; returns how many."""
    return _append(0, now=now)[0]


def _append(after: int, *, now: datetime) -> tuple[int, int]:
    """The same for events whose id is greater than `after`; returns how many, and the id of the last."""
    with database.transaction() as session:
        _lock(session)
        rows = pending(session, limit=BATCH, after=after)
        if not rows:
            return 0, after
        tree = Tree.of_size(size_of(session), nodes_in(session))
        made = [_leaf(row, now=now) for row in rows]
        grown = _grow(tree, made)
        session.execute(insert(LogLeaf), made)
        if grown:
            session.execute(insert(LogNode), grown)
        return len(made), rows[-1].id


def sign_head(*, now: datetime) -> LogHead:
    """Signs the present tree: the tree of the last signed head, extended by the text of every entry since.

    Raises BrokenLog if the tree does not extend that head.
    """
    key = log_keys.signing_key(settings())
    key_id = tree_heads.public_jwk(key.public_key())["kid"]
    with database.transaction() as session:
        _lock(session)
        tree = _hashed_anew(session)
        head = Head(tree.size, tree.root.hex(), now.replace(microsecond=0))
        row = LogHead(size=head.size, root=head.root, at=head.at, key_id=key_id, signed=tree_heads.sign(head, key))
        session.add(row)
        session.flush()
        return row


def _hashed_anew(session: Session) -> Tree:
    last, kept = head_at(session), nodes_in(session)
    signed = last.size if last else 0
    size = size_of(session)
    if size < signed or (last and root_of(signed, kept).hex() != last.root):
        raise BrokenLog(size=signed)
    tree = Tree.of_size(signed, kept)
    for data in session.execute(select(leaves.c.data).where(leaves.c.position >= signed).order_by(leaves.c.position)):
        tree.add(data[0].encode())
    if (tree.size, tree.root) != (size, root_of(size, kept)):
        raise BrokenLog(size=size)
    return tree


def _any_waits(after: int) -> bool:
    # A read first, so that an idle sweep never delays a writer.
    with database.reading() as session:
        return bool(pending(session, limit=1, after=after))


def _is_head_due(last: LogHead | None, *, new_day: bool) -> bool:
    with database.reading() as session:
        size = size_of(session)
    return size > (last.size if last else 0) or (new_day and size > 0)


def _lock(session: Session) -> None:
    """Takes the lock of the log. On SQLite every writing transaction is exclusive already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})


def _leaf(row: Any, *, now: datetime) -> dict[str, Any]:
    data = tree_heads.entry_text(
        code=row.code,
        serial=row.serial,
        edition=row.edition,
        paper=row.paper,
        copy=row.copy_no,
        sha256=row.sha256,
        event=row.kind,
        at=row.at,
    )
    columns = {"event_id": row.id, "code": row.code, "serial": row.serial, "data": data, "appended_at": now}
    return columns | {"hash": leaf_hash(data.encode()).hex()}


def _grow(tree: Tree, made: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Appends the leaves to the tree and sets their positions; returns the subtrees that became complete."""
    grown = []
    for leaf in made:
        leaf["position"] = tree.size
        for level, place, node in tree.append(bytes.fromhex(leaf["hash"])):
            grown.append({"level": level, "place": place, "hash": node.hex()})
    return grown
