"""The fields of a letterhead, their problems, and the differences of two letterheads."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from certificates.paper.glyphs import missing
from certificates.paper.type_size import registrar_fits
from registration.rules.languages import by_language, pair
from registration.rules.problems import Problem

OPEN = frozenset({"draft", "proposed"})
# The status that each step needs and the one that it sets.
STEPS = {
    "propose": ("draft", "proposed"),
    "approve": ("proposed", "approved"),
    "refuse": ("proposed", "refused"),
    "withdraw": ("draft proposed", "withdrawn"),
}
SEAL_BYTES = 256 * 1024
# The length that fits on every sheet of a licence, in three lines beside the seal.
REGISTRAR_LENGTH = 36
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_PREFIX = re.compile(r"[\u4e00-\u9fff]{2,10}")


@dataclass(frozen=True)
class ProfileField:
    """A text of a letterhead; `printed` ones must be in the papers' font."""

    zh: str
    en: str
    most: int
    required: bool = False
    printed: bool = True


FIELDS: Mapping[str, ProfileField] = {
    "name_zh": ProfileField("登记机关名称", "Name of the registrar", REGISTRAR_LENGTH, required=True),
    "name_en": ProfileField("登记机关英文名称", "English name of the registrar", 120, required=True, printed=False),
    "number_prefix": ProfileField("文号冠字", "Prefix of document numbers", 10, required=True),
    "officer_title": ProfileField("签发人职务", "Title of the signing officer", 20),
    "officer_name": ProfileField("签发人姓名", "Name of the signing officer", 20),
    "address": ProfileField("文书上的地址", "Address on papers", 60),
    "phone": ProfileField("文书上的电话", "Phone on papers", 40),
    "reconsideration_body": ProfileField("行政复议机关", "Body for administrative reconsideration", 40),
    "court": ProfileField("管辖行政诉讼的人民法院", "Court for administrative litigation", 40),
    "seal_place": ProfileField("印章位置的文字", "Words in the place of the seal", 20),
    "reason": ProfileField("变更原因", "Reason of the change", 200, required=True, printed=False),
}
VALID_FROM = pair("生效日期", "Day from which it is valid")
SEAL = pair("电子印章图像", "Picture of the electronic seal")
# The fields on a paper, in the order of the comparison.
COMPARED = tuple(name for name, field in FIELDS.items() if name != "reason")


def tidied(given: Mapping[str, Any]) -> dict[str, str]:
    """Every text of a letterhead, stripped; missing ones are empty."""
    return {name: unicodedata.normalize("NFC", str(given.get(name) or "")).strip() for name in FIELDS}


def faults(text: Mapping[str, str], *, valid_from: date | None) -> list[Problem]:
    """Every problem of the texts, each at its field."""
    found = [problem for name in FIELDS for problem in _text_faults(name, text[name])]
    if text["number_prefix"] and not _PREFIX.fullmatch(text["number_prefix"]):
        found.append(_problem("number_prefix", "letterhead.prefix"))
    if bool(text["officer_name"]) != bool(text["officer_title"]):
        lacking = "officer_title" if text["officer_name"] else "officer_name"
        found.append(_problem(lacking, "letterhead.officer_incomplete"))
    if valid_from is None:
        found.append(Problem("valid_from", "date.malformed", {"field": VALID_FROM}))
    return found


def too_early(valid_from: date, earliest: date) -> list[Problem]:
    """Issued papers have the old texts, so the new ones begin on a later day."""
    if valid_from >= earliest:
        return []
    return [Problem("valid_from", "letterhead.too_early", {"earliest": earliest.isoformat()})]


def differences(before: object, after: object) -> list[tuple[str, str, str]]:
    """(field, before, after) of each field on a paper that differs."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in COMPARED)
    return [pair for pair in pairs if pair[1] != pair[2]]


def _text_faults(name: str, text: str) -> Iterator[Problem]:
    field = FIELDS[name]
    if not text and field.required:
        yield _problem(name, "field.missing")
    if len(text) > field.most:
        yield _problem(name, "text.too_long", most=field.most)
    if any(unicodedata.category(char) in _UNSEEN for char in text):
        yield _problem(name, "text.unseen")
    elif field.printed and (lacking := missing(text)):
        yield _problem(name, "letterhead.no_glyph", characters=lacking)
    elif name == "name_zh" and len(text) <= field.most and not registrar_fits(text):
        yield _problem(name, "sheet.full")


def _problem(name: str, code: str, **data: Any) -> Problem:
    field = FIELDS[name]
    return Problem(name, code, {"field": by_language(field), **data})
