"""Rules on beneficial owners (受益所有人信息管理办法, PBoC and SAMR Order 3 of 2024, arts. 3, 6-8)."""

from collections.abc import Iterator
from decimal import Decimal

from registration.rules.case import Case, Rule, repeated
from registration.rules.currencies import HOME
from registration.rules.form.owners import Owner
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.problems import Problem

EXEMPT_WAN = Decimal(1000)
LEAST_PERCENT = Decimal(25)


def exemption(case: Case) -> Iterator[Problem]:
    """At most ten million yuan, only natural shareholders or partners, and the promise that no other has control."""
    owners, amount = case.form.owners, case.form.capital_wan
    if owners is None or owners.basis != "exempt":
        return
    # What another currency is worth is not known here: a person looks (check_foreign.py).
    if amount is not None and case.form.currency == HOME and amount > EXEMPT_WAN:
        yield Problem("owners.basis", "owners.capital_too_large", {"most": EXEMPT_WAN})
    if any(isinstance(case.form.person(key), LegalPerson) for key, _ in case.form.shares):
        yield Problem("owners.basis", "owners.not_all_natural")
    if not owners.promised:
        yield Problem("owners.promised", "owners.promise_missing")


def listed(case: Case) -> Iterator[Problem]:
    owners = case.form.owners
    if owners is None or owners.basis != "listed":
        return
    if not owners.listed:
        yield Problem("owners.listed", "owners.none_listed")
    for place in repeated(owner.owner for owner in owners.listed):
        yield Problem(f"owners.listed.{place}.owner", "owners.twice")
    for place, owner in enumerate(owners.listed):
        yield from _owner(place, owner)
    if owners.listed:
        yield from _forgotten(case)


def _owner(place: int, owner: Owner) -> Iterator[Problem]:
    at = f"owners.listed.{place}"
    if owner.owner_relation in ("equity", "benefit") and (owner.owner_percent or 0) < LEAST_PERCENT:
        yield Problem(f"{at}.owner_percent", "owners.percent_too_small", {"least": LEAST_PERCENT})
    if owner.owner_relation == "control" and owner.owner_control is None:
        yield Problem(f"{at}.owner_control", "owners.control_missing")


def _forgotten(case: Case) -> Iterator[Problem]:
    """A person with a direct share of a quarter is an owner; only the applicant knows indirect shares."""
    named = {owner.owner for owner in case.form.owners.listed} if case.form.owners else set()
    held: dict[str, Decimal] = {}
    for key, amount in case.form.shares:
        held[key] = held.get(key, Decimal(0)) + amount
    for key, amount in held.items():
        person = case.form.person(key)
        holds = amount * 100 >= sum(held.values()) * LEAST_PERCENT
        if isinstance(person, NaturalPerson) and holds and key not in named:
            yield Problem("owners.listed", "owners.holder_forgotten", {"name": person.name})


def addresses(case: Case) -> Iterator[Problem]:
    """The address of an owner is filed, too (art. 8)."""
    keys = {owner.owner for owner in case.form.owners.listed} if case.form.owners else set()
    for place, person in enumerate(case.form.persons):
        if person.key in keys and isinstance(person, NaturalPerson) and person.address is None:
            yield Problem(f"people.{place}.address", "owners.address_missing")


RULES: tuple[Rule, ...] = (exemption, listed, addresses)
