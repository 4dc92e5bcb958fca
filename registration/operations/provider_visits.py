"""Visits at providers: what is needed when the browser comes back, bound to that browser and used once."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlmodel import Session, col, delete, select

from registration.actor import Actor
from registration.database import reading, transaction
from registration.errors import Conflict, NotFound
from registration.keys.field_encryption import decrypt, encrypt
from registration.models import ProviderVisit
from registration.queries.accounts import secret_hash

# `first`: back with an identity that opens no account yet.
Purpose = Literal["sign_in", "link", "confirm", "first"]
LASTS = timedelta(minutes=15)
# Strangers begin visits too: what they leave here until it expires stays small.
MOST_CHARACTERS = 200_000


@dataclass(frozen=True)
class Visit:
    """`account_id` and `session_id` are of the person who was signed in when it began."""

    provider: str
    purpose: str
    account_id: int | None
    session_id: str
    began_at: datetime
    contents: Mapping[str, Any]

    def is_of(self, actor: Actor | None) -> bool:
        return actor is not None and (actor.account_id, actor.session_id) == (self.account_id, self.session_id)


def begin(
    provider: str, purpose: Purpose, *, browser: str, contents: Mapping[str, Any], actor: Actor | None, now: datetime
) -> str:
    """Keeps the contents (JSON) for a while, and returns the secret: the `state` of the request.

    Conflict("visit_is_too_large") where more was typed than can wait.
    """
    text = json.dumps(contents, ensure_ascii=False)
    if len(text) > MOST_CHARACTERS:
        raise Conflict("visit_is_too_large")
    secret = secrets.token_urlsafe(32)
    key = secret_hash(secret)
    row = ProviderVisit(
        secret_hash=key,
        browser_hash=secret_hash(browser),
        provider=provider,
        purpose=purpose,
        account_id=actor.account_id if actor else None,
        session_id=actor.session_id if actor else "",
        sealed=encrypt(text, case=_name(key)),
        created_at=now,
        expires_at=now + LASTS,
    )
    with transaction() as session:
        session.add(row)
    return secret


def take(secret: str, *, browser: str, provider: str, now: datetime) -> Visit:
    """Uses the visit up. NotFound("provider_visit_over") for one that is used, expired, or of another browser."""
    with transaction() as session:
        visit = _open(session, secret, browser=browser, now=now)
        if visit.provider != provider or visit.purpose == "first":
            raise NotFound("provider_visit_over")
        used = session.exec(delete(ProviderVisit).where(col(ProviderVisit.secret_hash) == secret_hash(secret)))
        if used.rowcount != 1:
            raise NotFound("provider_visit_over")
    return visit


def look(secret: str, *, browser: str, now: datetime) -> Visit:
    """The visit of a person who is asked something before the account opens. NotFound as for `take`."""
    with reading() as session:
        visit = _open(session, secret, browser=browser, now=now)
    if visit.purpose != "first":
        raise NotFound("provider_visit_over")
    return visit


def end(secret: str) -> None:
    with transaction() as session:
        session.exec(delete(ProviderVisit).where(col(ProviderVisit.secret_hash) == secret_hash(secret)))


def _open(session: Session, secret: str, *, browser: str, now: datetime) -> Visit:
    key = secret_hash(secret)
    query = select(ProviderVisit).where(
        col(ProviderVisit.secret_hash) == key,
        col(ProviderVisit.browser_hash) == secret_hash(browser),
        col(ProviderVisit.expires_at) > now,
    )
    row = session.exec(query).one_or_none()
    if row is None or not browser:
        raise NotFound("provider_visit_over")
    contents = json.loads(decrypt(row.sealed, case=_name(key)))
    return Visit(row.provider, row.purpose, row.account_id, row.session_id, row.created_at, contents)


def _name(key: str) -> str:
    return f"provider_visit:{key}"
