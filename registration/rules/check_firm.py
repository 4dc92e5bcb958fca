"""Rules on the name, the domicile, the scope and the term."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from registration.rules.case import Case, Rule
from registration.rules.currencies import currencies
from registration.rules.entity_types import EntityType
from registration.rules.languages import by_language
from registration.rules.names import Severity, check_name, parts_of
from registration.rules.problems import Problem
from registration.rules.regions import above, region, region_in_front
from registration.rules.scope import catalogue, prohibition_of
from workflows.definition.values import CHINESE

# A billion yuan: registrars check such an amount (Company Law art. 266).
LARGE_WAN = Decimal(100_000)
# A name without these lacks its parent's name, if it is that of a branch.
PARTS_MISSING = frozenset({"name.region_missing", "name.trade_missing"})


def name_findings(case: Case, *, severity: Severity) -> Iterator[Problem]:
    """Applies the hard rules to the name alone; queries/names.py compares it with the register."""
    name = case.form.name
    if name is None or (case.entity_type.naming.of_parent and name.parent is None):
        return
    verdict = check_name(
        parts_of(name),
        entity_type=case.entity_type.key,
        region6=_region_of(case),
        candidates=(),
        today=case.today,
    )
    for finding in verdict.findings:
        if finding.severity is severity:
            part = "trade" if finding.part == "whole" else finding.part
            yield Problem(f"name.{part}", finding.rule, finding.data)


def _region_of(case: Case) -> str:
    # The name is checked also if the region cannot be read yet.
    domicile = case.form.domicile
    if domicile and domicile.has("region"):
        return domicile.region
    return min(case.registrar_regions, default="")


def name(case: Case) -> Iterator[Problem]:
    if case.form.domicile or case.registrar_regions:
        yield from name_findings(case, severity=Severity.REJECT)


def parent_in_name(case: Case) -> Iterator[Problem]:
    """The name of a branch begins with its parent's name (Name Regulation art. 13), and no other name has a parent."""
    name, parent = case.form.name, case.form.parent
    if name is None or not name.has("parent"):
        return
    if not case.entity_type.naming.of_parent:
        if name.parent is not None:
            yield Problem("name.parent", "name.parent_not_wanted")
    elif name.parent is None:
        yield Problem("name.form", "name.parent_missing")
    elif parent is not None and parent.name != name.parent:
        yield Problem("name.form", "name.parent_differs", {"parent": parent.name})


def asked_of(faults: Iterable[Problem], entity_type: EntityType) -> list[Problem]:
    """The faults of a form without those of parts that the name of this type need not have: region and trade name."""
    needless = PARTS_MISSING if entity_type.naming.of_parent else frozenset()
    return [fault for fault in faults if fault.code not in needless]


def domicile(case: Case) -> Iterator[Problem]:
    domicile = case.form.domicile
    if domicile is None:
        return
    if domicile.region not in case.registrar_regions:
        place = region(domicile.region)
        yield Problem("domicile.region", "domicile.outside_registrar", {"region": place.name[CHINESE] if place else ""})
    if domicile.tenure == "lease" and domicile.lease_end_on is None:
        yield Problem("domicile.lease_end_on", "domicile.lease_end_missing")
    if domicile.tenure == "lease" and domicile.lease_end_on is not None and domicile.lease_end_on < case.today:
        yield Problem("domicile.lease_end_on", "domicile.lease_ended")
    if domicile.tenure == "platform" and not case.entity_type.online_place:
        yield Problem("domicile.tenure", "domicile.platform_for_individuals")
    if domicile.tenure == "platform" and domicile.platform_url is None:
        yield Problem("domicile.platform_url", "domicile.platform_url_missing")
    if domicile.tenure == "declared" and not case.may_declare_domicile:
        yield Problem("domicile.tenure", "domicile.not_declared_here")


def street(case: Case) -> Iterator[Problem]:
    """A street that begins with another district than the one chosen: one of the two is wrong."""
    domicile = case.form.domicile
    named = region_in_front(domicile.street) if domicile else None
    chosen = region(domicile.region) if domicile else None
    if named and chosen and named.code not in above(chosen.code):
        places = {"named": named.name[CHINESE], "chosen": chosen.name[CHINESE]}
        yield Problem("domicile.street", "domicile.street_elsewhere", places)


def scope(case: Case) -> Iterator[Problem]:
    items = case.form.scope.items if case.form.scope else ()
    for place, code in enumerate(items):
        if code not in catalogue():
            yield Problem(f"scope.items.{place}", "scope.item_unknown")
        elif code in items[:place]:
            yield Problem(f"scope.items.{place}", "scope.item_twice", {"item": by_language(catalogue()[code])})
        elif (word := prohibition_of(catalogue()[code])) is not None:
            item = by_language(catalogue()[code])
            yield Problem(f"scope.items.{place}", "scope.item_prohibited", {"item": item, "why": by_language(word)})


def large_capital(case: Case) -> Iterator[Problem]:
    capital = case.form.capital
    if capital and not capital.large_confirmed:
        yield from unconfirmed(case, capital.amount_wan, path="capital.large_confirmed", code="capital.large")


def unconfirmed(case: Case, amount_wan: Decimal, *, path: str, code: str) -> Iterator[Problem]:
    """An amount entered in yuan is too large by a factor of ten thousand: a large amount must be confirmed (*own*)."""
    if amount_wan >= LARGE_WAN:
        amounts = {"amount": f"{amount_wan.normalize():,f}", "yuan": f"{amount_wan * 10_000:,.0f}"}
        yield Problem(path, code, {**amounts, "unit": currencies()[case.form.currency]})


def term(case: Case) -> Iterator[Problem]:
    """The term of a company or a partnership ends after today."""
    for section, chapter in (("capital", case.form.capital), ("partners", case.form.partners)):
        if chapter and chapter.term_until_on and chapter.term_until_on <= case.today:
            yield Problem(f"{section}.term_until_on", "term.in_the_past")


RULES: tuple[Rule, ...] = (name, parent_in_name, domicile, street, scope, large_capital, term)
