"""Open requests for a new password, and the messages about them."""

from datetime import datetime

from sqlmodel import Session

from registration import database
from registration.keys.account_names import addresses_of
from registration.models import Account, PasswordReset
from registration.queries.accounts import find_login
from registration.queries.letters import Letter
from registration.queries.sign_ups import account_letter, code_of, pending_address, pending_row
from registration.settings import settings

EFFECT = "account.password_reset"
CHANGED = "account.password_changed"


def owner_of(session: Session, address: str) -> Account | None:
    """The account whose password may be set by a code: of an applicant, and not disabled. A member of staff asks the
    security administrator."""
    found = find_login(session, address)
    return found if found is not None and found.kind == "applicant" and found.disabled_at is None else None


def reset_letter(key: str, *, now: datetime) -> Letter | None:
    """The message with the code; None for an address without an account, or if it is over."""
    with database.reading() as session:
        row = pending_row(session, PasswordReset, key, now=now)
        if row is None:
            return None
        address = pending_address(row)
        if owner_of(session, address) is None:
            return None
        values = {"code": code_of(row.secret_hash), "minutes": settings().sign_up_code_minutes}
        return account_letter("reset", address, row.locale, values)


def changed_letters(account_id: int) -> list[Letter]:
    """The messages to every address of the owner after the password was changed by code."""
    with database.reading() as session:
        account = session.get(Account, account_id)
        if account is None:
            return []
        lang, values = account.locale, {"url": f"{settings().public_url}/help"}
        return [account_letter("changed", to, lang, values, owner=account) for to in addresses_of(account)]
