"""Codes of six digits that prove access to a mailbox or phone: how often they are sent and may be tried.

A row (`SignUp`, `PasswordReset`, `AddressChange`) is made without a look at the accounts, so that neither the answer
nor its duration shows whether an address has one. The task that sends the message decides what it says.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from registration import outbox
from registration.errors import InvalidInput, NotFound, TooManyAttempts
from registration.operations.accounts import tidy_locale
from registration.queries.accounts import secret_hash
from registration.queries.sign_ups import (
    MOST_TRIES,
    Requested,
    Row,
    address_key_hash,
    code_of,
    pending_row,
    seal_pending,
)
from registration.rules.account_address import account_address
from registration.rules.problems import Problem
from registration.rules.tidy import typed_number
from registration.settings import settings

MOST_MAILS = 3
# For all requests of one address: limits the messages to a mailbox or phone and the codes that can be guessed.
MOST_MAILS_A_DAY = 10
KEPT = timedelta(days=1)


def requested(address: str, *, locale: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """The secret for the second step, and the columns that every request for a code has."""
    secret = secrets.token_urlsafe(32)
    key = secret_hash(secret)
    return secret, {
        "secret_hash": key,
        "address_hash": address_key_hash(address),
        "email": seal_pending(account_address(address), key=key),
        "locale": tidy_locale(locale),
        "created_at": now,
        "expires_at": now + timedelta(minutes=settings().sign_up_code_minutes),
    }


def order(session: Session, row: Requested, effect: str, *, now: datetime) -> None:
    """Orders the message. TooManyAttempts("sign_up_mails") after too many for this address today."""
    model = type(row)
    sent = select(func.coalesce(func.sum(col(model.mails)), 0)).where(
        col(model.address_hash) == row.address_hash, col(model.created_at) > now - KEPT
    )
    if session.exec(sent).one() >= MOST_MAILS_A_DAY:
        raise TooManyAttempts("sign_up_mails")
    row.mails += 1
    outbox.put(session, effect, now=now, sign_up=row.secret_hash)


def order_again(session: Session, row: Requested, effect: str, *, now: datetime) -> None:
    if row.mails >= MOST_MAILS:
        raise TooManyAttempts("sign_up_mails")
    order(session, row, effect, now=now)


def locked(session: Session, model: type[Row], secret: str, *, now: datetime) -> Row:
    """The row whose code can still be entered, locked; NotFound("sign_up_over") for any other secret."""
    row = pending_row(session, model, secret_hash(secret), now=now, lock=True)
    if row is None:
        raise NotFound("sign_up_over")
    return row


def is_right(row: Requested, code: str) -> bool:
    return hmac.compare_digest(typed_number(code).encode(), code_of(row.secret_hash).encode())


def wrong(row: Requested) -> InvalidInput:
    """The refusal of a wrong code, with the number of tries that are left."""
    return InvalidInput([Problem("code", "code.wrong", {"left": MOST_TRIES - row.tries})])
