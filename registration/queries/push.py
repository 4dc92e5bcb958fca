"""Devices with pushes: those of an account, and what is sent to one of them."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import col

from registration import database
from registration.keys.account_names import unsealed_address
from registration.keys.push import public_key
from registration.models import Account, PushSubscription
from registration.rules.languages import known
from registration.rules.notice_preferences import is_wanted
from registration.settings import settings

EFFECT = "notify.push"
MARK_LENGTH = 16


@dataclass(frozen=True)
class Device:
    """A device as its owner sees it; `mark` is the beginning of the digest of its address, which its browser knows."""

    mark: str
    agent: str
    created_at: datetime


@dataclass(frozen=True)
class Target:
    """Where a push goes, in the clear, and in which language."""

    endpoint: str
    public_key: str
    secret: str
    lang: str


def endpoint_hash(endpoint: str) -> str:
    """64 hex digits; an endpoint has enough random bits to need no key."""
    return sha256(endpoint.encode()).hexdigest()


def devices_of(account_id: int) -> list[Device]:
    """The devices of an account, the newest first, without those bound to a key that was replaced."""
    chosen = select(PushSubscription).where(
        col(PushSubscription.account_id) == account_id, col(PushSubscription.key) == public_key(settings())
    )
    with database.reading() as session:
        rows = session.scalars(chosen.order_by(col(PushSubscription.created_at).desc())).all()
        return [Device(row.endpoint_hash[:MARK_LENGTH], row.agent, row.created_at) for row in rows]


def target_of(subscription_id: int, account_id: int, effect: str) -> Target | None:
    """None if the device was removed or is another person's by now, or its owner has switched this kind off."""
    with database.reading() as session:
        row, account = session.get(PushSubscription, subscription_id), session.get_one(Account, account_id)
    if row is None or row.account_id != account_id or row.key != public_key(settings()):
        return None
    if account.disabled_at is not None or not is_wanted(effect, off=account.notices_off):
        return None
    opened = (unsealed_address(one, ref=account.ref) for one in (row.endpoint, row.secret))
    endpoint, secret = opened
    return Target(endpoint, row.public_key, secret, known(account.locale))
