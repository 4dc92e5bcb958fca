"""How long a name is reserved for its applicant (Name Regulation 2020 art. 18)."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from registration.rules.names_parts import NameParts
from registration.rules.names_words import listed_words
from registration.rules.scope import catalogue

MONTHS, MONTHS_WITH_APPROVAL = 2, 12


def kept_until(since_on: date, *, approval_first: bool) -> date:
    """The last day: two months by date, a year if an approval is required before the registration.

    In a month without that date it is the last day: for 31 December the end of February.
    """
    months = since_on.month - 1 + (MONTHS_WITH_APPROVAL if approval_first else MONTHS)
    year, month = since_on.year + months // 12, months % 12 + 1
    return date(year, month, min(since_on.day, monthrange(year, month)[1]))


def needs_approval_first(parts: NameParts, scope_items: Iterable[str]) -> bool:
    """Whether the enterprise or an item of its scope must be approved before it is registered."""
    known = (catalogue()[code] for code in scope_items if code in catalogue())
    return any(item.permit == "pre" for item in known) or any(
        said.of == "licensed" for said in listed_words(parts.body)
    )
