"""The hard rules N01-N16: what a name may not be, whatever else is registered."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from registration.rules.names_parts import (
    NO_INDUSTRY,
    UNKNOWN_INDUSTRY,
    NameParts,
    group_of,
    is_industry_word,
    region_chain,
    types_of_form,
)
from registration.rules.names_verdict import Finding, Severity
from registration.rules.reference import words
from registration.rules.regions import above, region_called

MANUAL, REJECT = Severity.MANUAL, Severity.REJECT
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed name as the rules see it: whole and in parts, both normalised, for whom and where."""

    whole: str
    parts: NameParts
    entity_type: str
    region6: str

    @property
    def is_national(self) -> bool:
        return self.whole.startswith(tuple(words("name_national")))


def broken_rules(proposal: Proposal) -> Iterator[Finding]:
    for rule in _RULES:
        yield from rule(proposal)


def _characters(proposal: Proposal) -> Iterator[Finding]:
    plain = proposal.whole.replace("（", "").replace("）", "")
    latin = [char for char in plain if unicodedata.category(char) == "Nd" or "A" <= char <= "Z"]
    strange = [char for char in plain if char not in latin and not _is_han(char)]
    rare = [char for char in plain if _is_han(char) and not _is_everyday(char)]
    if latin:
        yield Finding("N01", REJECT, data={"characters": _listed(latin)})
    if strange:
        yield Finding("N02", REJECT, data={"characters": _listed(strange)})
    if rare:
        yield Finding("N02b", MANUAL, data={"characters": _listed(rare)})


def _listed(chars: list[str]) -> str:
    return "".join(dict.fromkeys(chars))


def _is_han(char: str) -> bool:
    return char == "〇" or unicodedata.name(char, "").startswith("CJK UNIFIED IDEOGRAPH")


def _is_everyday(char: str) -> bool:
    """Whether GB 2312 has the character: it holds no traditional forms and no rare ones."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _words(proposal: Proposal) -> Iterator[Finding]:
    for rule, severity, name in (("N03", REJECT, "name_banned"), ("N04", REJECT, "name_puffery")):
        yield from (Finding(rule, severity, data={"word": word}) for word in _found(words(name), proposal.whole))
    for word in words("name_foreign"):
        # 华美国际 holds 美国 by accident of writing.
        if re.search(rf"{word}(?!际)", proposal.whole):
            yield Finding("N05", MANUAL, data={"word": word})


def _found(listed: frozenset[str], whole: str) -> list[str]:
    return sorted(word for word in listed if word in whole)


def _national(proposal: Proposal) -> Iterator[Finding]:
    found = [word for word in words("name_national") if word in proposal.whole.replace("国家级", "")]
    if found:
        yield Finding("N06", MANUAL, data={"word": max(found, key=len)})


def _form(proposal: Proposal) -> Iterator[Finding]:
    types = types_of_form(proposal.parts.form)
    if not types:
        yield Finding("N07", REJECT, part="form")
    elif proposal.entity_type not in types and not _is_forbidden_to_individuals(proposal):
        yield Finding("N08", REJECT, part="form", data={"form": proposal.parts.form})


def _is_forbidden_to_individuals(proposal: Proposal) -> bool:
    return proposal.entity_type == "individual" and any(
        word in proposal.whole for word in ("企业", "公司", "农民专业合作社")
    )


def _region(proposal: Proposal) -> Iterator[Finding]:
    if proposal.is_national:
        return
    chain = region_chain(proposal.parts.region)
    if chain is None:
        yield Finding("N09", REJECT, part="region", data={"region": proposal.parts.region})
    elif chain[-1].level == "district" and all(place.level != "prefecture" for place in chain):
        yield Finding("N10", REJECT, part="region", data={"region": proposal.parts.region})
    elif not all(_may_be_borne(place.code, proposal.region6) for place in chain):
        yield Finding("N11", REJECT, part="region", data={"region": proposal.parts.region})


def _may_be_borne(code: str, region6: str) -> bool:
    """The own county or a region above it; with a registrar of the whole city any county of that city."""
    of_city = region6[4:] in ("00", "01")
    return code in above(region6) or (of_city and code[:4] == region6[:4])


def _length(proposal: Proposal) -> Iterator[Finding]:
    if len(proposal.parts.trade) < 2:
        yield Finding("N12", REJECT, part="trade", data={"least": 2, "most": LONGEST})
    elif len(proposal.whole) > LONGEST:
        yield Finding("N12", REJECT, data={"least": 2, "most": LONGEST})


def _trade(proposal: Proposal) -> Iterator[Finding]:
    trade = proposal.parts.trade
    if region_called(trade) is not None:
        severity = MANUAL if trade in words("name_other_meaning") else REJECT
        yield Finding("N13", severity, part="trade", data={"trade": trade})
    if is_industry_word(trade):
        yield Finding("N14", REJECT, part="trade", data={"trade": trade})


def _industry(proposal: Proposal) -> Iterator[Finding]:
    if group_of(proposal.parts) in (NO_INDUSTRY, UNKNOWN_INDUSTRY) and not is_industry_word(proposal.parts.trade):
        yield Finding("N15", MANUAL, part="industry", data={"industry": proposal.parts.industry})


def _individual(proposal: Proposal) -> Iterator[Finding]:
    if _is_forbidden_to_individuals(proposal):
        yield Finding("N16", REJECT, part="form")


_RULES: tuple[Callable[[Proposal], Iterator[Finding]], ...] = (
    _characters,
    _words,
    _national,
    _form,
    _region,
    _length,
    _trade,
    _industry,
    _individual,
)
