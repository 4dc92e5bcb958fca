"""Carries out a repeated request once: the answer is stored under the sender's key and returned again.

A request's writes and its answer are one transaction, so an interrupted request has written nothing, and a repeated
request finds either the answer or a key that it can take over.

The stored answer is encrypted, because it may hold data that is stored in clear text nowhere else: a link's secret,
a person's number. The header is that of draft-ietf-httpapi-idempotency-key-header.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Delete, Update, bindparam, delete, update
from sqlalchemy.exc import IntegrityError

from registration import database
from registration.database.statements import Query, execute, prepare_insert
from registration.errors import Conflict, InvalidInput
from registration.keys.field_encryption import decrypt, encrypt
from registration.models import IdempotencyKey
from registration.models.columns import table_of
from registration.rules.problems import Problem
from registration.runtime import leases

LONGEST_KEY = 255
KEY_PATTERN = "[!-~]+"
# After this time another process may answer instead of one that died; shorter than a person waits.
LEASE_SECONDS = 4.0
# A request of an older program without leases counts as dead after this time.
ABANDONED_AFTER = timedelta(minutes=2)

_table = table_of(IdempotencyKey)
_TAKE = prepare_insert(_table, "status", "response")
_KEEP = Query(
    update(_table)
    .where(
        _table.c.actor == bindparam("of_actor"),
        _table.c.key == bindparam("of_key"),
        _table.c.owner == bindparam("of_owner"),
        _table.c.status.is_(None),
    )
    .values({name: bindparam(name) for name in ("status", "response", "owner", "until")})
    .returning(_table.c.key)
)
S = TypeVar("S", Update, Delete)


@dataclass(frozen=True)
class StoredAnswer:
    """The stored answer: status, headers, and the body as text."""

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
    """Claims the key for this request, or returns the stored answer.

    Raises InvalidInput when the key was used for another request, Conflict("idempotency_in_progress") while the first
    one is in progress. The key of a request whose process died is free when its lease ends.
    """
    if len(key) > LONGEST_KEY or not re.fullmatch(KEY_PATTERN, key):
        raise InvalidInput([Problem("Idempotency-Key", "idempotency_key.malformed", {"most": LONGEST_KEY})])
    claim = Claim(actor, key, leases.new_owner())
    if _take(claim, request_hash, now=now):
        return claim
    with database.reading() as session:
        kept = session.get(IdempotencyKey, (actor, key))
    if kept is None:
        # The key was deleted between the two reads, so this request is the first again.
        return begin(actor, key, request_hash, now=now)
    if kept.request_hash != request_hash:
        raise InvalidInput([Problem("Idempotency-Key", "idempotency_key.reused")])
    if kept.status is not None:
        return _answer(kept)
    if not _is_worked_on(kept, now=now) and _take_over(kept, claim, now=now):
        return claim
    raise Conflict("idempotency_in_progress")


def keep(claim: Claim, answer: StoredAnswer) -> None:
    """Stores the answer for repeated requests, in the transaction of the request.

    Raises Conflict("idempotency_in_progress") if another request has taken the key over: then nothing of this one
    may be committed.
    """
    content = json.dumps({"headers": dict(answer.headers), "body": answer.body}, ensure_ascii=False)
    response = {"sealed": encrypt(content, case=_name(claim.actor, claim.key))}
    values = {"status": answer.status, "response": response, "owner": None, "until": None}
    mine = {"of_actor": claim.actor, "of_key": claim.key, "of_owner": claim.owner}
    with database.transaction(ends_unit=True) as session:
        if not _KEEP.rows(session, **values, **mine):
            raise Conflict("idempotency_in_progress")


def renew(claim: Claim, *, now: datetime) -> None:
    """Renews the lease: this request is still in progress."""
    with database.transaction() as session:
        session.execute(_of(update(_table), claim).values(until=now + _lease()))


def forget(claim: Claim) -> None:
    """Releases the key: the request failed through no fault of its sender and may be sent again."""
    with database.transaction() as session:
        session.execute(_of(delete(_table), claim))


def drop(actor: str, key: str) -> None:
    """Deletes an answer that is true no longer, so that the same request is carried out anew."""
    kept = (_table.c.actor == actor, _table.c.key == key, _table.c.status.is_not(None))
    with database.transaction() as session:
        session.execute(delete(_table).where(*kept))


def _lease() -> timedelta:
    return timedelta(seconds=LEASE_SECONDS)


def _is_worked_on(kept: IdempotencyKey, *, now: datetime) -> bool:
    if kept.until is None:
        return now - kept.created_at <= ABANDONED_AFTER
    return leases.holds(kept.until, now=now, length=_lease())


def _take(claim: Claim, request_hash: str, *, now: datetime) -> bool:
    lease = {"owner": claim.owner, "until": now + _lease(), "created_at": now}
    row = {"actor": claim.actor, "key": claim.key, "request_hash": request_hash, **lease}
    try:
        with database.writing_once() as session:
            execute(session, [(_TAKE, row)])
    except IntegrityError:
        return False
    return True


def _take_over(kept: IdempotencyKey, claim: Claim, *, now: datetime) -> bool:
    """Takes the key over from a dead request. Of several that try, the one that still finds the old lease succeeds."""
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
    """The condition for the claim's row, which holds while the claim has the key."""
    mine = (_table.c.actor == claim.actor, _table.c.key == claim.key, _table.c.owner == claim.owner)
    return statement.where(*mine, _table.c.status.is_(None))


def _name(actor: str, key: str) -> str:
    return f"idempotency:{actor}:{key}"
