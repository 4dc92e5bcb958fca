"""Rules on partners (Partnership Enterprise Law, "PEL", arts. 2, 3, 14, 16, 26, 61, 64, 67)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from registration.rules.case import Case, Rule, each
from registration.rules.check_capital import stated
from registration.rules.check_firm import LARGE_WAN, unconfirmed
from registration.rules.form.partners import PartnerContribution
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.problems import Problem
from registration.rules.uscc import AUTHORITY, INDIVIDUAL_BUSINESS

LEAST, MOST_LIMITED = 2, 50
# Prefixes of codes (GB 32100-2015): public institutions and societies are never general partners (PEL art. 3).
_PUBLIC_BODIES = ("12", "5")


def numbers(case: Case) -> Iterator[Problem]:
    """Two partners at least (arts. 14, 61); a limited partnership has at most fifty, one of each kind among them."""
    rows = case.form.partner_rows
    if not rows:
        return
    found = len({row.person for row in rows})
    if found < LEAST:
        yield Problem("partners.listed", "partners.too_few", {"least": LEAST, "found": found})
    if not _has_limited_partners(case):
        return
    if found > MOST_LIMITED:
        yield Problem("partners.listed", "partners.too_many", {"most": MOST_LIMITED, "found": found})
    kinds = {row.liability for row in rows}
    if "general" not in kinds:
        yield Problem("partners.listed", "partners.no_general")
    if "limited" not in kinds:
        yield Problem("partners.listed", "partners.no_limited")


def liability(case: Case) -> Iterator[Problem]:
    """One liability for each partner, unlimited unless the partnership is a limited one (art. 2)."""
    yield from each(lambda place, row: _liability(case, place, row), enumerate(case.form.partner_rows))


def _liability(case: Case, place: int, row: PartnerContribution) -> Iterator[Problem]:
    at = f"partners.listed.{place}.liability"
    if row.liability == "limited" and not _has_limited_partners(case):
        yield Problem(at, "partners.all_general")
    before = case.form.partner_rows[:place]
    if any(one.person == row.person and one.liability != row.liability for one in before):
        yield Problem(at, "partners.liability_differs")


def contributions(case: Case) -> Iterator[Problem]:
    yield from each(lambda place, row: _contribution(case, place, row), enumerate(case.form.partner_rows))


def _contribution(case: Case, place: int, row: PartnerContribution) -> Iterator[Problem]:
    """Labour is contributed by general partners only (arts. 16, 64); an unpaid contribution is due later."""
    at = f"partners.listed.{place}"
    if row.method == "labour" and row.liability == "limited":
        yield Problem(f"{at}.method", "partners.labour_of_limited")
    if not row.paid and row.due_on is not None and row.due_on < case.today and row.due_on not in _terms_before(case):
        yield Problem(f"{at}.due_on", "partners.due_past")


def _terms_before(case: Case) -> frozenset[date | None]:
    """The terms that are registered go on, also for whoever takes a share over."""
    return frozenset(row.due_on for row in case.before.partner_rows) if case.before else frozenset()


def execution(case: Case) -> Iterator[Problem]:
    """At least one partner executes the affairs, and bears unlimited liability (Regulation art. 8; arts. 26, 67)."""
    rows = case.form.partner_rows
    if rows and not any(row.executes for row in rows):
        yield Problem("partners.listed.0.executes", "partners.nobody_executes")
    yield from each(lambda place, row: _execution(case, place, row), enumerate(rows))


def _execution(case: Case, place: int, row: PartnerContribution) -> Iterator[Problem]:
    at, person = f"partners.listed.{place}", case.form.person(row.person)
    if row.executes and row.liability == "limited":
        yield Problem(f"{at}.executes", "partners.limited_executes")
    if row.executes and isinstance(person, LegalPerson) and row.delegate is None:
        yield Problem(f"{at}.delegate", "partners.delegate_missing", {"name": person.name})
    if row.delegate and not (row.executes and isinstance(person, LegalPerson)):
        yield Problem(f"{at}.delegate", "partners.delegate_not_wanted")


def persons(case: Case) -> Iterator[Problem]:
    """Who may be a partner (art. 3), and the home of each, which is a registered item (Regulation art. 8)."""
    yield from each(lambda place, person: _person(case, place, person), enumerate(case.form.persons))


def _person(case: Case, place: int, person: NaturalPerson | LegalPerson) -> Iterator[Problem]:
    kinds = {row.liability for row in case.form.partner_rows if row.person == person.key}
    if not kinds:
        return
    if isinstance(person, NaturalPerson):
        if person.address is None:
            yield Problem(f"people.{place}.address", "partners.address_missing")
    elif person.code.startswith(INDIVIDUAL_BUSINESS):
        yield Problem(f"people.{place}.uscc", "partners.individual_business")
    elif person.code.startswith(AUTHORITY) or ("general" in kinds and person.code.startswith(_PUBLIC_BODIES)):
        yield Problem(f"people.{place}.uscc", "partners.public_body")


def large_contributions(case: Case) -> Iterator[Problem]:
    """As for registered capital, a large amount must be confirmed (*own*)."""
    chosen = case.form.partners
    if chosen and not chosen.large_confirmed:
        yield from unconfirmed(case, chosen.amount_wan, path="partners.large_confirmed", code="partners.large")


def to_look_at(case: Case) -> Iterator[Problem]:
    """Points for a person: a state-held or listed general partner (art. 3), a large amount."""
    general = {row.person for row in case.form.partner_rows if row.liability == "general"}
    for place, person in enumerate(case.form.persons):
        if isinstance(person, LegalPerson) and person.key in general:
            code = "flag.general_partner_of_state" if person.held_by == "state" else "flag.general_partner_company"
            yield Problem(f"people.{place}.held_by", code)
    amount = case.form.partners.amount_wan if case.form.partners else Decimal(0)
    if amount >= LARGE_WAN:
        yield Problem(
            "partners.listed.0.amount_wan",
            "flag.contribution_abnormal",
            stated(case, amount),
        )


def _has_limited_partners(case: Case) -> bool:
    return "limited_partner" in case.entity_type.capacities


RULES: tuple[Rule, ...] = (numbers, liability, contributions, execution, persons, large_contributions)
