"""The capital terms of companies founded before the Company Law of 2023 (State Council 784, art. 2; Company Law 266).

A limited company whose contributions are due more than five years after 2027-06-30 shortens the terms by that day to
at most five years from 2027-07-01; the promoters of a joint-stock company pay in full by that day.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from registration.rules.entity_types import type_row

# From this day on a company is founded under the new law, and its own limit holds (art. 47).
NEW_LAW_ON = date(2024, 7, 1)
# The last day on which terms are adjusted, and the latest day on which an old company may have contributions paid.
ADJUSTED_UNTIL = date(2027, 6, 30)
PAID_UNTIL = date(2032, 6, 30)


def latest_payment(founded_on: date | None) -> date:
    """The latest day for contributions by the transition; the earliest day there is for whom it does not concern."""
    return PAID_UNTIL if founded_on is not None and founded_on < NEW_LAW_ON else date.min


def last_payment(contributions: Iterable[Mapping[str, Any]] | None) -> date | None:
    """The last day on which something is to be paid, of the register's item `contributions`; None where all is paid."""
    days = (row["due_on"] for row in contributions or () if row.get("due_on") and not _is_paid(row))
    return max((date.fromisoformat(day) for day in days), default=None)


def term_limit(founded_on: date, *, entity_type: str) -> date | None:
    """The latest day on which a company of this type may have contributions paid by the transition; None for whom it
    does not concern. Promoters of a joint-stock company pay by the day on which others have adjusted.
    """
    row = type_row(entity_type)
    if row.owners is None or founded_on >= NEW_LAW_ON:
        return None
    return ADJUSTED_UNTIL if row.paid_before_founding else PAID_UNTIL


def _is_paid(row: Mapping[str, Any]) -> bool:
    paid = row.get("paid_wan")
    return bool(row.get("paid")) or (paid is not None and Decimal(str(paid)) >= Decimal(str(row["amount_wan"])))
