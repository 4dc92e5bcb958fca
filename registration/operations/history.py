"""The history of a case: append-only, each entry chained by hash to the one before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from registration.actor import Actor
from registration.database.statements import Write, execute, mirror, prepare_insert, prepare_update
from registration.models import Application, HistoryEntry
from registration.models.applications import CHAIN_START
from registration.models.columns import table_of
from registration.rules.chain import digest

_table = table_of(HistoryEntry)
_ENTRY = prepare_insert(_table, "id")
_HEAD = prepare_update(table_of(Application), "history_seq", "history_hash")


def append(session: Session, case: Application, tag: str, **entry: Any) -> None:
    """Adds the next entry and updates the head on the case's row. The case must be locked by this transaction."""
    execute(session, [link(case, tag, **entry), (_HEAD, {"row_id": case.id} | head_of(case))])


def note(
    session: Session, case: Application, tag: str, *, actor: Actor, role: str, now: datetime, data: Mapping[str, Any]
) -> None:
    """The same for an event that leaves the case in its state."""
    append(session, case, tag, actor=actor, role=role, source=case.state, target=case.state, now=now, data=data)


def link(
    case: Application,
    tag: str,
    *,
    actor: Actor,
    role: str,
    source: str,
    target: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> Write:
    """The next entry, to be written together with the case's row and its new `head_of`."""
    entry = {
        "application_id": case.id,
        "seq": case.history_seq + 1,
        "at": now,
        "tag": tag,
        "actor": actor.tag,
        "role": role,
        "source": source,
        "target": target,
        "data": dict(data or {}),
        "previous_hash": case.history_hash,
    }
    entry["hash"] = digest(entry)
    mirror(case, {"history_seq": entry["seq"], "history_hash": entry["hash"]})
    return _ENTRY, entry


def head_of(case: Application) -> dict[str, Any]:
    """The columns of the case's row that hold the last entry of its chain."""
    return {"history_seq": case.history_seq, "history_hash": case.history_hash}


def broken_at(session: Session, application_id: int) -> int | None:
    """The number of the first entry that is changed, missing or out of order; None for a whole chain."""
    previous, expected = CHAIN_START, 1
    rows = session.execute(select(_table).where(_table.c.application_id == application_id).order_by(_table.c.seq))
    for row in rows.mappings():
        entry = {key: row[key] for key in row if key not in ("id", "hash")}
        if row["seq"] != expected or row["previous_hash"] != previous or digest(entry) != row["hash"]:
            return expected
        previous, expected = row["hash"], expected + 1
    return None
