"""The agencies' numbers that a licence needs, and the check of a typed number by its scheme."""

from typing import Any

from certificates.errors import CertificateError
from certificates.numbers import CHECKS, clean

# Numbers that the licence of 2015 must print; the organization code may replace a statistics number.
ON_THE_LICENCE = frozenset({"organization_code", "tax_number", "social_insurance_number"})


def fault_of(scheme: str, number: str) -> dict[str, Any] | None:
    """The problem of the number, or None."""
    try:
        CHECKS[scheme](clean(number))
    except CertificateError as error:
        return {"fault": error.code, **error.data}
    return None
