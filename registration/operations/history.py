"""The history of a case: append-only, each entry chained by hash to the one before."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from registration.actor import Actor
from registration.models import Application, HistoryEntry
from registration.models.applications import CHAIN_START

_table = HistoryEntry.__table__  # type: ignore[attr-defined]


def append(
    session: Session,
    case: Application,
    tag: str,
    *,
    actor: Actor,
    role: str,
    source: str,
    target: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Adds the next entry. The case must be locked by this transaction: its row holds the head of the chain."""
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
    head = digest(entry)
    session.execute(insert(_table).values(**entry, hash=head))
    case.history_seq, case.history_hash = case.history_seq + 1, head


def digest(entry: Mapping[str, Any]) -> str:
    """SHA-256 over the entry as canonical JSON (keys sorted, no spaces, UTF-8; times to the microsecond in UTC)."""
    plain = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in entry.items()}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


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
