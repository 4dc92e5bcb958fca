"""Open requests to add or change an address of an account, and the messages about them."""

from datetime import datetime

from registration import database
from registration.keys.account_names import addresses_of, unsealed_address
from registration.models import Account, AddressChange
from registration.queries.accounts import find_login
from registration.queries.letters import Letter
from registration.queries.sign_ups import account_letter, code_of, pending_address, pending_row
from registration.rules.account_address import mobile_in
from registration.rules.identity import mask_email, mask_mobile
from registration.rules.languages import joined, known
from registration.settings import settings

EFFECT = "account.address_change"
CHANGED = "account.address_changed"


def address_letter(key: str, *, now: datetime) -> Letter | None:
    """The message with the code; to an address of another account, one that it cannot be used. None: it is over."""
    with database.reading() as session:
        row = pending_row(session, AddressChange, key, now=now)
        if row is None:
            return None
        address = pending_address(row)
        owner = find_login(session, address)
        if owner is not None:
            values: dict[str, object] = {"url": f"{settings().public_url}/sign-in"}
            return account_letter("address_taken", address, owner.locale, values, owner=owner)
        values = {"code": code_of(row.secret_hash), "minutes": settings().sign_up_code_minutes}
        return account_letter("address", address, row.locale, values)


def address_changed_letter(account_id: int, told: str) -> Letter | None:
    """The message to an address that the account had before (`told`, sealed for the account): what opens it now."""
    with database.reading() as session:
        account = session.get(Account, account_id)
        if account is None:
            return None
        shown = [mask_mobile(one) if mobile_in(one) else mask_email(one) for one in addresses_of(account)]
        values = {"now": joined("list", known(account.locale), shown), "url": f"{settings().public_url}/help"}
        to = unsealed_address(told, ref=account.ref)
        return account_letter("address_changed", to, account.locale, values, owner=account)
