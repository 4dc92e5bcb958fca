"""Rules on foreign-invested enterprises: which types may be, who registers them, what they must say.

Foreign Investment Law arts. 2, 28, 31; its Implementing Regulation arts. 33-35, 37, 48; Implementing Rules
arts. 4(3), 13.
"""

from collections.abc import Iterator

from registration.rules.case import Case, Rule
from registration.rules.currencies import HOME
from registration.rules.foreign_investment import (
    FOREIGN_INVESTED_CODES,
    investors_from_abroad,
    is_foreign_invested,
    origin_of,
)
from registration.rules.foreign_measures import LIST, Measure, foreign_access, measure_for
from registration.rules.form import Form
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.jurisdiction import authorised, is_authorised, registrar_names
from registration.rules.languages import by_language, in_offered, joined, said
from registration.rules.norms import in_force
from registration.rules.problems import Problem
from registration.rules.scope import ScopeItem, catalogue, items_of

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
    section = case.form.foreign
    if not is_foreign_invested(case.form):
        return
    if section is not None and not section.declared:
        yield Problem("foreign.declared", "foreign.not_declared")
    is_open = section is not None and section.field == "open"
    for place, item, measure in _covered(case):
        data = {"item": by_language(item), "number": measure.number, "measure": by_language(measure)}
        if measure.kind == "prohibited" and _is_foreign(case.form):
            yield Problem(f"scope.items.{place}", "foreign.item_prohibited", data)
        elif measure.kind == "restricted" and is_open:
            yield Problem("foreign.field", "foreign.item_restricted", data)


def _covered(case: Case) -> Iterator[tuple[int, ScopeItem, Measure]]:
    """Position, item and measure of each item that the list in force covers as a whole."""
    codes = case.form.scope.items if case.form.scope and in_force(LIST, case.today) else ()
    for place, code in enumerate(codes):
        item = catalogue().get(code)
        measure = measure_for(item) if item is not None else None
        if item is not None and measure is not None:
            yield place, item, measure


def _is_foreign(form: Form) -> bool:
    """Whether an investor, or of a branch its parent, is foreign. Agreements open more to Hong Kong and Macao."""
    if form.parent is not None and form.parent.has("type_code"):
        return form.parent.type_code.startswith(FOREIGN_INVESTED_CODES[0])
    return any(origin_of(person) == "foreign" for _place, person in investors_from_abroad(form))


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
    declared = case.form.foreign
    if case.form.currency != HOME and case.form.owners and case.form.owners.basis == "exempt":
        yield Problem("owners.basis", "flag.exempt_in_currency")
    if declared is not None and is_foreign_invested(case.form):
        restricted = declared.field == "restricted"
        yield Problem("scope.items", "flag.negative_list_restricted" if restricted else "flag.negative_list_open")
        yield from _concerned(case)


def _concerned(case: Case) -> Iterator[Problem]:
    """The items of which the list covers a part, and those prohibited ones that an agreement may open."""
    items = items_of(case.form.scope.items) if case.form.scope and in_force(LIST, case.today) else ()
    found = [item for item in items if foreign_access(item) in ("partly", "prohibited")]
    if found:
        words = in_offered(lambda lang: joined("list", lang, [said(one, lang) for one in found]))
        yield Problem("scope.items", "flag.negative_list_items", {"items": words})


RULES: tuple[Rule, ...] = (registrar, negative_list, resident_promoters, currency, members)
