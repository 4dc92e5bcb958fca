"""The hard rules for a name, independent of the register."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from registration.rules.entity_types import Naming, type_row
from registration.rules.names_parts import (
    NameParts,
    branch_words,
    group_of,
    is_enterprise_form,
    parent_of_branch,
    region_text,
    types_of_form,
)
from registration.rules.names_verdict import Finding, NamePart, Severity
from registration.rules.names_words import (
    NO_INDUSTRY,
    UNKNOWN_INDUSTRY,
    WordAt,
    industry_group,
    is_industry_word,
    listed_words,
)
from registration.rules.reference import words
from registration.rules.regions import MUNICIPALITIES, Region, above, chains, is_called_like_a_district, regions_called

MANUAL, REJECT = Severity.MANUAL, Severity.REJECT
LONGEST = 60
# Words of the form may not be in another part: 晨光有限公司（个人独资） is not a legal form.
_FORM_WORDS = ("有限公司", "有限责任", "公司", "合伙企业", "专业合作社")


@dataclass(frozen=True, slots=True)
class ProposedName:
    """The input of the rules: the name as written, its normalized parts, the entity type and the region."""

    written: str
    parts: NameParts
    entity_type: str
    region6: str

    @property
    def whole(self) -> str:
        return self.parts.full

    @property
    def is_national(self) -> bool:
        return self.whole.startswith(tuple(words("name_national")))

    @property
    def naming(self) -> Naming:
        """The name rules of the entity type."""
        return type_row(self.entity_type).naming

    @property
    def holds_forbidden_words(self) -> bool:
        return any(word in self.whole for word in self.naming.forbidden)


def broken_rules(proposal: ProposedName) -> Iterator[Finding]:
    """A branch bears its parent's name, whose own parts were examined when the parent was registered."""
    for rule in _FOR_BRANCHES if proposal.naming.of_parent else _RULES:
        yield from rule(proposal)


def _characters(proposal: ProposedName) -> Iterator[Finding]:
    plain = [char for char in proposal.written if char not in "（）()"]
    latin = [char for char in plain if any(_is_letter_or_digit(part) for part in unicodedata.normalize("NFKC", char))]
    strange = [char for char in plain if char not in latin and not _is_han(char)]
    rare = [char for char in plain if _is_han(char) and char not in standard_characters()]
    if latin:
        yield Finding("N01", REJECT, data={"characters": _listed(latin)})
    if strange:
        yield Finding("N02", REJECT, data={"characters": _listed(strange)})
    if rare:
        yield Finding("N02b", MANUAL, data={"characters": _listed(rare)})


def _is_letter_or_digit(char: str) -> bool:
    return unicodedata.category(char) == "Nd" or "A" <= char.upper() <= "Z"


def _listed(chars: list[str]) -> str:
    shown = dict.fromkeys(char if char.isprintable() and not char.isspace() else f"U+{ord(char):04X}" for char in chars)
    return ("" if all(len(one) == 1 for one in shown) else " ").join(shown)


def _is_han(char: str) -> bool:
    return char == "〇" or unicodedata.name(char, "").startswith("CJK UNIFIED IDEOGRAPH")


@cache
def standard_characters() -> frozenset[str]:
    """The Table of General Standard Chinese Characters with its additions."""
    return frozenset("".join(words("standard_characters")))


def _brackets(proposal: ProposedName) -> Iterator[Finding]:
    """Brackets may have the region, a group's mark or the liability in the form (Order 82 art. 9)."""
    parts = proposal.parts
    form = parts.form if not types_of_form(parts.form) else ""
    found = [text for text in (parts.region, parts.trade, parts.industry, form) if "（" in text or "）" in text]
    if found:
        yield Finding("N02c", REJECT, data={"text": "".join(found)})


def _form(proposal: ProposedName) -> Iterator[Finding]:
    types = types_of_form(proposal.parts.form)
    if not types:
        yield Finding("N07", REJECT, part="form")
    elif proposal.entity_type not in types and not proposal.holds_forbidden_words:
        yield Finding("N08", REJECT, part="form", data={"form": proposal.parts.form})
    if (word := next((word for word in _FORM_WORDS if word in proposal.parts.body), None)) and types:
        yield Finding("N08", REJECT, part="form", data={"form": word})
    if proposal.naming.of_parent and not parent_of_branch(proposal.parts):
        yield Finding("N29", REJECT)


def _forbidden(proposal: ProposedName) -> Iterator[Finding]:
    if proposal.holds_forbidden_words:
        yield Finding("N16", REJECT, part="form")


def _region(proposal: ProposedName) -> Iterator[Finding]:
    """The region must be that of the domicile."""
    if proposal.is_national:
        return
    text = proposal.parts.region
    data = {"region": text}
    found = region_text(text)
    if found is None:
        yield Finding("N09", REJECT, part="region", data=data)
        return
    if not found.chain:
        yield Finding("N09b", REJECT, part="region", data=data)
        return
    if found.chain[-1].level == "district" and not _has_its_city(found.chain):
        yield Finding("N10", REJECT, part="region", data=data)
    elif not all(_may_be_borne(place.code, proposal.region6) for place in found.chain):
        yield Finding("N11", REJECT, part="region", data=data)
    if proposal.naming.names_county and not found.chain[-1].is_county_level:
        yield Finding("N17", MANUAL, part="region", data=data)
    if not proposal.naming.may_name_township and found.kind == "township":
        yield Finding("N18", MANUAL, part="region", data=data)


def _has_its_city(chain: tuple[Region, ...]) -> bool:
    return any(place.level == "prefecture" or place.code[:2] in MUNICIPALITIES for place in chain[:-1])


def _may_be_borne(code: str, region6: str) -> bool:
    """The own county or a region above it; for a registrar of the whole city any county of that city."""
    of_city = region6[4:] in ("00", "01")
    return code in above(region6) or (of_city and code[:4] == region6[:4])


def _length(proposal: ProposedName) -> Iterator[Finding]:
    if len(proposal.parts.trade) < 2:
        yield Finding("N12", REJECT, part="trade", data={"least": 2, "most": LONGEST})
    else:
        yield from _whole_length(proposal)


def _whole_length(proposal: ProposedName) -> Iterator[Finding]:
    if len(proposal.whole) > LONGEST:
        yield Finding("N12", REJECT, data={"least": 2, "most": LONGEST})


def _trade_as_region(proposal: ProposedName) -> Iterator[Finding]:
    """A region may be a trade name only if it has another meaning, which a person judges.

    A district without its 区 is not the exact name: only one without another meaning is left to a person.
    """
    trade = proposal.parts.trade
    means_more = trade in words("name_other_meaning")
    if regions_called(trade):
        yield Finding("N13", MANUAL if means_more else REJECT, part="trade", data={"trade": trade})
    elif is_called_like_a_district(trade) and not means_more:
        yield Finding("N13", MANUAL, part="trade", data={"trade": trade})
    elif (begins_with := _region_in_front(trade)) and begins_with not in words("name_other_meaning"):
        yield Finding("N13b", MANUAL, part="trade", data={"trade": trade, "region": begins_with})


def _region_in_front(trade: str) -> str:
    """A region at the start of a trade name, followed by two characters or more; 永康堂 and 金东方 are coined words."""
    rests = [rest for chain, rest in chains(trade) if chain and len(rest) > 1]
    return trade.removesuffix(rests[0]) if rests else ""


def _trade_as_industry(proposal: ProposedName) -> Iterator[Finding]:
    """A word of the entity's own trade does not distinguish it; one of another trade may have another meaning."""
    parts = proposal.parts
    data = {"trade": parts.trade}
    if is_industry_word(parts.trade):
        own = not parts.industry or industry_group(parts.trade) in (industry_group(parts.industry), NO_INDUSTRY)
        yield Finding("N14", REJECT if own else MANUAL, part="trade", data=data)
    elif parts.trade in words("name_undistinctive"):
        yield Finding("N14b", MANUAL, part="trade", data=data)


def _industry(proposal: ProposedName) -> Iterator[Finding]:
    parts = proposal.parts
    if group_of(parts) in (NO_INDUSTRY, UNKNOWN_INDUSTRY) and not is_industry_word(parts.trade):
        yield Finding("N15", MANUAL, part="industry", data={"industry": parts.industry})


# The rule of each list of words, and the severity of a word in it.
_WORD_RULES = {
    "banned": ("N03", REJECT),
    "puffery": ("N04", REJECT),
    "foreign": ("N05", MANUAL),
    "national": ("N06", MANUAL),
    "group": ("N19", REJECT),
    "licensed": ("N26", MANUAL),
    "strategies": ("N27", MANUAL),
    "associations": ("N28", MANUAL),
}


def _words(proposal: ProposedName) -> Iterator[Finding]:
    """Trade name and industry are checked as one text, so that the boundary between them makes no difference."""
    parts = proposal.parts
    if proposal.is_national:
        front = max((word for word in words("name_national") if proposal.whole.startswith(word)), key=len)
        yield Finding("N06", MANUAL, data={"word": front})
    form = "" if is_enterprise_form(parts.form) else parts.form
    for said in (*listed_words(parts.body + form), *_group_mark(parts)):
        yield _word_finding(said)


def _words_of_branch(proposal: ProposedName) -> Iterator[Finding]:
    """The words that a branch adds to its parent's name."""
    yield from (_word_finding(said) for said in listed_words(branch_words(proposal.whole)))


def _group_mark(parts: NameParts) -> Iterator[WordAt]:
    """Only a registered group may use the mark of a group; a new company has no members yet."""
    if parts.form.startswith("（集团）"):
        yield WordAt("集团", "group", sure=True)


def _word_finding(said: WordAt) -> Finding:
    rule, severity = _WORD_RULES[said.of]
    part: NamePart = "industry" if said.of == "group" else "whole"
    return Finding(rule, severity if said.sure else MANUAL, part=part, data={"word": said.word})


_RULES: tuple[Callable[[ProposedName], Iterator[Finding]], ...] = (
    _characters,
    _brackets,
    _words,
    _form,
    _region,
    _length,
    _trade_as_region,
    _trade_as_industry,
    _industry,
    _forbidden,
)
_FOR_BRANCHES = (_characters, _brackets, _words_of_branch, _form, _whole_length)
