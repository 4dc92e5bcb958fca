"""The history of a case: append-only, each entry chained by hash to the one before."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from registration.actor import Actor
from registration.models import HistoryEntry

_table = HistoryEntry.__table__  # type: ignore[attr-defined]
START = "0" * 64


def append(
    session: Session,
    application_id: int,
    tag: str,
    *,
    actor: Actor,
    role: str,
    source: str,
    target: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Adds the next entry and returns its number from 1. The case must be locked by this transaction."""
    last = session.execute(
        select(_table.c.seq, _table.c.hash)
        .where(_table.c.application_id == application_id)
        .order_by(_table.c.seq.desc())
        .limit(1)
    ).one_or_none()
    seq, previous = (last.seq + 1, last.hash) if last else (1, START)
    entry = {
        "application_id": application_id,
        "seq": seq,
        "at": now,
        "tag": tag,
        "actor": actor.tag,
        "role": role,
        "source": source,
        "target": target,
        "data": dict(data or {}),
        "previous_hash": previous,
    }
    session.execute(insert(_table).values(**entry, hash=digest(entry)))
    return int(seq)


def digest(entry: Mapping[str, Any]) -> str:
    """SHA-256 over the entry as canonical JSON (keys sorted, no spaces, UTF-8; times to the microsecond in UTC)."""
    plain = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in entry.items()}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def broken_at(session: Session, application_id: int) -> int | None:
    """The number of the first entry that is changed, missing or out of order; None for a whole chain."""
    previous, expected = START, 1
    rows = session.execute(select(_table).where(_table.c.application_id == application_id).order_by(_table.c.seq))
    for row in rows.mappings():
        entry = {key: row[key] for key in row if key not in ("id", "hash")}
        if row["seq"] != expected or row["previous_hash"] != previous or digest(entry) != row["hash"]:
            return expected
        previous, expected = row["hash"], expected + 1
    return None
