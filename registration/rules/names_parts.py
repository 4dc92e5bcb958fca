"""A name taken apart: normalised, then region, trade name, industry and legal form."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

from registration.rules.form.firm import Name
from registration.rules.reference import table, words
from registration.rules.regions import Region, chains

NO_INDUSTRY = "none"
UNKNOWN_INDUSTRY = "unknown"

_BRACKETS = str.maketrans("([{<【〔〖「『《〈", "（" * 11) | str.maketrans(")]}>】〕〗」』》〉", "）" * 11)
_DROPPED = re.compile(r"[\s.。・·•‧∙⋅，,、_\-‐‑–—]")
_IN_BRACKETS = re.compile(r"（([^（）]+)）")


@dataclass(frozen=True, slots=True)
class NameParts:
    """The parts of a name as they stand in it; an absent part is empty."""

    region: str
    trade: str
    industry: str
    form: str
    region_place: Literal["front", "bracket"] = "front"

    @property
    def full(self) -> str:
        if self.region_place == "bracket":
            return f"{self.trade}（{self.region}）{self.industry}{self.form}"
        return self.region + self.trade + self.industry + self.form


@lru_cache(maxsize=16384)
def normalise(name: str) -> str:
    """One spelling for names that read the same: compatibility forms, brackets, spaces, points, hidden characters.

    Repeated until nothing changes, because dropping a character may bring together two that combine.
    """
    while (once := _normalise_once(name)) != name:
        name = once
    return name


def _normalise_once(name: str) -> str:
    seen = "".join(
        char for char in unicodedata.normalize("NFKC", name) if unicodedata.category(char) not in ("Cf", "Cc")
    )
    return _DROPPED.sub("", seen.translate(_BRACKETS)).upper()


def parts_of(name: Name) -> NameParts:
    """The parts as the applicant filled them in, normalised."""
    return tidy(NameParts(name.region, name.trade, name.industry or "", name.form, name.region_place))


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
    """The likeliest parts of a whole name; a part that cannot be found is empty.

    The form is the longest known ending, the industry the longest known word before it, the rest is the trade name.
    """
    text = normalise(name)
    for national in sorted(words("name_national"), key=len, reverse=True):
        if text.startswith(national):
            return replace(_body(text[len(national) :]), region=national)
    return _with_bracketed_region(text) or _with_front_region(text)


def _with_bracketed_region(text: str) -> NameParts | None:
    for found in _IN_BRACKETS.finditer(text):
        if found.start() > 0 and is_region(found.group(1)):
            parts = _body(text[: found.start()] + text[found.end() :])
            return replace(parts, region=found.group(1), region_place="bracket")
    return None


def _with_front_region(text: str) -> NameParts:
    """Regions in front, as many as leave a trade name: in 金华永康药业有限公司 the second one is the trade name."""
    found = [replace(_body(rest), region=text[: len(text) - len(rest)]) for _, rest in chains(text)]
    readings = [parts for parts in found if parts.region] or found
    return next((parts for parts in readings if parts.trade and not is_industry_word(parts.trade)), readings[0])


def _body(text: str) -> NameParts:
    form = next((known for known in _forms_longest_first() if text.endswith(known)), "")
    trade, industry = _split(text.removesuffix(form) if form else text)
    return NameParts(region="", trade=trade, industry=industry, form=form)


def _split(body: str) -> tuple[str, str]:
    cut = next((cut for cut in range(1, len(body)) if body[cut:] in _groups()), len(body))
    # A body that is an industry word as a whole has no trade name of its own; it is kept whole to be told so.
    return (body, "") if body in _groups() else (body[:cut], body[cut:])


def region_chain(text: str) -> tuple[Region, ...] | None:
    """The regions that a text consists of, from the widest; None when it is anything else."""
    return next((chain for chain, rest in chains(text) if not rest and chain), None)


def is_region(text: str) -> bool:
    return region_chain(text) is not None


@cache
def _groups() -> dict[str, str]:
    return {word: row["group"] for row in table("name_industries") for word in row["words"].split()}


def is_industry_word(text: str) -> bool:
    return text in _groups()


@lru_cache(maxsize=8192)
def group_of(parts: NameParts) -> str:
    """The group of industry of a name, NO_INDUSTRY, or UNKNOWN_INDUSTRY for words that are on no list."""
    if not parts.industry:
        return _form_groups().get(parts.form) or NO_INDUSTRY
    endings = (parts.industry[cut:] for cut in range(len(parts.industry)))
    return next((_groups()[ending] for ending in endings if ending in _groups()), UNKNOWN_INDUSTRY)


@cache
def _form_groups() -> dict[str, str]:
    return {row["form"]: row["group"] for row in table("name_forms") if row["group"]}


@cache
def _forms_longest_first() -> tuple[str, ...]:
    return tuple(sorted((row["form"] for row in table("name_forms")), key=len, reverse=True))


@cache
def types_of_form(form: str) -> frozenset[str]:
    """The entity types whose names may end so; empty for an unknown form."""
    rows = (row for row in table("name_forms") if row["form"] == form)
    return frozenset(kind for row in rows for kind in row["entity_types"].split())


def forms_for(entity_type: str) -> tuple[str, ...]:
    """The forms to choose from, in the order of the list."""
    return tuple(row["form"] for row in table("name_forms") if entity_type in row["entity_types"].split())


def normalised(names: Iterable[str]) -> frozenset[str]:
    return frozenset(normalise(name) for name in names)
