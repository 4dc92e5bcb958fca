"""Open sign-ups and their messages."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from sqlmodel import Session, col, select

from registration import database
from registration.keys import secret_key
from registration.keys.field_encryption import address_hash, decrypt, encrypt, mobile_hash
from registration.models import Account, AddressChange, PasswordReset, SignUp
from registration.queries.accounts import find_login, secret_hash
from registration.queries.letters import Letter, mail_texts, mail_to
from registration.rules.account_address import mobile_in
from registration.rules.languages import known, said_part
from registration.rules.reference import texts
from registration.settings import settings

EFFECT = "account.sign_up"
MOST_TRIES = 5
_FILE = "reference/account_mails.yaml"
Requested = SignUp | PasswordReset | AddressChange
Row = TypeVar("Row", SignUp, PasswordReset, AddressChange)


def pending_row(session: Session, model: type[Row], key: str, *, now: datetime, lock: bool = False) -> Row | None:
    """The row whose secret has the hash `key`, if a code can still be entered for it."""
    query = select(model).where(col(model.secret_hash) == key)
    row = session.exec(query.with_for_update() if lock else query).one_or_none()
    return row if row is not None and row.expires_at > now and row.tries < MOST_TRIES else None


def pending(model: type[Row], secret: str, *, now: datetime) -> Row | None:
    with database.reading() as session:
        return pending_row(session, model, secret_hash(secret), now=now)


def address_key_hash(address: str) -> str:
    """The keyed hash by which the requests of one address or number are counted."""
    mobile = mobile_in(address)
    return mobile_hash(mobile) if mobile else address_hash(address)


def pending_address(row: Requested) -> str:
    return decrypt(row.email, case=_name(row.secret_hash))


def seal_pending(address: str, *, key: str) -> str:
    """The text of `SignUp.email`; `key` is the row's hash."""
    return encrypt(address, case=_name(key))


def code_of(key: str) -> str:
    """The six digits of one sign-up. They are derived and never stored."""
    digest = hmac.new(secret_key(settings()), f"sign-up-code:{key}".encode(), sha256).digest()
    # Sixteen bytes over a million: no code is noticeably more likely than another.
    return f"{int.from_bytes(digest[:16]) % 10**6:06d}"


def letter_about(key: str, *, now: datetime) -> Letter | None:
    """The message of a sign-up: the code, or if the address has an account, a notice to its owner. None: it is over."""
    with database.reading() as session:
        row = pending_row(session, SignUp, key, now=now)
        if row is None:
            return None
        address = pending_address(row)
        owner = find_login(session, address)
        return _code_letter(row, address) if owner is None else _owner_letter(owner, address)


def _code_letter(row: SignUp, address: str) -> Letter:
    values = {"code": code_of(row.secret_hash), "minutes": settings().sign_up_code_minutes}
    return account_letter("code", address, row.locale, values)


def _owner_letter(owner: Account, address: str) -> Letter:
    values = {"url": f"{settings().public_url}/sign-in", "reset": f"{settings().public_url}/password-reset"}
    return account_letter("has_account", address, owner.locale, values, owner=owner)


def account_letter(
    kind: str, to: str, locale: str, values: Mapping[str, object], *, owner: Account | None = None
) -> Letter:
    """A mail, or to a mobile number a text message: a Letter without a subject. A mail to the `owner` of an account has
    the link to the preferences."""
    row, lang = texts(_FILE)[kind], known(locale)
    if mobile_in(to):
        return Letter(to, "", said_part(row, "sms", lang).format_map(values), lang)
    subject, text = mail_texts(_FILE, kind, lang, values)
    return mail_to(owner, subject, text, to=to) if owner is not None else Letter(to, subject, text, lang)


def _name(key: str) -> str:
    return f"sign_up:{key}"
