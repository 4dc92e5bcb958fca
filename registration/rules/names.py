"""Checks a proposed name: the hard rules, then the comparison with registered and reserved names."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from registration.rules.entity_types import type_row
from registration.rules.names_compare import Comparison, blocks, same_name
from registration.rules.names_keys import NameKeys, keys_for
from registration.rules.names_parts import (
    NameParts,
    forms_for,
    name_types,
    normalise,
    normalised,
    parent_of_branch,
    parse,
    parts_of,
    tidy,
)
from registration.rules.names_rules import ProposedName, broken_rules
from registration.rules.names_term import kept_until, needs_approval_first
from registration.rules.names_verdict import (
    ComparedName,
    Finding,
    NameVerdict,
    Severity,
    basis_text,
    finding_text,
    verdict_of,
)
from registration.rules.tidy import UntidyText, tidy_name

__all__ = [
    "ComparedName",
    "Finding",
    "NameKeys",
    "NameParts",
    "NameVerdict",
    "Severity",
    "basis_text",
    "check_name",
    "finding_text",
    "forms_for",
    "kept_until",
    "keys_for",
    "name_types",
    "needs_approval_first",
    "normalise",
    "outside_name",
    "parent_of_branch",
    "parse",
    "parts_of",
    "same_name",
    "tidy",
]


def check_name(
    proposed: NameParts | str,
    *,
    entity_type: str,
    region6: str,
    candidates: Iterable[ComparedName],
    today: date,
    investors: Iterable[str] = (),
    acquired: Iterable[str] = (),
) -> NameVerdict:
    """The verdict on a name for an entity of `entity_type` with its domicile in `region6` (GB/T 2260).

    `candidates` are taken names that share a key with it (see `keys_for`), or the whole register. A name of one
    of the `investors` does not conflict, unless the whole name is the same; a former name that the
    applicant has `acquired` is left to a person, who checks the contract (Name Regulation 2020 art. 17).
    """
    parts = parse(proposed) if isinstance(proposed, str) else tidy(proposed)
    written = proposed if isinstance(proposed, str) else proposed.full
    broken = broken_rules(ProposedName(written, parts, entity_type, region6))
    of_parent = type_row(entity_type).naming.of_parent
    related = normalised(investors) | frozenset({parent_of_branch(parts)} if of_parent else ())
    given_up = normalised(acquired)
    standing = (taken for taken in candidates if blocks(taken, today=today, region6=region6))
    alike = (found for found in map(Comparison(parts).finding, standing) if found)
    counted = [_eased(found, given_up) for found in alike if not _is_excused(found, related, of_parent=of_parent)]
    return verdict_of((*broken, *counted), parts)


def outside_name(text: str) -> str:
    """A name from another system, normalized like a typed one. If that fails, the check refuses it."""
    try:
        return tidy_name(text)
    except UntidyText:
        return text


def _is_excused(finding: Finding, related: frozenset[str], *, of_parent: bool) -> bool:
    """A branch has its parent's name, so only the whole name can conflict (Name Regulation art. 13)."""
    return finding.rule != "N20" and (of_parent or normalise(finding.other or "") in related)


def _eased(finding: Finding, acquired: frozenset[str]) -> Finding:
    given_up = finding.status in ("deregistered", "renamed") and normalise(finding.other or "") in acquired
    return replace(finding, severity=min(finding.severity, Severity.MANUAL)) if given_up else finding
