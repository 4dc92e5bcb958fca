"""What an account signs in by: a staff number in the clear, or an e-mail address or mobile number, of which a keyed
hash is kept.

The address or number itself rests sealed in the account's row, for messages to it and for its owner's page.
"""

from registration.keys.field_encryption import MARK, address_hash, decrypt, encrypt, mobile_hash
from registration.models import Account
from registration.rules.account_address import mobile_in
from registration.rules.email_address import address_key


def login_key(login: str) -> str:
    """`Account.login` for a login as it is typed: a staff number, `@` and the hash of the e-mail address, or `+` and
    that of the mobile number."""
    if mobile := mobile_in(login):
        return f"+{mobile_hash(mobile)}"
    key = address_key(login)
    if key.startswith("+"):
        # No text that is typed is the stored key of a number.
        return f"+{mobile_hash(key)}"
    return f"@{address_hash(key)}" if "@" in key else key


def seal_address(address: str, *, ref: str) -> str:
    """The text of `Account.email`; `ref` is the account's."""
    return encrypt(address, case=_name(ref))


def set_addresses(account: Account, *, email: str | None, mobile: str | None) -> None:
    """Gives an applicant's account these and no other addresses, in the clear; at least one is needed."""
    if not (email or mobile):
        raise ValueError("an account without an address")
    account.email = seal_address(email, ref=account.ref) if email else None
    account.mobile = seal_address(mobile, ref=account.ref) if mobile else None
    account.mobile_login = login_key(mobile) if mobile else None
    account.login = login_key(email or mobile or "")


def unsealed_address(sealed: str, *, ref: str) -> str:
    """What `seal_address` sealed for the account with this `ref`."""
    return decrypt(sealed, case=_name(ref))


def login_keys(account: Account) -> tuple[str, ...]:
    """The stored keys of all that the account can be signed in by."""
    return tuple({one for one in (account.login, account.mobile_login) if one})


def addresses_of(account: Account) -> tuple[str, ...]:
    """The e-mail address and the mobile number, as far as the account has them."""
    return tuple(one for one in (address_of(account), mobile_of(account)) if one)


def address_of(account: Account) -> str | None:
    """Where mail to the account goes; None where it has no address."""
    if account.email and account.email.startswith(MARK):
        return decrypt(account.email, case=_name(account.ref))
    # A row that a process of an earlier version wrote while the database was brought up to this one.
    return account.email or (account.login if account.kind == "applicant" and not account.mobile else None)


def mobile_of(account: Account) -> str | None:
    """The mobile number; None where it has none."""
    return decrypt(account.mobile, case=_name(account.ref)) if account.mobile else None


def shown_login(account: Account) -> str:
    """What its owner signs in by, in the clear."""
    return account.login if account.kind == "staff" else next(iter(addresses_of(account)), "")


def _name(ref: str) -> str:
    return f"account:{ref}"
