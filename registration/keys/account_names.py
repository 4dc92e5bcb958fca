"""What an account signs in by: a staff number in the clear, or an e-mail address, of which a keyed hash is kept.

The address itself rests sealed in the account's row, for the mails to it and for its owner's page.
"""

from registration.keys.field_encryption import MARK, address_hash, decrypt, encrypt
from registration.models import Account
from registration.rules.email_address import address_key


def login_key(login: str) -> str:
    """`Account.login` for a login as it is typed: a number of the staff, or `@` with the hash of the address."""
    key = address_key(login)
    return f"@{address_hash(key)}" if "@" in key else key


def seal_address(address: str, *, ref: str) -> str:
    """The text of `Account.email`; `ref` is the account's."""
    return encrypt(address, case=_name(ref))


def address_of(account: Account) -> str | None:
    """Where mail to the account goes; None where it has no address."""
    if account.email and account.email.startswith(MARK):
        return decrypt(account.email, case=_name(account.ref))
    # A row that a process of an earlier version wrote while the database was brought up to this one.
    return account.email or (account.login if account.kind == "applicant" else None)


def shown_login(account: Account) -> str:
    """What its owner signs in by, in the clear."""
    return account.login if account.kind == "staff" else address_of(account) or ""


def _name(ref: str) -> str:
    return f"account:{ref}"
