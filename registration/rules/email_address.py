"""E-mail addresses: the accepted syntax, the stored form, and the form for mail servers.

The syntax is that of RFC 5321 and 5322 without quoted local parts, the domain may be international (RFC 5891). Nothing
is looked up on the network. A local part that is not ASCII (RFC 6531) is refused: few mail servers accept it.
"""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from certificates.paper.characters import is_private, is_unseen
from registration.rules.languages import pair
from registration.rules.problems import Problem

LONGEST, LONGEST_LOCAL = 254, 64
# ECMA 262, for the descriptions of forms: without international domains, which are accepted, too.
_PART = "[A-Za-z0-9]([A-Za-z0-9-]{0,31}[A-Za-z0-9])?"
DESCRIBED = rf"^[A-Za-z0-9_+-]{{1,31}}(\.[A-Za-z0-9_+-]{{1,31}})?@({_PART}\.){{1,4}}[A-Za-z]{{2,24}}$"
_LABEL = pair("电子邮箱", "E-mail")


class NotAnAddress(ValueError):
    """The address is not accepted. `code` is that of a message (`email.malformed`), `data` fills its placeholders."""

    def __init__(self, code: str, data: dict[str, str] | None = None) -> None:
        self.code, self.data = code, data or {}
        super().__init__(code)


def tidy_address(text: str) -> str:
    """The address as it is stored: half-width, the domain in lower case and in Unicode. Raises NotAnAddress."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if hidden := [char for char in plain if is_unseen(char) or is_private(char)]:
        raise NotAnAddress("text.unseen", {"character": f"U+{ord(hidden[0]):04X}"})
    # The mark of an encoded word (RFC 2047): a mail program would show another text in place of the address.
    if "=?" in plain:
        raise NotAnAddress("email.encoded_word")
    if len(plain) > LONGEST or len(plain.rpartition("@")[0]) > LONGEST_LOCAL:
        raise NotAnAddress("email.malformed")
    try:
        found = validate_email(plain, check_deliverability=False)
    except EmailNotValidError as refused:
        raise NotAnAddress("email.malformed") from refused
    if found.ascii_local_part is None:
        raise NotAnAddress("email.local_part")
    return found.normalized


def address_key(text: str) -> str:
    """The lookup key, equal for all spellings of one address; any text has a key, so that a lookup never fails."""
    try:
        return tidy_address(text).casefold()
    except NotAnAddress:
        return unicodedata.normalize("NFKC", text).strip().casefold()


def address_problems(text: str, path: str = "email") -> list[Problem]:
    """The problems of the address; empty if it is accepted."""
    try:
        tidy_address(text)
    except NotAnAddress as refused:
        return [Problem(path, refused.code, {"field": _LABEL, **refused.data})]
    return []


def travelling(address: str) -> str:
    """The address for mail servers, an international domain in its ASCII form. ValueError for an invalid one."""
    if address.isascii():
        return address
    return validate_email(address, check_deliverability=False, allow_smtputf8=False).ascii_email or ""
