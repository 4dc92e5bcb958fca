"""Whether a number that somebody typed is one of its scheme, told as data."""

from typing import Any

from certificates.errors import CertificateError
from certificates.numbers import CHECKS, clean


def fault_of(scheme: str, number: str) -> dict[str, Any] | None:
    """What is wrong with the number, or None."""
    try:
        CHECKS[scheme](clean(number))
    except CertificateError as error:
        return {"fault": error.code, **error.data}
    return None
