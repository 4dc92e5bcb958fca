"""Identity documents of persons: checks the format of a number, decodes it, and masks it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from certificates.numbers import NO_RESIDENTS
from certificates.numbers.regions import PROVINCES

IdKind = Literal[
    "resident_id",
    "chinese_passport",
    "passport",
    "hk_macao_permit",
    "taiwan_permit",
    "hmt_residence",
    "foreign_permanent",
]
# Documents of persons whose investment is foreign, or is treated as foreign (Implementing Regulation of the Foreign
# Investment Law art. 48).
FOREIGNERS: frozenset[IdKind] = frozenset({"passport", "foreign_permanent"})
HONG_KONG_MACAO_TAIWAN: frozenset[IdKind] = frozenset({"hk_macao_permit", "taiwan_permit", "hmt_residence"})
ABROAD = FOREIGNERS | HONG_KONG_MACAO_TAIWAN
# The first two digits of the residence permits of Hong Kong, Macao and Taiwan residents: GB 11643 otherwise.
HMT_REGIONS = ("81", "82", "83")

# Kinds whose number always encodes day of birth and sex; that of a permanent residence card since 2023.
CARRIES_BIRTH: frozenset[IdKind] = frozenset({"resident_id", "hmt_residence"})

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PATTERNS: dict[IdKind, str] = {
    "chinese_passport": r"(E\d{8}|E[A-HJ-NP-Z]\d{7}|G\d{8}|1[45]\d{7}|[DSP]\d{7,8}|[DSP]E\d{7})",
    "passport": r"[A-Z0-9]{5,17}",
    "hk_macao_permit": r"[HM]\d{8}(\d{2})?",
    "taiwan_permit": r"\d{8}(\d{2})?",
    "foreign_permanent": r"[A-Z]{3}\d{12}|9\d{16}[\dX]",
}


class MalformedId(ValueError):
    """An impossible identity number.

    `code` is `id.length`, `id.characters`, `id.region`, `id.birth` or `id.check`.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class ResidentId:
    """The data in eighteen characters: a resident identity number, or the number of a permanent residence card.

    `region` has six figures; of a permanent residence card only the province is known.
    """

    region: str
    born_on: date
    sex: Literal["male", "female"]


def check_digit(body: str) -> str:
    """The last character for seventeen digits: ISO 7064 MOD 11-2, as GB 11643-1999 prescribes."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def read_resident_id(number: str) -> ResidentId:
    """The parts of a well-formed number (GB 11643-1999); MalformedId otherwise.

    Only the province of the region is checked, because counties change. 81 to 83 are residence permits for people of
    Hong Kong, Macao and Taiwan (国办发〔2018〕81号 art. 3).
    """
    if len(number) != 18:
        raise MalformedId("id.length")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise MalformedId("id.characters")
    return _read_eighteen(number, region=number[:6])


def read_permanent_card(number: str) -> ResidentId:
    """The parts of a foreigner's permanent residence number of 2023 (GA 2102-2023); MalformedId otherwise.

    Eighteen characters: 9, two figures of the province, three of the nationality (GB/T 2659, numeric), the day of
    birth, three of a sequence that is odd for men, and the check digit of resident numbers.
    """
    if not re.fullmatch(r"9[0-9]{16}[0-9X]", number):
        raise MalformedId("id.characters" if len(number) == 18 else "id.length")
    if number[3:6] == "156":
        raise MalformedId("id.characters")
    return _read_eighteen(number, region=f"{number[1:3]}0000")


def _read_eighteen(number: str, *, region: str) -> ResidentId:
    if region[:2] not in PROVINCES or region[:2] in NO_RESIDENTS:
        raise MalformedId("id.region")
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise MalformedId("id.birth") from error
    if check_digit(number[:17]) != number[17]:
        raise MalformedId("id.check")
    return ResidentId(region=region, born_on=born_on, sex="male" if int(number[16]) % 2 else "female")


def check_id(number: str, *, kind: IdKind) -> None:
    """Raises MalformedId when `number` cannot be a document of this kind."""
    encoded = facts_in_number(number, kind=kind)
    if kind == "hmt_residence" and not number.startswith(HMT_REGIONS):
        raise MalformedId("id.characters")
    if encoded is None and not re.fullmatch(_PATTERNS.get(kind, ""), number, re.ASCII):
        raise MalformedId("id.characters")


def facts_in_number(number: str, *, kind: IdKind) -> ResidentId | None:
    """The data encoded in the number; None if documents of this kind encode none. MalformedId as above."""
    if kind in CARRIES_BIRTH:
        return read_resident_id(number)
    return read_permanent_card(number) if kind == "foreign_permanent" and len(number) == 18 else None


def kind_of(number: str) -> IdKind:
    """The kind of document by the format of its number; a passport if no other format fits."""
    if re.fullmatch(r"9[0-9]{16}[0-9X]", number):
        return "foreign_permanent"
    return "resident_id" if re.fullmatch(r"[0-9]{17}[0-9X]", number) else "passport"


def birth_date(number: str, *, kind: IdKind) -> date | None:
    """The day of birth in the number; None if it has none. MalformedId as above."""
    encoded = facts_in_number(number, kind=kind)
    return encoded.born_on if encoded else None


def age_on(day: date, *, born_on: date) -> int:
    """Full years of age; a person born on 29 February has the birthday on 1 March of a common year."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def mask_id(number: str) -> str:
    """First six and last four of a resident number, first and last two of any other document."""
    head, tail = (6, 4) if len(number) == 18 else (2, 2)
    if len(number) <= head + tail:
        return "*" * len(number)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]


def mask_mobile(number: str) -> str:
    """138****5678; of a shorter number only the last two figures are shown."""
    if len(number) < 8:
        return "*" * max(len(number) - 2, 0) + number[-2:] if len(number) > 2 else "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_address(address: str) -> str:
    """Province, city and county alone, followed by three stars."""
    found = re.match(r"(?:.{2,8}?(?:省|自治区|特别行政区))?(?:.{1,8}?[市州盟])?(?:.{1,8}?[县区市旗])?", address)
    return (found.group() if found else "") + "***"


def mask_email(address: str) -> str:
    """a***@x.cn"""
    local, at, host = address.partition("@")
    return f"{local[:1]}***{at}{host}"
