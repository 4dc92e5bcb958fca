"""The check of a proposed name: the hard rules, then the comparison with what is registered or reserved."""

from collections.abc import Iterable
from datetime import date

from registration.rules.names_compare import blocks, compare
from registration.rules.names_keys import NameKeys, keys_for
from registration.rules.names_parts import NameParts, forms_for, normalise, normalised, parse, parts_of, tidy
from registration.rules.names_rules import Proposal, broken_rules
from registration.rules.names_verdict import (
    Finding,
    NameVerdict,
    RegisteredName,
    Severity,
    finding_text,
    verdict_of,
)

__all__ = [
    "Finding",
    "NameKeys",
    "NameParts",
    "NameVerdict",
    "RegisteredName",
    "Severity",
    "check_name",
    "finding_text",
    "forms_for",
    "keys_for",
    "normalise",
    "parse",
    "parts_of",
]


def check_name(
    proposed: NameParts | str,
    *,
    entity_type: str,
    region6: str,
    candidates: Iterable[RegisteredName],
    today: date,
    investors: Iterable[str] = (),
) -> NameVerdict:
    """The verdict on a name for an entity of `entity_type` whose domicile lies in `region6` (GB/T 2260).

    `candidates` are taken names that share a key with it (see `keys_for`), or the whole register. A name borne by one
    of the `investors` does not stand in the way (Name Regulation 2020 art. 17), unless the whole name is the same.
    """
    parts = parse(proposed) if isinstance(proposed, str) else tidy(proposed)
    whole = normalise(proposed if isinstance(proposed, str) else parts.full)
    proposal = Proposal(whole, parts, entity_type, region6)
    related = normalised(investors)
    likenesses = (compare(parts, taken) for taken in candidates if blocks(taken, today=today, region6=region6))
    alike = [found for found in likenesses if found and not _is_excused(found, related)]
    return verdict_of((*broken_rules(proposal), *alike), parts)


def _is_excused(finding: Finding, related: frozenset[str]) -> bool:
    return finding.rule != "N20" and normalise(finding.other or "") in related
