"""Creates an applicant's account: first the particulars, then the code that was mailed to the address.

The first step never reads existing accounts, so that neither its answer nor its duration shows whether an
address has one. The task that sends the mail decides whether it is the code or a notice to the account's owner.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, func, select

from registration import outbox
from registration.database import transaction
from registration.errors import InvalidInput, NotFound, TooManyAttempts
from registration.keys.account_names import login_key, seal_address
from registration.keys.field_encryption import address_hash
from registration.models import Account, SignUp
from registration.operations.accounts import insert_into, name_problems, tag_of, tidy_locale
from registration.operations.audit import note
from registration.operations.passwords import hashed, password_problems
from registration.queries.accounts import find_login, secret_hash
from registration.queries.sign_ups import EFFECT, MOST_TRIES, code_of, pending_address, pending_row, seal_pending
from registration.rules.email_address import address_problems, tidy_address
from registration.rules.problems import Problem
from registration.rules.tidy import typed_number
from registration.settings import settings
from workflows.definition.values import CHINESE

MOST_MAILS = 3
# For all sign-ups of one address: limits the mails to a mailbox and the codes that can be guessed.
MOST_MAILS_A_DAY = 10
KEPT = timedelta(days=1)


def begin(email: str, password: str, name: str, *, now: datetime, locale: str = CHINESE) -> str:
    """Stores the particulars, orders the mail with a code of six digits, and returns the secret for the second step.

    Raises InvalidInput, or TooManyAttempts("sign_up_mails") after too many codes for this address today.
    """
    name = name.strip()
    problems = name_problems(name) + address_problems(email) + password_problems(password, login=email, staff=False)
    if problems:
        raise InvalidInput(problems)
    secret, password_hash = secrets.token_urlsafe(32), hashed(password)
    key = secret_hash(secret)
    row = SignUp(
        secret_hash=key,
        address_hash=address_hash(email),
        email=seal_pending(tidy_address(email), key=key),
        name=name,
        password_hash=password_hash,
        locale=tidy_locale(locale),
        created_at=now,
        expires_at=now + timedelta(minutes=settings().sign_up_code_minutes),
    )
    with transaction() as session:
        session.add(row)
        _mail(session, row, now=now)
    return secret


def send_again(secret: str, *, now: datetime) -> None:
    """Orders another mail with the same code. Raises NotFound("sign_up_over"), TooManyAttempts("sign_up_mails")."""
    with transaction() as session:
        row = _locked(session, secret, now=now)
        if row.mails >= MOST_MAILS:
            raise TooManyAttempts("sign_up_mails")
        _mail(session, row, now=now)


def confirm(secret: str, code: str, *, now: datetime) -> Account:
    """Creates the account: the code proves access to the mailbox.

    Raises InvalidInput("code.wrong") with the number of tries `left`, NotFound("sign_up_over") if the code was
    used, has expired, or was wrong five times. For an address that has an account already no code is right.
    """
    given = typed_number(code)
    with transaction() as session:
        row = _locked(session, secret, now=now)
        right = hmac.compare_digest(given.encode(), code_of(row.secret_hash).encode())
        account = _make(session, row, now=now) if right and find_login(session, pending_address(row)) is None else None
        if account is None:
            row.tries += 1
            note(session, "account:sign_up", subject="unknown", now=now, result="refused", reason="wrong_code")
    if account is None:
        raise InvalidInput([Problem("code", "code.wrong", {"left": MOST_TRIES - row.tries})])
    return account


def _make(session: Session, row: SignUp, *, now: datetime) -> Account:
    ref, address = secrets.token_hex(16), pending_address(row)
    account = Account(
        kind="applicant",
        ref=ref,
        login=login_key(address),
        email=seal_address(address, ref=ref),
        name=row.name,
        password_hash=row.password_hash,
        locale=row.locale,
        created_at=now,
    )
    insert_into(session, account)
    session.exec(delete(SignUp).where(col(SignUp.address_hash) == row.address_hash))
    note(session, "account:sign_up", subject=tag_of(account), now=now, account=account.ref)
    return account


def _mail(session: Session, row: SignUp, *, now: datetime) -> None:
    sent = select(func.coalesce(func.sum(col(SignUp.mails)), 0)).where(
        col(SignUp.address_hash) == row.address_hash, col(SignUp.created_at) > now - KEPT
    )
    if session.exec(sent).one() >= MOST_MAILS_A_DAY:
        raise TooManyAttempts("sign_up_mails")
    row.mails += 1
    outbox.put(session, EFFECT, now=now, sign_up=row.secret_hash)


def _locked(session: Session, secret: str, *, now: datetime) -> SignUp:
    row = pending_row(session, secret_hash(secret), now=now, lock=True)
    if row is None:
        raise NotFound("sign_up_over")
    return row
