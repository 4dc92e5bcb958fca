"""The catalogue of business scope: its items, their permits, and the text on the licence."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from registration.rules.kinds import is_five_numbers
from registration.rules.languages import pair
from registration.rules.reference import table

Layer = Literal["prohibited", "before", "after", "free"]
Level = Literal["county", "city", "province", "nation"]
_BRACKETS = re.compile(r"（[^）]*）")
_GENERAL_END = "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）"
_LICENSED_END = "（依法须经批准的项目，经相关部门批准后方可开展经营活动，具体经营项目以审批结果为准）"
_END_OF_2015 = "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"


@dataclass(frozen=True, slots=True)
class ScopeItem:
    """One item. `permit` is pre (approval before registration), post (after it) or - ; `gb4754` is the class."""

    code: str
    zh: str
    en: str
    kind: Literal["general", "licensed"]
    permit: Literal["pre", "post", "-"]
    permit_key: str
    gb4754: str


@dataclass(frozen=True, slots=True)
class Permit:
    """The permit for a licensed item, and the authority that grants it.

    `level`: whose counter takes the application; `law`: its citations, separated by semicolons.
    """

    key: str
    name_zh: str
    name_en: str
    authority_zh: str
    authority_en: str
    level: Level
    law: str

    @property
    def citations(self) -> list[str]:
        return self.law.split(";")

    @property
    def name(self) -> dict[str, str]:
        return pair(self.name_zh, self.name_en)

    @property
    def authority(self) -> dict[str, str]:
        return pair(self.authority_zh, self.authority_en)


@dataclass(frozen=True, slots=True)
class Prohibited:
    """A word of the negative list, and why it cannot be registered."""

    word: str
    zh: str
    en: str


@cache
def catalogue() -> dict[str, ScopeItem]:
    """All items by code, in the order of the file."""
    items: Iterable[Mapping[str, Any]] = table("scope_items")
    return {row["code"]: ScopeItem(**row) for row in items}


@cache
def _permits() -> dict[str, Permit]:
    rows: Iterable[Mapping[str, Any]] = table("permits")
    return {row["key"]: Permit(**row) for row in rows}


def permit_of(item: ScopeItem) -> Permit | None:
    return _permits().get(item.permit_key)


def items_of(codes: Iterable[str]) -> tuple[ScopeItem, ...]:
    """The known items among the codes, in their order."""
    return tuple(catalogue()[code] for code in codes if code in catalogue())


@cache
def prohibitions() -> tuple[Prohibited, ...]:
    """Every word of the negative list, in the order of the file."""
    return tuple(Prohibited(**row) for row in table("scope_prohibited"))


def prohibited_in(text: str) -> list[Prohibited]:
    """Words of the negative list in a text, reported while an applicant searches for items."""
    written = unicodedata.normalize("NFKC", text)
    return [row for row in prohibitions() if row.word in written]


def prohibition_of(item: ScopeItem) -> Prohibited | None:
    """The word of the negative list in an item; what stands in brackets is left out of the item (象牙及其制品除外)."""
    return next(iter(prohibited_in(_BRACKETS.sub("", item.zh))), None)


def layer_of(item: ScopeItem) -> Layer:
    """The layer of the negative list that an item is in: nobody may, a permit before or after registration, none."""
    if prohibition_of(item) is not None:
        return "prohibited"
    layers: Mapping[str, Layer] = {"pre": "before", "post": "after"}
    return layers.get(item.permit, "free")


def scope_text(codes: Sequence[str], *, regime: str) -> str:
    """The scope as printed: general items, then licensed ones, each group with its closing words, main item first.

    In the regimes up to 2022 it is one list with one closing.
    """
    items = items_of(codes)
    if is_five_numbers(regime) or regime in ("three_in_one_2015", "five_in_one_2016"):
        return "；".join(item.zh for item in items) + _END_OF_2015 + "。" if items else ""
    general = [item.zh for item in items if item.kind == "general"]
    licensed = [item.zh for item in items if item.kind == "licensed"]
    groups = (("一般项目：", general, _GENERAL_END), ("许可项目：", licensed, _LICENSED_END))
    return "".join(head + "；".join(texts) + end + "。" for head, texts, end in groups if texts)


def industry_code(codes: Sequence[str]) -> str | None:
    """Section letter and class of the main item, such as `H6210` (GB/T 4754-2017)."""
    main = next(iter(items_of(codes)), None)
    if main is None:
        return None
    return _classes()[main.gb4754]["section"] + main.gb4754


def industry_of(item: ScopeItem) -> Mapping[str, str]:
    """The row of the item's class in industries.csv: code, section (a letter), division (two digits), level, name."""
    return _classes()[item.gb4754]


@cache
def _classes() -> dict[str, Mapping[str, str]]:
    return {row["code"]: row for row in table("industries") if row["level"] == "class"}
