"""What a provider states about a person (OpenID Connect Core 5.1), read by the names of the operator's file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from registration.rules.account_address import account_address_problems, mobile_in
from registration.rules.sign_in_providers import Provider


@dataclass(frozen=True, slots=True)
class StatedIdentity:
    """`email` and `mobile` are verified ones alone. `at` is when the person signed in there, if the provider says it.

    Nothing of it is stored in the clear: `subject` and `document` as keyed hashes, the rest encrypted.
    """

    provider: str
    issuer: str
    subject: str
    name: str = ""
    document: str = ""
    email: str | None = None
    mobile: str | None = None
    staff_number: str = ""
    level: str | None = None
    at: float | None = None

    @property
    def signed_in_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.at, UTC) if self.at is not None else None


def stated_in(claims: Mapping[str, Any], *, key: str, row: Provider, with_mobile: bool) -> StatedIdentity:
    """`with_mobile`: a mobile number can be an account's address, because messages reach phones."""
    names = row.claims
    email, phone = _text(claims, names.email), _text(claims, names.phone)
    checked = row.verifies_addresses
    mobile = mobile_in(phone) if with_mobile else None
    is_email = email and not account_address_problems(email, with_mobile=False)
    moment = claims.get("auth_time")
    return StatedIdentity(
        provider=key,
        issuer=row.issuer,
        subject=str(claims["sub"]),
        name=_text(claims, names.name),
        document=_text(claims, names.document),
        email=email if is_email and (checked or claims.get("email_verified") is True) else None,
        mobile=mobile if checked or claims.get("phone_number_verified") is True else None,
        staff_number=_text(claims, names.staff_number),
        level=row.levels.get(_text(claims, names.level)),
        at=float(moment) if isinstance(moment, int | float) else None,
    )


def _text(claims: Mapping[str, Any], name: str | None) -> str:
    """A claim as text; a number of staff may come as a number."""
    found = claims.get(name) if name else None
    return str(found).strip() if isinstance(found, str | int) and not isinstance(found, bool) else ""
