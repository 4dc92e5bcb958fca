"""Rules on foreign-invested enterprises: which types may be, who registers them, what they must say.

Foreign Investment Law arts. 2, 28, 31; its Implementing Regulation arts. 33-35, 37, 48; Implementing Rules
arts. 4(3), 13.
"""

from collections.abc import Iterator

from registration.rules.case import Case, Rule
from registration.rules.currencies import HOME
from registration.rules.foreign_investment import investors_from_abroad, is_foreign_invested
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.jurisdiction import authorised, is_authorised, registrar_names
from registration.rules.problems import Problem

# Documents that are given to those who live on the mainland.
_OF_RESIDENTS = frozenset({"foreign_permanent", "hmt_residence"})


def registrar(case: Case) -> Iterator[Problem]:
    """An authorised registrar registers it, under the law of today; also the branch of a foreign-invested parent."""
    if not is_foreign_invested(case.form):
        return
    code = _why_not_here(case)
    data = {"registrars": registrar_names(authorised())} if code == "foreign.other_registrar" else {}
    yield from (Problem(at, code, data) for at in _places(case) if code)


def _why_not_here(case: Case) -> str | None:
    if not case.needs_real_names:
        return "foreign.not_under_this_law"
    if not case.entity_type.may_be_foreign_invested:
        return "foreign.not_of_this_type"
    if not case.registrar or is_authorised(case.registrar):
        return None
    return "foreign.other_registrar" if authorised() else "foreign.no_registrar"


def _places(case: Case) -> Iterator[str]:
    if case.form.parent is not None:
        yield "parent.type_code"
    for place, person in investors_from_abroad(case.form):
        yield f"people.{place}.{'id_type' if isinstance(person, NaturalPerson) else 'seat'}"


def negative_list(case: Case) -> Iterator[Problem]:
    """The applicant says what the investment has to do with the negative list (Implementing Regulation arts. 33-35)."""
    said = case.form.foreign
    if said is not None and not said.declared and is_foreign_invested(case.form):
        yield Problem("foreign.declared", "foreign.not_declared")


def resident_promoters(case: Case) -> Iterator[Problem]:
    """At least half of the promoters have a domicile on the mainland (Company Law art. 92)."""
    capacity = case.entity_type.owners
    if capacity is None or not capacity.half_resident:
        return
    keys = {row.person for row in case.form.holders}
    away = {person.key for _place, person in investors_from_abroad(case.form) if not _is_resident(person)}
    if len(away) * 2 > len(keys):
        yield Problem("shareholders", "foreign.promoters_away", {"away": len(away), "found": len(keys)})


def _is_resident(person: NaturalPerson | LegalPerson) -> bool:
    return isinstance(person, NaturalPerson) and person.id_type in _OF_RESIDENTS


def currency(case: Case) -> Iterator[Problem]:
    """In CNY; of a foreign-invested enterprise in a freely convertible currency, too (Implementing Rules art. 13)."""
    if case.form.currency == HOME:
        return
    at = "capital.currency" if case.form.capital else "partners.currency"
    if not is_foreign_invested(case.form):
        yield Problem(at, "currency.foreign_only")
    elif not case.entity_type.foreign_currency:
        yield Problem(at, "currency.not_of_this_type")


def members(case: Case) -> Iterator[Problem]:
    """Organizations from abroad do not join a co-operative (FCL art. 19)."""
    rows = case.form.members.listed if case.form.members else ()
    for place, row in enumerate(rows):
        person = case.form.person(row.person)
        if isinstance(person, LegalPerson) and person.seat != "mainland":
            yield Problem(f"members.listed.{place}.person", "members.organization_abroad")


def to_look_at(case: Case) -> Iterator[Problem]:
    """For a person: the scope against the negative list; whether a capital in another currency keeps to a limit."""
    said = case.form.foreign
    if case.form.currency != HOME and case.form.owners and case.form.owners.basis == "exempt":
        yield Problem("owners.basis", "flag.exempt_in_currency")
    if said is not None and is_foreign_invested(case.form):
        restricted = said.field == "restricted"
        yield Problem("scope.items", "flag.negative_list_restricted" if restricted else "flag.negative_list_open")


RULES: tuple[Rule, ...] = (registrar, negative_list, resident_promoters, currency, members)
