"""Complaints, reports, suggestions and questions of anybody (诉求): kinds, and what their text should not have."""

import re
from collections.abc import Mapping

from registration.rules.identity import check_digit
from registration.rules.languages import pair

COMPLAINT, REPORT, SUGGESTION, QUESTION = "complaint", "report", "suggestion", "question"
KINDS: Mapping[str, Mapping[str, str]] = {
    QUESTION: pair("咨询", "Question"),
    SUGGESTION: pair("建议", "Suggestion"),
    COMPLAINT: pair("投诉", "Complaint"),
    REPORT: pair("举报", "Report of wrongdoing"),
}
# They may concern a member of the office: only those responsible read them, and the person whom they name for it.
CONFIDENTIAL = frozenset({COMPLAINT, REPORT})
LONGEST, LONGEST_CONTACT = 2000, 200

_RESIDENT = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_CARD = re.compile(r"(?<![0-9])[0-9]{16,19}(?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}")


def has_private_number(text: str) -> bool:
    """Whether the text has the number of an identity card (GB 11643) or of a bank card (Luhn, ISO/IEC 7812-1)."""
    plain = re.sub(r"(?<=[0-9])[ -](?=[0-9Xx])", "", text)
    if any(check_digit(one[:17]) == one[17].upper() for one in _RESIDENT.findall(plain)):
        return True
    return any(_is_luhn(one) for one in _CARD.findall(plain))


def names_a_way_to_a_person(text: str) -> bool:
    """Whether the text has such a number, a mobile number or an e-mail address: nothing of it is published."""
    plain = re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", text)
    return has_private_number(text) or bool(_MOBILE.search(plain) or _MAIL.search(text))


def _is_luhn(number: str) -> bool:
    digits = [int(one) for one in reversed(number)]
    doubled = [2 * one - 9 * (one > 4) for one in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
