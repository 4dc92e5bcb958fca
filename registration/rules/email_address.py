"""E-mail addresses: which ones are taken, in which form they are kept, and how they travel.

The syntax is that of RFC 5321 and 5322 without quoted local parts, the domain may be international (RFC 5891). Nothing
is asked of the network. A local part that is not ASCII (RFC 6531) is refused: too few mail servers take it.
"""

import unicodedata

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from registration.rules.problems import Problem
from registration.rules.tidy import UntidyText, refuse_unseen

LONGEST = 254
_LABEL = {"zh": "电子邮箱", "en": "E-mail"}


class NotAnAddress(ValueError):
    """An address that is not taken. `code` is that of a message (`email.malformed`), `data` fills its placeholders."""

    def __init__(self, code: str, data: dict[str, str] | None = None) -> None:
        self.code, self.data = code, data or {}
        super().__init__(code)


def tidy_address(text: str) -> str:
    """The address as it is kept: ordinary width, the domain in lower case and in its own letters. NotAnAddress."""
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        refuse_unseen(plain)
    except UntidyText as untidy:
        raise NotAnAddress(untidy.code, untidy.data) from untidy
    local, at, domain = plain.rpartition("@")
    if not at or len(plain) > LONGEST:
        raise NotAnAddress("email.malformed")
    if not local.isascii():
        raise NotAnAddress("email.local_part")
    # The mark of an encoded word (RFC 2047): a mail program would show other words in place of the address.
    if "=?" in plain:
        raise NotAnAddress("email.encoded_word")
    try:
        return _checked(f"{local}@{domain}").normalized
    except EmailNotValidError as refused:
        raise NotAnAddress("email.malformed") from refused


def address_key(text: str) -> str:
    """What two spellings of one address have in common; any text has a key, so that looking one up never fails."""
    try:
        return tidy_address(text).casefold()
    except NotAnAddress:
        return unicodedata.normalize("NFKC", text).strip().casefold()


def address_problems(text: str, path: str = "email") -> list[Problem]:
    """Why the address is not taken; empty where it is."""
    try:
        tidy_address(text)
    except NotAnAddress as refused:
        return [Problem(path, refused.code, {"field": _LABEL, **refused.data})]
    return []


def travelling(address: str) -> str:
    """The address as mail servers take it, an international domain in its ASCII form. ValueError for none."""
    return address if address.isascii() else _checked(address).ascii_email or ""


def _checked(text: str) -> ValidatedEmail:
    return validate_email(text, check_deliverability=False, allow_smtputf8=False)
