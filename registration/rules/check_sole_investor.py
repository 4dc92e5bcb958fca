"""Rules on the investor of a sole proprietorship (Law on Sole Proprietorship Enterprises arts. 2, 9, 16, 47)."""

from collections.abc import Iterator

from registration.rules.case import Case, Rule
from registration.rules.check_capital import stated
from registration.rules.check_firm import LARGE_WAN, unconfirmed
from registration.rules.form.persons import NaturalPerson
from registration.rules.identity import ABROAD
from registration.rules.problems import Problem


def investor(case: Case) -> Iterator[Problem]:
    """A citizen of the mainland (arts. 2, 47), whose home is a registered item (Regulation art. 8; art. 9)."""
    person = _investor(case)
    if person is None:
        return
    if person.id_type in ABROAD:
        yield Problem("investor.person", "sole_investor.abroad")
    if person.address is None:
        place = case.form.persons.index(person)
        yield Problem(f"people.{place}.address", "sole_investor.address_missing")


def large_contribution(case: Case) -> Iterator[Problem]:
    """As for registered capital, a large amount must be confirmed (*own*)."""
    chosen = case.form.investor
    if chosen and not chosen.large_confirmed:
        yield from unconfirmed(case, chosen.amount_wan, path="investor.large_confirmed", code="sole_investor.large")


def to_look_at(case: Case) -> Iterator[Problem]:
    """Points for a person: a large contribution; an investor with a Chinese passport only."""
    person, chosen = _investor(case), case.form.investor
    if person is not None and person.id_type == "chinese_passport":
        yield Problem("investor.person", "flag.sole_investor_overseas")
    if chosen is not None and chosen.amount_wan >= LARGE_WAN:
        yield Problem("investor.amount_wan", "flag.contribution_abnormal", stated(case, chosen.amount_wan))


def _investor(case: Case) -> NaturalPerson | None:
    person = case.form.person(case.form.investor.person) if case.form.investor else None
    return person if isinstance(person, NaturalPerson) else None


RULES: tuple[Rule, ...] = (investor, large_contribution)
