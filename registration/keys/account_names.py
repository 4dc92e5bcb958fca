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


def address_of(account: Account) -> str | None:
    """Where mail to the account goes; None where it has no address."""
    if account.email and account.email.startswith(MARK):
        return decrypt(account.email, case=_name(account.ref))
    # A row that a process of an earlier version wrote while the database was brought up to this one.
    return account.email or (account.login if account.kind == "applicant" and not account.mobile else None)


def mobile_of(account: Account) -> str | None:
    """The mobile number of an account that was made with one."""
    return decrypt(account.mobile, case=_name(account.ref)) if account.mobile else None


def reach_of(account: Account) -> str:
    """Where messages to the account go: the e-mail address, or the mobile number of an account without one."""
    return address_of(account) or mobile_of(account) or ""


def shown_login(account: Account) -> str:
    """What its owner signs in by, in the clear."""
    return account.login if account.kind == "staff" else reach_of(account)


def _name(ref: str) -> str:
    return f"account:{ref}"
