"""A new password for an applicant who forgot the old one, with a code that is sent to the address or phone.

As for a sign-up the first step never reads accounts. The code works once and for a short time; a new password ends
every session. Staff get a new password from the security administrator.
"""

from datetime import datetime

from sqlmodel import Session, col, delete

from registration import outbox
from registration.database import transaction
from registration.errors import InvalidInput
from registration.models import Account, PasswordReset
from registration.operations import codes
from registration.operations.accounts import locked_row, replace_password, tag_of
from registration.operations.audit import note
from registration.operations.passwords import hashed, password_problems
from registration.queries.password_resets import CHANGED, EFFECT, owner_of
from registration.queries.sign_ups import pending_address
from registration.rules.account_address import account_address_problems
from registration.settings import settings
from workflows.definition.values import CHINESE


def begin(address: str, *, now: datetime, locale: str = CHINESE) -> str:
    """Orders the message with a code, and returns the secret for the second step: the same for any address.

    Raises InvalidInput, or TooManyAttempts("sign_up_mails") after too many codes for this address today.
    """
    if problems := account_address_problems(address, with_mobile=settings().sends_sms):
        raise InvalidInput(problems)
    secret, columns = codes.requested(address, locale=locale, now=now)
    row = PasswordReset(**columns)
    with transaction() as session:
        session.add(row)
        codes.order(session, row, EFFECT, now=now)
    return secret


def send_again(secret: str, *, now: datetime) -> None:
    """Orders another message with the same code. Raises NotFound("sign_up_over"), TooManyAttempts("sign_up_mails")."""
    with transaction() as session:
        codes.order_again(session, codes.locked(session, PasswordReset, secret, now=now), EFFECT, now=now)


def confirm(secret: str, code: str, password: str, *, now: datetime) -> Account:
    """Sets the password and ends every session of the account; the owner gets a message about it.

    Raises InvalidInput for a password that is not accepted, which costs no try, and for a wrong code, with the tries
    `left`; NotFound("sign_up_over") if the code was used, has expired, or was wrong five times. For an address without
    an account no code is right.
    """
    with transaction() as session:
        address = pending_address(codes.locked(session, PasswordReset, secret, now=now))
    if problems := password_problems(password, login=address, staff=False):
        raise InvalidInput(problems)
    # The password is hashed before the transaction: on SQLite every other writer waits for one.
    fresh = hashed(password)
    with transaction() as session:
        row = codes.locked(session, PasswordReset, secret, now=now)
        owner = owner_of(session, address) if codes.is_right(row, code) else None
        account = locked_row(session, owner.id) if owner is not None else None
        if account is None:
            row.tries += 1
            note(session, "account:reset_password", subject="unknown", now=now, result="refused", reason="wrong_code")
        else:
            _set(session, account, row, fresh, now=now)
    if account is None:
        raise codes.wrong(row)
    return account


def _set(session: Session, account: Account, row: PasswordReset, fresh: str, *, now: datetime) -> None:
    replace_password(session, account, fresh)
    session.exec(delete(PasswordReset).where(col(PasswordReset.address_hash) == row.address_hash))
    note(session, "account:reset_password", subject=tag_of(account), now=now, account=account.ref)
    outbox.put(session, CHANGED, now=now, account=account.id)
