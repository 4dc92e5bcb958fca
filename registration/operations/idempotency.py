"""A request that is sent twice is done once: the answer is kept under the sender's own key and given again.

The stored answer is sealed, because it may hold what else stands nowhere in the clear: a link's secret, a person's
number. The draft of the header is draft-ietf-httpapi-idempotency-key-header.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from registration import db
from registration.errors import Conflict, InvalidInput
from registration.models import IdempotencyKey
from registration.rules.problems import Problem
from registration.sealing import seal, unseal

LONGEST_KEY = 255
# Whoever took the key and has not answered after this long has died; longer than any request may take.
ABANDONED_AFTER = timedelta(minutes=2)

_table = IdempotencyKey.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Answer:
    """What was answered once: status, the headers that belong to it, and the body as text."""

    status: int
    headers: Mapping[str, str]
    body: str


def begin(actor: str, key: str, request_hash: str, *, now: datetime) -> Answer | None:
    """Takes the key for this request, or returns the answer that it was given before.

    Raises InvalidInput when the key was used for another request, Conflict("idempotency_in_progress") while the first
    one is still being worked on.
    """
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise InvalidInput([Problem("Idempotency-Key", "idempotency_key.malformed", {"most": LONGEST_KEY})])
    if _take(actor, key, request_hash, now=now):
        return None
    with db.reading() as session:
        kept = session.get(IdempotencyKey, (actor, key))
    if kept is None:
        # It was forgotten between the two looks, so this request is the first again.
        return begin(actor, key, request_hash, now=now)
    if kept.request_hash != request_hash:
        raise InvalidInput([Problem("Idempotency-Key", "idempotency_key.reused")])
    if kept.status is not None:
        return _answer(kept)
    if now - kept.created_at > ABANDONED_AFTER and _take_over(kept, now=now):
        return None
    raise Conflict("idempotency_in_progress")


def keep(actor: str, key: str, answer: Answer) -> None:
    """Keeps the answer for whoever asks again."""
    content = json.dumps({"headers": dict(answer.headers), "body": answer.body}, ensure_ascii=False)
    response = {"sealed": seal(content, case=_name(actor, key))}
    with db.transaction() as session:
        session.execute(_of(update(_table), actor, key).values(status=answer.status, response=response))


def forget(actor: str, key: str) -> None:
    """Gives the key back: the request failed for no fault of its sender and may be sent again."""
    with db.transaction() as session:
        session.execute(_of(delete(_table), actor, key))


def _take(actor: str, key: str, request_hash: str, *, now: datetime) -> bool:
    try:
        with db.transaction() as session:
            session.add(IdempotencyKey(actor=actor, key=key, request_hash=request_hash, created_at=now))
            session.flush()
    except IntegrityError:
        return False
    return True


def _take_over(kept: IdempotencyKey, *, now: datetime) -> bool:
    """Only one of those who wait takes the place of the one that died: who still finds the old time."""
    with db.transaction() as session:
        taken: Any = session.execute(
            _of(update(_table), kept.actor, kept.key)
            .where(_table.c.status.is_(None), _table.c.created_at == kept.created_at)
            .values(created_at=now)
        )
        return bool(taken.rowcount)


def _answer(kept: IdempotencyKey) -> Answer:
    content = json.loads(unseal((kept.response or {})["sealed"], case=_name(kept.actor, kept.key)))
    return Answer(kept.status or 0, content["headers"], content["body"])


def _of(statement: Any, actor: str, key: str) -> Any:
    return statement.where(_table.c.actor == actor, _table.c.key == key)


def _name(actor: str, key: str) -> str:
    return f"idempotency:{actor}:{key}"
