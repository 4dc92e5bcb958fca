"""Which of the agencies' numbers a licence needs, and whether one that somebody typed is one of its scheme."""

from typing import Any

from certificates.errors import CertificateError
from certificates.numbers import CHECKS, clean

# What the licence of 2015 cannot be printed without; for a statistics number the organization code may stand.
ON_THE_LICENCE = frozenset({"organization_code", "tax_number", "social_insurance_number"})


def fault_of(scheme: str, number: str) -> dict[str, Any] | None:
    """What is wrong with the number, or None."""
    try:
        CHECKS[scheme](clean(number))
    except CertificateError as error:
        return {"fault": error.code, **error.data}
    return None
