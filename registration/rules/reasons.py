"""The reasons of the office: why a file must be corrected, why it is refused, and what one may do about it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from registration.rules.reference import texts

_FILE = "matters/establishment/reasons.yaml"
_LICENCES = "reference/licence_reasons.yaml"


@cache
def rejection_codes() -> frozenset[str]:
    """R01 to R08 (MR art. 20, SAMR Order 95 art. 19)."""
    return frozenset(reasons("rejection"))


@cache
def correction_codes() -> frozenset[str]:
    return frozenset(reasons("correction"))


def reasons(kind: str) -> Mapping[str, Any]:
    """Code -> texts, of `rejection` or `correction`."""
    found: Mapping[str, Any] = texts(_FILE)[kind]
    return found


def remedies() -> Mapping[str, str]:
    """Where to turn against a refusal, in both languages (Administrative Reconsideration Law art. 20)."""
    found: Mapping[str, str] = texts(_FILE)["remedies"]
    return found


def licence_reasons(kind: str) -> Mapping[str, Any]:
    """Code -> texts and what follows, of `reissue`, `revoke` or `reinstate`."""
    found: Mapping[str, Any] = texts(_LICENCES)[kind]
    return found


def licence_reason(code: str | None) -> Mapping[str, Any] | None:
    """The texts of one code, whatever it is a reason for."""
    return next((rows[code] for rows in texts(_LICENCES).values() if code in rows), None)
