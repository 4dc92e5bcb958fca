"""Open requests for a new password, and the messages about them."""

from datetime import datetime

from registration import database
from registration.keys.account_names import reach_of
from registration.models import Account, PasswordReset
from registration.queries.accounts import find_login
from registration.queries.notices import Letter
from registration.queries.sign_ups import account_letter, code_of, pending_address, pending_row
from registration.settings import settings

EFFECT = "account.password_reset"
CHANGED = "account.password_changed"


def may_reset(account: Account | None) -> bool:
    """Only an applicant who is not shut out; a member of staff goes to the security administrator."""
    return account is not None and account.kind == "applicant" and account.disabled_at is None


def reset_letter(key: str, *, now: datetime) -> Letter | None:
    """The message with the code; None for an address without an account, or if it is over."""
    with database.reading() as session:
        row = pending_row(session, PasswordReset, key, now=now)
        if row is None:
            return None
        address = pending_address(row)
        if not may_reset(find_login(session, address)):
            return None
        values = {"code": code_of(row.secret_hash), "minutes": settings().sign_up_code_minutes}
        return account_letter("reset", address, row.locale, values)


def changed_letter(account_id: int) -> Letter | None:
    """The message to the owner after the password was changed by code."""
    with database.reading() as session:
        account = session.get(Account, account_id)
        if account is None:
            return None
        return account_letter("changed", reach_of(account), account.locale, {"url": f"{settings().public_url}/help"})
