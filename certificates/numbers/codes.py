"""Makes and checks the numbers of a registered business, each by its standard; explanations.py explains them.

`check_*` takes a code without spaces or hyphens, in capitals, and returns it, or raises InvalidNumber that says what is
wrong and where. `clean` converts user input to that form.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

from certificates.errors import InvalidNumber
from certificates.numbers.regions import PROVINCES

USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
# GB 32100-2015, table 1: the registering departments, each with the classes of bodies that it registers.
CLASSES: Mapping[str, str] = {
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "1239",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "123",
    "A": "19",
    "N": "1239",
    "Y": "1",
}
ORGANIZATION_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECK = "10X98765432"
DIGITS = "0123456789"
# Regions valid in one kind of number only: 83 are residence permits for people of Taiwan, who have
# no registrar (国办发〔2018〕81号 art. 3); 10 are central bodies, where nobody resides.
NO_REGISTRARS, NO_RESIDENTS = frozenset({"83"}), frozenset({"10"})
_NARROW = {0xFF00 + i: 0x20 + i for i in range(1, 0x5F)}


def clean(text: str) -> str:
    """User input as a code: full-width forms narrowed, spaces and hyphens removed, in capitals."""
    narrow = text.translate(_NARROW).upper()
    return "".join(c for c in narrow if not c.isspace() and c not in "-‐‑‒–—\u200b\ufeff")


def make_uscc(organization_code: str, *, region: str, department: str = "9", category: str = "1") -> str:
    """The unified social credit code (GB 32100-2015) of a nine-character organization code; the registrar's region."""
    body = department + category + region + check_organization_code(organization_code)
    code = body + uscc_check_digit(_only(body, "uscc", length=17, allowed=USCC_CHARACTERS))
    return check_uscc(code)


def check_uscc(code: str) -> str:
    """GB 32100-2015: 18 characters; department, class, region, check digit mod 31, and that of the part inside."""
    _only(code, "uscc", length=18, allowed=USCC_CHARACTERS)
    if code[0] not in CLASSES:
        raise InvalidNumber("number.department", {"scheme": "uscc", "found": code[0]})
    if code[1] not in CLASSES[code[0]]:
        raise InvalidNumber("number.class", {"scheme": "uscc", "found": code[:2]})
    _region(code[2:8], "uscc", at=3, but=NO_REGISTRARS)
    _expect(code[17], uscc_check_digit(code[:17]), "uscc", "number.check_digit")
    _expect(code[16], _organization_check_digit(code[8:16]), "uscc", "number.inner_check_digit")
    return code


def organization_body(sequence: int, *, prefix: str) -> str:
    """The eight body characters for the `sequence`-th code of a pool: the prefix, then base 31 without I O S V Z."""
    size = 8 - len(prefix)
    if not 0 <= sequence < 31**size:
        raise InvalidNumber("number.sequence", {"scheme": "organization_code", "maximum": 31**size - 1})
    digits = ""
    for _ in range(size):
        sequence, digit = divmod(sequence, 31)
        digits = USCC_CHARACTERS[digit] + digits
    return prefix + digits


def make_organization_code(body: str) -> str:
    """Nine characters of GB 11714-1997 from eight; printed with a hyphen by `print_organization_code`."""
    _only(body, "organization_code", length=8, allowed=ORGANIZATION_CHARACTERS)
    return body + _organization_check_digit(body)


def check_organization_code(code: str) -> str:
    """GB 11714-1997: eight digits or capitals and a check digit mod 11 (X is ten)."""
    _only(code, "organization_code", length=9, allowed=ORGANIZATION_CHARACTERS)
    _expect(code[8], _organization_check_digit(code[:8]), "organization_code", "number.check_digit")
    return code


def print_organization_code(code: str) -> str:
    """The printed form: `MAT00001-8`."""
    return f"{code[:8]}-{code[8:]}"


def make_registration_number(sequence: int, *, region: str) -> str:
    """The 15 digits of GS15-2006. The first of the eight sequence digits is the kind: 0-3 domestic enterprises
    (2 held by natural persons), 4-5 foreign-invested, 6-9 individual businesses."""
    body = _region(region, "registration_number") + _sequence(sequence, "registration_number")
    return body + _mod_11_10(body)


def check_registration_number(code: str) -> str:
    """GS15-2006: six digits of region, eight of sequence, one by ISO 7064 MOD 11,10.

    A farmers' co-operative has the letters NA before six digits of sequence, and ends in a digit or X.
    """
    if is_cooperative_number(code):
        _region(code[:6], "registration_number", but=NO_REGISTRARS)
        return code
    _only(code, "registration_number", length=15, allowed=DIGITS)
    _region(code[:6], "registration_number", but=NO_REGISTRARS)
    _expect(code[14], _mod_11_10(code[:14]), "registration_number", "number.check_digit")
    return code


def is_cooperative_number(code: str) -> bool:
    """Whether it has the form of a farmers' co-operative's registration number, such as 330702NA000012X."""
    return re.fullmatch(r"\d{6}NA\d{6}[\dX]", code, re.ASCII) is not None


def make_tax_number(organization_code: str, *, region: str) -> str:
    """The 15-character taxpayer number used before the USCC (国税函〔2006〕820号): region and organization code."""
    return _region(region, "tax_number") + check_organization_code(organization_code)


def check_tax_number(code: str) -> str:
    """15 characters (region, organization code) or, for a person, 20 (resident id and two digits); a USCC has 18."""
    if len(code) == 18:
        return check_uscc(code)
    if len(code) == 20:
        _digits(code[18:], "tax_number", at=19)
        check_resident_id(code[:18])
        return code
    _only(code, "tax_number", length=15, allowed=ORGANIZATION_CHARACTERS)
    _region(code[:6], "tax_number")
    _expect(code[14], _organization_check_digit(code[6:14]), "tax_number", "number.check_digit")
    return code


def make_resident_id(*, region: str, born_on: date, sequence: int) -> str:
    """A resident identity number (GB 11643-1999); `sequence` 0-999, odd for men. For samples and tests only."""
    if not 0 <= sequence <= 999:
        raise InvalidNumber("number.sequence", {"scheme": "resident_id", "maximum": 999})
    body = f"{_region(region, 'resident_id')}{born_on:%Y%m%d}{sequence:03d}"
    return body + _resident_check_digit(body)


def check_resident_id(code: str) -> str:
    """GB 11643-1999: region, a real day of birth, check digit MOD 11-2. It reads no clock and checks no age."""
    _length(code, "resident_id", 18)
    _digits(code[:17], "resident_id")
    _only(code[17], "resident_id", length=1, allowed="0123456789X", at=18)
    _region(code[:6], "resident_id", but=NO_RESIDENTS)
    birth_date(code)
    _expect(code[17], _resident_check_digit(code[:17]), "resident_id", "number.check_digit")
    return code


def birth_date(resident_id: str) -> date:
    """The day of birth inside a resident identity number."""
    text = resident_id[6:14]
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise InvalidNumber("number.date", {"scheme": "resident_id", "position": 7}) from None


def make_social_insurance_number(sequence: int, *, region: str) -> str:
    """A local scheme, by default region and eight digits: no national rule is known, so do not call it official."""
    return _region(region, "social_insurance_number") + _sequence(sequence, "social_insurance_number")


def check_social_insurance_number(code: str) -> str:
    """The local default scheme: 14 digits of which the first six are a region; it has no check digit."""
    _only(code, "social_insurance_number", length=14, allowed=DIGITS)
    _region(code[:6], "social_insurance_number")
    return code


def make_statistics_number(organization_code: str) -> str:
    """A local scheme: there was no separate statistics number; the organization code was used."""
    return check_organization_code(organization_code)


def check_statistics_number(code: str) -> str:
    """The local default scheme: the organization code."""
    return check_organization_code(code)


def identify(code: str) -> str:
    """The scheme of a code, or, when it is invalid, the most similar one; a key of CHECKS."""
    for scheme in _candidates(code):
        if _passes(scheme, code):
            return scheme
    candidates = _candidates(code)
    if not candidates:
        raise InvalidNumber("number.unknown_scheme", {"found": len(code)})
    return candidates[0]


CHECKS: Mapping[str, Callable[[str], str]] = {
    "uscc": check_uscc,
    "organization_code": check_organization_code,
    "registration_number": check_registration_number,
    "tax_number": check_tax_number,
    "resident_id": check_resident_id,
    "social_insurance_number": check_social_insurance_number,
    "statistics_number": check_statistics_number,
}


def _candidates(code: str) -> tuple[str, ...]:
    if len(code) == 18:
        # A resident id has a date in the middle; a USCC may have one by chance, and then the check digits decide.
        dated = re.fullmatch(r"\d{6}(1[89]|20)\d\d(0[1-9]|1[0-2])[0-3]\d{4}[\dX]", code)
        return ("resident_id", "uscc") if dated else ("uscc", "resident_id")
    if len(code) == 15:
        is_registration = code.isdigit() or is_cooperative_number(code)
        return ("registration_number", "tax_number") if is_registration else ("tax_number", "registration_number")
    one = {9: "organization_code", 14: "social_insurance_number", 20: "tax_number", 17: "uscc", 19: "uscc"}
    return (one[len(code)],) if len(code) in one else ()


def _passes(scheme: str, code: str) -> bool:
    try:
        CHECKS[scheme](code)
    except InvalidNumber:
        return False
    return True


def _length(code: str, scheme: str, length: int) -> None:
    if len(code) != length:
        raise InvalidNumber("number.length", {"scheme": scheme, "expected": length, "found": len(code)})


def _only(code: str, scheme: str, *, length: int, allowed: str, at: int = 1) -> str:
    _length(code, scheme, length)
    for position, character in enumerate(code, at):
        if character not in allowed:
            raise InvalidNumber("number.character", {"scheme": scheme, "position": position, "found": character})
    return code


def _digits(code: str, scheme: str, *, at: int = 1) -> str:
    return _only(code, scheme, length=len(code), allowed=DIGITS, at=at)


def _region(region: str, scheme: str, *, at: int = 1, but: frozenset[str] = frozenset()) -> str:
    """Only the province is checked: counties change, and an unknown one is no reason to refuse a number."""
    _only(region, scheme, length=6, allowed=DIGITS, at=at)
    if region[:2] not in PROVINCES or region[:2] in but:
        raise InvalidNumber("number.region", {"scheme": scheme, "found": region})
    return region


def _sequence(sequence: int, scheme: str) -> str:
    if not 0 <= sequence <= 99_999_999:
        raise InvalidNumber("number.sequence", {"scheme": scheme, "maximum": 99_999_999})
    return f"{sequence:08d}"


def _expect(found: str, expected: str, scheme: str, code: str) -> None:
    if found != expected:
        raise InvalidNumber(code, {"scheme": scheme, "expected": expected, "found": found})


def uscc_check_digit(body: str) -> str:
    """The eighteenth character for the first seventeen: mod 31 (GB 32100-2015)."""
    total = sum(USCC_CHARACTERS.index(c) * w for c, w in zip(body, USCC_WEIGHTS, strict=True))
    return USCC_CHARACTERS[-total % 31]


def _organization_check_digit(body: str) -> str:
    total = sum(ORGANIZATION_CHARACTERS.index(c) * w for c, w in zip(body, ORGANIZATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def _resident_check_digit(body: str) -> str:
    return RESIDENT_CHECK[sum(int(c) * w for c, w in zip(body, RESIDENT_WEIGHTS, strict=True)) % 11]


def _mod_11_10(body: str) -> str:
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
