"""Creates an applicant's account: first the particulars, then the code that was sent to the address or phone.

The first step never reads existing accounts, so that neither its answer nor its duration shows whether an
address has one. The task that sends the message decides whether it is the code or a notice to the account's owner.
"""

import secrets
from datetime import datetime

from sqlmodel import Session, col, delete

from registration.database import transaction
from registration.errors import InvalidInput
from registration.keys.account_names import login_key, set_addresses
from registration.models import Account, SignUp
from registration.operations import codes
from registration.operations.accounts import insert_into, name_problems, tag_of
from registration.operations.audit import note
from registration.operations.passwords import hashed, password_problems
from registration.queries.accounts import find_login
from registration.queries.sign_ups import EFFECT, pending_address
from registration.rules.account_address import account_address_problems, mobile_in
from registration.rules.privacy_notice import notice_version
from registration.rules.problems import Problem
from registration.settings import settings
from workflows.definition.values import CHINESE


def begin(address: str, password: str, name: str, *, consent: str, now: datetime, locale: str = CHINESE) -> str:
    """Stores the particulars, orders the message with a code of six digits, and returns the secret for the second step.

    `address` is an e-mail address or a mobile number, `consent` the version of the privacy notice that was agreed to
    (Personal Information Protection Law arts. 13-14). Raises InvalidInput, or TooManyAttempts("sign_up_mails") after
    too many codes for this address today.
    """
    name = name.strip()
    problems = name_problems(name) + account_address_problems(address, with_mobile=settings().sends_sms)
    problems += password_problems(password, login=address, staff=False) + consent_problems(consent)
    if problems:
        raise InvalidInput(problems)
    secret, columns = codes.requested(address, locale=locale, now=now)
    row = SignUp(**columns, name=name, password_hash=hashed(password), consent_version=consent)
    with transaction() as session:
        session.add(row)
        codes.order(session, row, EFFECT, now=now)
    return secret


def send_again(secret: str, *, now: datetime) -> None:
    """Orders another message with the same code. Raises NotFound("sign_up_over"), TooManyAttempts("sign_up_mails")."""
    with transaction() as session:
        codes.order_again(session, codes.locked(session, SignUp, secret, now=now), EFFECT, now=now)


def confirm(secret: str, code: str, *, now: datetime) -> Account:
    """Creates the account: the code proves access to the mailbox or phone.

    Raises InvalidInput("code.wrong") with the number of tries `left`, NotFound("sign_up_over") if the code was
    used, has expired, or was wrong five times. For an address that has an account already no code is right.
    """
    with transaction() as session:
        row = codes.locked(session, SignUp, secret, now=now)
        is_new = codes.is_right(row, code) and find_login(session, pending_address(row)) is None
        account = _make(session, row, now=now) if is_new else None
        if account is None:
            row.tries += 1
            note(session, "account:sign_up", subject="unknown", now=now, result="refused", reason="wrong_code")
    if account is None:
        raise codes.wrong(row)
    return account


def consent_problems(consent: str) -> list[Problem]:
    return [] if consent == notice_version() else [Problem("consent", "consent.missing")]


def _make(session: Session, row: SignUp, *, now: datetime) -> Account:
    address = pending_address(row)
    by_mobile = mobile_in(address) is not None
    account = new_applicant(
        session,
        email=None if by_mobile else address,
        mobile=address if by_mobile else None,
        name=row.name,
        password_hash=row.password_hash,
        locale=row.locale,
        consent=row.consent_version,
        consented_at=row.created_at,
        now=now,
    )
    session.exec(delete(SignUp).where(col(SignUp.address_hash) == row.address_hash))
    return account


def new_applicant(
    session: Session,
    *,
    email: str | None,
    mobile: str | None,
    name: str,
    password_hash: str,
    locale: str,
    consent: str | None,
    consented_at: datetime,
    now: datetime,
) -> Account:
    """Makes the account of an applicant, whose addresses are proved. Raises Conflict("login_taken")."""
    account = Account(
        kind="applicant",
        ref=secrets.token_hex(16),
        login=login_key(email or mobile or ""),
        notice_channel="mail" if email else "sms",
        name=name,
        password_hash=password_hash,
        locale=locale,
        consent_version=consent,
        consented_at=consented_at if consent else None,
        created_at=now,
    )
    set_addresses(account, email=email, mobile=mobile)
    insert_into(session, account)
    note(session, "account:sign_up", subject=tag_of(account), now=now, account=account.ref, consent=consent)
    return account
