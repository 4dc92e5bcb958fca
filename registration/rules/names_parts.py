"""The parts of a name: region, trade name, industry and legal form, as entered by the applicant or as parsed."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from registration.rules.city import city
from registration.rules.entity_types import type_row
from registration.rules.form.firm import Name
from registration.rules.names_words import NO_INDUSTRY, industry_group, is_industry_word, split_industry
from registration.rules.reference import table, words
from registration.rules.regions import Region, chains

RegionPlace = Literal["front", "bracket", "before_form"]
Tail = Literal["", "zone", "township"]

_BRACKETS = str.maketrans("([{<【〔〖「『《〈", "（" * 11) | str.maketrans(")]}>】〕〗」』》〉", "）" * 11)
_DROPPED = re.compile(r"[\s.。・·•‧∙⋅，,、_\-‐‑–—]")
# What stays as it is: nearly every registered name.
_PLAIN = re.compile("[一-鿿（）]+")
_IN_BRACKETS = re.compile(r"（([^（）]+)）")
_GROUP_MARK = "（集团）"
# In the name of an individual business the place follows the region: a town, a village, a market.
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:街道|镇|乡|村|社区|市场)")
_ZONE_OWN_NAME = 4
# The mark in the list of forms for those without the words that the law requires.
_UNMARKED = "unmarked"


class NameParts(NamedTuple):
    """The parts of a name as written; an absent part is empty.

    A development zone or a township belongs to the region, a group's mark to the form, and in the name of a branch all
    that follows its parent's industry.
    """

    region: str
    trade: str
    industry: str
    form: str
    region_place: RegionPlace = "front"

    @property
    def full(self) -> str:
        if self.region_place == "bracket":
            return f"{self.trade}（{self.region}）{self.industry}{self.form}"
        if self.region_place == "before_form":
            return f"{self.trade}{self.industry}（{self.region}）{self.form}"
        return self.region + self.trade + self.industry + self.form

    @property
    def body(self) -> str:
        """The name without region and form."""
        return self.trade + self.industry


@dataclass(frozen=True, slots=True)
class RegionText:
    """The content of a name's region: the regions from the widest, and a zone or township after them."""

    chain: tuple[Region, ...]
    tail: str = ""
    kind: Tail = ""


def normalise(name: str) -> str:
    """Normalizes a name for comparison: compatibility forms, brackets, spaces, points, hidden characters.

    The result is never shown or checked: dropped characters are refused (N02). Repeated until nothing changes,
    because dropping a character may bring together two that combine.
    """
    return name if _PLAIN.fullmatch(name) else _normalised(name)


@lru_cache(maxsize=16384)
def _normalised(name: str) -> str:
    while (once := _normalise_once(name)) != name:
        name = once
    return name


def _normalise_once(name: str) -> str:
    seen = "".join(
        char for char in unicodedata.normalize("NFKC", name) if unicodedata.category(char) not in ("Cf", "Cc")
    )
    return _DROPPED.sub("", seen.translate(_BRACKETS)).upper()


def parts_of(name: Name) -> NameParts:
    """The parts as entered by the applicant. The name of a branch begins with that of its parent, which is parsed."""
    if name.parent is not None:
        return parse(name.full)
    return NameParts(name.region or "", name.trade or "", name.industry or "", name.form, name.region_place)


def tidy(parts: NameParts) -> NameParts:
    return NameParts(
        region=normalise(parts.region).strip("（）"),
        trade=normalise(parts.trade),
        industry=normalise(parts.industry),
        form=normalise(parts.form),
        region_place=parts.region_place,
    )


@lru_cache(maxsize=8192)
def parse(name: str) -> NameParts:
    """The most likely parts of a whole name; a part that is not found is empty.

    The form is the longest known ending, the industry the known words before it, the rest is the trade name.
    """
    text = normalise(name)
    branch = branch_words(text)
    if branch:
        parent = parse(text.removesuffix(branch))
        return parent._replace(form=parent.form + branch)
    for national in sorted(words("name_national"), key=len, reverse=True):
        if text.startswith(national):
            return _without_region(text[len(national) :])._replace(region=national)
    return _with_bracketed_region(text) or _with_front_region(text)


def _with_bracketed_region(text: str) -> NameParts | None:
    for found in _IN_BRACKETS.finditer(text):
        if found.start() > 0 and is_region(found.group(1)):
            before_form = text[found.end() :] in _forms()
            parts = _without_region(text[: found.start()] + text[found.end() :])
            return parts._replace(region=found.group(1), region_place="before_form" if before_form else "bracket")
    return None


def _with_front_region(text: str) -> NameParts:
    """The leading regions that leave a trade name: in 金华永康药业有限公司 the second one is the trade name."""
    small = _form_at_end(text) in _small_forms()
    found = [
        _without_region(rest[len(tail) :])._replace(region=text[: len(text) - len(rest)] + tail)
        for chain, rest in chains(text)
        for tail in (*_tails(rest, small=small and bool(chain)), "")
    ]
    readings = [parts for parts in found if parts.region] or found
    return next((parts for parts in readings if _has_trade_name(parts)), readings[0])


def _has_trade_name(parts: NameParts) -> bool:
    return len(parts.trade) > 1 and not is_industry_word(parts.trade)


def _tails(text: str, *, small: bool) -> Iterator[str]:
    """Zones and townships at the start of a text, which may be several readings."""
    for own in range(min(_ZONE_OWN_NAME, len(text)) + 1):
        zone = next((zone for zone in _longest(words("name_zones")) if text.startswith(zone, own)), None)
        if zone:
            yield text[:own] + zone
            break
    yield from (town for town in _longest(city().townships) if text.startswith(town))
    place = _PLACE.match(text) if small else None
    if place:
        yield place.group()


@cache
def _longest(listed: frozenset[str]) -> tuple[str, ...]:
    """The words of a list, longer ones before those with which they begin."""
    return tuple(sorted(listed, key=lambda word: (-len(word), word)))


def _without_region(text: str) -> NameParts:
    form = _form_at_end(text)
    trade, industry = split_industry(text.removesuffix(form) if form else text)
    return NameParts(region="", trade=trade, industry=industry, form=form)


def _form_at_end(text: str) -> str:
    form = next((known for known in _forms() if text.endswith(known)), "")
    return _GROUP_MARK + form if form and text.endswith(_GROUP_MARK + form) else form


def branch_words(text: str) -> str:
    """The part after the parent's name in that of a branch: 义乌分公司 in 金华市晨光餐饮有限公司义乌分公司."""
    if not text.endswith(_branch_forms()):
        return ""
    ends = [text.rfind(form, 0, -2) + len(form) for form in _enterprise_forms() if form in text[:-2]]
    return text[max(ends) :] if ends else ""


@lru_cache(maxsize=2048)
def region_text(text: str) -> RegionText | None:
    """The content of the region part; None if it is not a region."""
    for chain, rest in chains(text):
        kind: Tail = ""
        if rest.endswith(_longest(words("name_zones"))):
            kind = "zone"
        elif rest in city().townships or _PLACE.fullmatch(rest):
            kind = "township"
        if (chain and not rest) or kind:
            return RegionText(chain, rest, kind)
    return None


def is_region(text: str) -> bool:
    found = region_text(text)
    return found is not None and bool(found.chain)


def group_of(parts: NameParts) -> str:
    """The industry group of a name, NO_INDUSTRY, or UNKNOWN_INDUSTRY for words that are on no list."""
    return industry_group(parts.industry) if parts.industry else _form_groups().get(parts.form, NO_INDUSTRY)


@lru_cache(maxsize=8192)
def readings(parts: NameParts) -> tuple[NameParts, ...]:
    """The parts as they are, and the division by the words of the lists, if it differs.

    An industry that is on no list stays the industry: it never becomes a part of the trade name.
    """
    trade, industry = split_industry(parts.body)
    if trade == parts.trade or not industry:
        return (parts,)
    return parts, parts._replace(trade=trade, industry=industry)


@cache
def _form_types() -> dict[str, frozenset[str]]:
    types: dict[str, frozenset[str]] = {}
    for row in table("name_forms"):
        types[row["form"]] = types.get(row["form"], frozenset()) | frozenset(row["entity_types"].split())
    return types


@cache
def _form_groups() -> dict[str, str]:
    return {row["form"]: row["group"] for row in table("name_forms") if row["group"]}


@cache
def _forms() -> tuple[str, ...]:
    """All forms, the longest first."""
    return tuple(sorted(_form_types(), key=len, reverse=True))


@cache
def _small_forms() -> frozenset[str]:
    """The forms of types whose names may name a township: of individual businesses."""
    return frozenset(form for form, types in _form_types().items() if any(map(_is_small, types)))


@cache
def _branch_forms() -> tuple[str, ...]:
    return tuple(form for form, types in _form_types().items() if any(map(_is_of_parent, types)))


@cache
def _enterprise_forms() -> tuple[str, ...]:
    """The forms at the end of a parent's name: not those of individual businesses, which have no branches."""
    return tuple(
        form
        for form, types in _form_types().items()
        if not any(one == _UNMARKED or _is_small(one) or _is_of_parent(one) for one in types)
    )


def is_enterprise_form(form: str) -> bool:
    """Whether other types than the small ones may use the form."""
    return not all(map(_is_small, types_of_form(form)))


def _is_small(entity_type: str) -> bool:
    return entity_type != _UNMARKED and type_row(entity_type).naming.may_name_township


def _is_of_parent(entity_type: str) -> bool:
    return entity_type != _UNMARKED and type_row(entity_type).naming.of_parent


def types_of_form(form: str) -> frozenset[str]:
    """The entity types whose names may end with the form; empty for an unknown form."""
    if form.endswith(_branch_forms()) and form not in _small_forms():
        return frozenset(one for one in name_types() if _is_of_parent(one))
    return _form_types().get(form.removeprefix(_GROUP_MARK), frozenset())


def parent_of_branch(parts: NameParts) -> str:
    """The whole name of the parent in that of a branch; empty if there is none."""
    words_after = branch_words(parts.full)
    return parts.full.removesuffix(words_after) if words_after else ""


def forms_for(entity_type: str) -> tuple[str, ...]:
    """The forms to choose from, in the order of the list."""
    return tuple(row["form"] for row in table("name_forms") if entity_type in row["entity_types"].split())


@cache
def name_types() -> tuple[str, ...]:
    """The entity types whose names can be checked, in the order of the list."""
    kinds = (kind for row in table("name_forms") for kind in row["entity_types"].split())
    return tuple(kind for kind in dict.fromkeys(kinds) if kind != _UNMARKED)


def normalised(names: Iterable[str]) -> frozenset[str]:
    return frozenset(normalise(name) for name in names)
