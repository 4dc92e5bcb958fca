"""A request that is sent twice is done once: the answer is kept under the sender's own key and given again.

What a request writes and its answer are one transaction, so a request that is cut off has done nothing, and whoever
sends it again finds either its answer or a key that can be taken over.

The stored answer is sealed, because it may hold what else stands nowhere in the clear: a link's secret, a person's
number. The draft of the header is draft-ietf-httpapi-idempotency-key-header.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Delete, Update, delete, update
from sqlalchemy.exc import IntegrityError

from registration import database
from registration.errors import Conflict, InvalidInput
from registration.keys.field_encryption import decrypt, encrypt
from registration.models import IdempotencyKey
from registration.models.columns import table_of
from registration.rules.problems import Problem
from registration.runtime import leases

LONGEST_KEY = 255
KEY_PATTERN = "[!-~]+"
# So soon another process may answer instead of one that died; shorter than a person waits.
LEASE_SECONDS = 4.0
# A request of a program that knew no leases has died when it has not answered after this long.
ABANDONED_AFTER = timedelta(minutes=2)

_table = table_of(IdempotencyKey)
S = TypeVar("S", Update, Delete)


@dataclass(frozen=True)
class StoredAnswer:
    """What was answered once: status, the headers that belong to it, and the body as text."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Claim:
    """A key that this request holds until it answers. The lease must be renewed while it works; see `renew`."""

    actor: str
    key: str
    owner: str


def begin(actor: str, key: str, request_hash: str, *, now: datetime) -> StoredAnswer | Claim:
    """Claims the key for this request, or returns the answer that it was given before.

    Raises InvalidInput when the key was used for another request, Conflict("idempotency_in_progress") while the first
    one is still being worked on. A request whose process died gives way when its lease has run out.
    """
    if len(key) > LONGEST_KEY or not re.fullmatch(KEY_PATTERN, key):
        raise InvalidInput([Problem("Idempotency-Key", "idempotency_key.malformed", {"most": LONGEST_KEY})])
    claim = Claim(actor, key, leases.new_owner())
    if _take(claim, request_hash, now=now):
        return claim
    with database.reading() as session:
        kept = session.get(IdempotencyKey, (actor, key))
    if kept is None:
        # It was forgotten between the two looks, so this request is the first again.
        return begin(actor, key, request_hash, now=now)
    if kept.request_hash != request_hash:
        raise InvalidInput([Problem("Idempotency-Key", "idempotency_key.reused")])
    if kept.status is not None:
        return _answer(kept)
    if not _is_worked_on(kept, now=now) and _take_over(kept, claim, now=now):
        return claim
    raise Conflict("idempotency_in_progress")


def keep(claim: Claim, answer: StoredAnswer) -> None:
    """Keeps the answer for whoever asks again, in the transaction that did what it tells of.

    Raises Conflict("idempotency_in_progress") where another request has taken the key over: then nothing of this one
    may be kept.
    """
    content = json.dumps({"headers": dict(answer.headers), "body": answer.body}, ensure_ascii=False)
    response = {"sealed": encrypt(content, case=_name(claim.actor, claim.key))}
    values = {"status": answer.status, "response": response, "owner": None, "until": None}
    with database.transaction() as session:
        kept = session.exec(_of(update(_table), claim).values(**values))
        if not kept.rowcount:
            raise Conflict("idempotency_in_progress")


def renew(claim: Claim, *, now: datetime) -> None:
    """Says that this request is still being worked on."""
    with database.transaction() as session:
        session.execute(_of(update(_table), claim).values(until=now + _lease()))


def forget(claim: Claim) -> None:
    """Gives the key back: the request failed for no fault of its sender and may be sent again."""
    with database.transaction() as session:
        session.execute(_of(delete(_table), claim))


def _lease() -> timedelta:
    return timedelta(seconds=LEASE_SECONDS)


def _is_worked_on(kept: IdempotencyKey, *, now: datetime) -> bool:
    if kept.until is None:
        return now - kept.created_at <= ABANDONED_AFTER
    return leases.holds(kept.until, now=now, length=_lease())


def _take(claim: Claim, request_hash: str, *, now: datetime) -> bool:
    row = IdempotencyKey(
        actor=claim.actor,
        key=claim.key,
        request_hash=request_hash,
        created_at=now,
        owner=claim.owner,
        until=now + _lease(),
    )
    try:
        with database.transaction() as session:
            session.add(row)
            session.flush()
    except IntegrityError:
        return False
    return True


def _take_over(kept: IdempotencyKey, claim: Claim, *, now: datetime) -> bool:
    """Only one of those who wait takes the place of the one that died: who still finds its lease."""
    dead = [_table.c.owner.is_(None) if kept.owner is None else _table.c.owner == kept.owner]
    dead += [_table.c.until.is_(None) if kept.until is None else _table.c.until == kept.until]
    mine = (_table.c.actor == claim.actor, _table.c.key == claim.key, _table.c.status.is_(None))
    with database.transaction() as session:
        taken = session.exec(
            update(_table).where(*mine, *dead).values(owner=claim.owner, until=now + _lease(), created_at=now)
        )
        return bool(taken.rowcount)


def _answer(kept: IdempotencyKey) -> StoredAnswer:
    content = json.loads(decrypt((kept.response or {})["sealed"], case=_name(kept.actor, kept.key)))
    return StoredAnswer(kept.status or 0, content["headers"], content["body"])


def _of(statement: S, claim: Claim) -> S:
    """The claim's row, as long as the claim holds it."""
    mine = (_table.c.actor == claim.actor, _table.c.key == claim.key, _table.c.owner == claim.owner)
    return statement.where(*mine, _table.c.status.is_(None))


def _name(actor: str, key: str) -> str:
    return f"idempotency:{actor}:{key}"
