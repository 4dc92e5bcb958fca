"""What an applicant signs up with and signs in by: an e-mail address or a mobile number."""

import re

from registration.rules.email_address import address_problems, tidy_address
from registration.rules.languages import pair
from registration.rules.problems import Problem
from registration.rules.tidy import UntidyText, tidy_phone

# Numbers of the mainland, and others with their country code (ITU-T E.164).
_MOBILE = re.compile(r"1[3-9][0-9]{9}|\+[1-9][0-9]{7,14}")
_LABEL = pair("邮箱或者手机号码", "E-mail or mobile number")


def mobile_in(text: str) -> str | None:
    """The mobile number in its one spelling, however it was typed; None for any other text."""
    try:
        number = tidy_phone(text.strip())
    except UntidyText:
        return None
    return number if _MOBILE.fullmatch(number) else None


def account_address(text: str) -> str:
    """The address as it is stored. Raises NotAnAddress (registration/rules/email_address.py)."""
    return mobile_in(text) or tidy_address(text)


def account_address_problems(text: str, *, with_mobile: bool, path: str = "email") -> list[Problem]:
    """The problems of the address; a number is accepted where the deployment sends text messages."""
    if mobile_in(text):
        return [] if with_mobile else [Problem(path, "mobile.not_offered", {"field": _LABEL})]
    problems = address_problems(text, path)
    if problems and with_mobile and "@" not in text:
        return [Problem(path, "address.malformed")]
    return problems
