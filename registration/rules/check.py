"""The rules across sections: problems of a form as a whole, and points that a person should check."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from registration.rules import (
    check_capital,
    check_closing,
    check_documents,
    check_filing,
    check_firm,
    check_foreign,
    check_investors,
    check_meeting,
    check_members,
    check_officers,
    check_operator,
    check_owners,
    check_parent,
    check_partners,
    check_people,
    check_reduction,
    check_sole_investor,
    printing,
)
from registration.rules.case import Case, Rule, as_far_as_read, years_after
from registration.rules.entity_types import type_row
from registration.rules.foreign_investment import is_foreign_invested
from registration.rules.form import ESTABLISHMENT, Form, ReadForm, Section, read_both, sections_for
from registration.rules.form.persons import LegalPerson
from registration.rules.kinds import Regime
from registration.rules.names import Severity
from registration.rules.problems import Problem
from registration.rules.regions import region
from registration.rules.registered_parent import RegisteredParent
from registration.rules.uscc import check_digit_of, is_early_uscc

# More than thirty years to pay: registrars check such a term (Company Law art. 266).
ABNORMAL_YEARS = 30
STAFF_WITH_EMPLOYEE_DIRECTOR = 300
# The conditions that a section of the form may name.
SECTIONS_WHEN: Mapping[str, Callable[[Form], bool]] = {
    "foreign_investment": is_foreign_invested,
    "agent": lambda form: form.is_filed_by_agent,
}
# Groups of rules, in the order of their problems: for every type, and those that a type's row names.
FOR_ALL = (
    "firm",
    "people",
    "guardians",
    "filing",
    "foreign",
    "documents",
    "closing",
    "printing",
    "reduction",
    "meeting",
)
GROUPS: Mapping[str, tuple[Rule, ...]] = {
    "firm": check_firm.RULES,
    "contributions": check_capital.RULES,
    "people": check_people.RULES,
    "officers": check_officers.RULES,
    "operator": check_operator.RULES,
    "sole_investor": check_sole_investor.RULES,
    "partners": check_partners.RULES,
    "parent": check_parent.RULES,
    "members": check_members.RULES,
    "investors": check_investors.RULES,
    "guardians": check_investors.GUARDIANS,
    "filing": check_filing.RULES,
    "owners": check_owners.RULES,
    "foreign": check_foreign.RULES,
    "documents": check_documents.RULES,
    "closing": check_closing.RULES,
    "printing": printing.RULES,
    "reduction": check_reduction.RULES,
    "meeting": check_meeting.RULES,
}


def check_form(
    form: Form,
    *,
    entity_type: str,
    regime: str,
    today: date,
    registrar_regions: Iterable[str],
    may_declare_domicile: bool = False,
    registrar: str = "",
    registered: Mapping[str, RegisteredParent] = MappingProxyType({}),
    before: Form | None = None,
    founded_on: date | None = None,
) -> list[Problem]:
    """Every broken rule across sections, in the order of the form.

    Missing and unreadable sections are left out: `sections_for` and `read` report those.
    `registrar_regions` are the codes of the districts and counties that the registrar serves; `may_declare_domicile`
    is true if it accepts an applicant's declaration as proof of a domicile. `registrar` is its code, and
    `registered` has by code the organizations of the form that are registered here. `before` is what is registered of
    the entity that the form is about, `founded_on` the day of its foundation.
    """
    regions = frozenset(registrar_regions)
    kind = type_row(entity_type)
    case = Case(
        form, kind, Regime(regime), today, regions, may_declare_domicile, registrar, registered, before, founded_on
    )
    asked = (*FOR_ALL, *case.entity_type.rules)
    rules = [rule for name, group in GROUPS.items() if name in asked for rule in group]
    return [problem for rule in rules for problem in as_far_as_read(rule(case))]


def check_draft(
    raw: Mapping[str, object],
    found: ReadForm | None = None,
    *,
    entity_type: str,
    regime: str,
    today: date,
    registrar_regions: Iterable[str],
    may_declare_domicile: bool = False,
    registrar: str = "",
    registered: Mapping[str, RegisteredParent] = MappingProxyType({}),
    matter: str = ESTABLISHMENT,
    before: Form | None = None,
    founded_on: date | None = None,
) -> list[Problem]:
    """Every problem that prevents the submission of a draft: missing sections, faulty ones, broken rules.

    `found` is the draft as it was read, where that is known.
    """
    found = found or read_both(raw, entity_type=entity_type, regime=regime)
    form = found.partly
    faults = check_firm.asked_of(found.problems, type_row(entity_type))
    missing = [
        Problem(section.key, "section.missing")
        for section in sections_for(entity_type, regime, matter)
        if section.key not in raw and is_needed(section, form)
    ]
    across = check_form(
        form,
        entity_type=entity_type,
        regime=regime,
        today=today,
        registrar_regions=registrar_regions,
        may_declare_domicile=may_declare_domicile,
        registrar=registrar,
        registered=registered,
        before=before,
        founded_on=founded_on,
    )
    # For a faulty value, problems of other rules are left out.
    reported = {fault.path for fault in faults}
    return [*missing, *faults, *(problem for problem in across if problem.path not in reported)]


def is_needed(section: Section, form: Form) -> bool:
    """Whether the section must be filled in: always, or where its condition holds."""
    return SECTIONS_WHEN[section.when](form) if section.when else not section.optional


def is_offered(section: Section, form: Form) -> bool:
    """Whether a section that nobody needs is for these answers."""
    return not section.offered_when or SECTIONS_WHEN[section.offered_when](form)


def flags(
    form: Form,
    *,
    entity_type: str,
    regime: str,
    today: date,
    registered: Mapping[str, RegisteredParent] = MappingProxyType({}),
) -> list[Problem]:
    """Points that a person should check; none of them causes a refusal by itself (Company Law 2023 art. 266)."""
    case = Case(form, type_row(entity_type), Regime(regime), today, registered=registered)
    return [
        *_amounts(case),
        *_young(case),
        *_rare_names(case),
        *_early_codes(case),
        *_staff(case),
        *_outside_directors(case),
        *_place(case),
        *check_investors.to_look_at(case),
        *check_operator.to_look_at(case),
        *check_sole_investor.to_look_at(case),
        *check_partners.to_look_at(case),
        *check_parent.to_look_at(case),
        *check_members.to_look_at(case),
        *check_foreign.to_look_at(case),
        *check_closing.to_look_at(case),
        *check_reduction.to_look_at(case),
        *check_firm.name_findings(case, severity=Severity.MANUAL),
    ]


def _amounts(case: Case) -> Iterator[Problem]:
    capital = case.form.capital
    if capital and capital.amount_wan >= check_firm.LARGE_WAN:
        amount = check_capital.stated(case, capital.amount_wan)
        yield Problem("capital.amount_wan", "flag.capital_abnormal", amount)
    last = years_after(case.today, years=ABNORMAL_YEARS)
    for place, row in enumerate(case.form.holders):
        for number, line in enumerate(row.lines):
            if line.due_on > last:
                path = f"shareholders.{place}.lines.{number}.due_on"
                yield Problem(path, "flag.due_long", {"years": ABNORMAL_YEARS})


def _young(case: Case) -> Iterator[Problem]:
    """A person of sixteen who lives on own labour has full capacity (Civil Code art. 18): a clerk must check that."""
    for path, age in check_people.responsible_ages(case):
        if check_people.WORKING_AGE <= age < check_people.FULL_AGE:
            yield Problem(path, "flag.young", {"age": age})


def _rare_names(case: Case) -> Iterator[Problem]:
    """A character outside GB 2312 may be missing in the receiving systems."""
    for place, person in enumerate(case.form.persons):
        rare = "".join(char for char in person.name if not _is_everyday(char))
        if rare:
            yield Problem(f"people.{place}.name", "flag.rare_name", {"characters": rare})


def _early_codes(case: Case) -> Iterator[Problem]:
    """A shareholder's code from before 2016 with a wrong last character: the paper may have the same code."""
    for place, person in enumerate(case.form.persons):
        if isinstance(person, LegalPerson) and is_early_uscc(person.code):
            yield Problem(f"people.{place}.uscc", "flag.uscc_check_digit", {"expected": check_digit_of(person.code)})


def _is_everyday(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return char in "·•"
    return True


def _staff(case: Case) -> Iterator[Problem]:
    """From three hundred employees on, an employee must be director or supervisor (Company Law art. 68)."""
    officers, social = case.form.officers, case.form.social
    if not (officers and social) or social.headcount < STAFF_WITH_EMPLOYEE_DIRECTOR or len(officers.supervisors) >= 3:
        return
    if not any(row.post == "employee_director" for row in officers.directors):
        yield Problem("officers.directors", "flag.employee_director", {"least": STAFF_WITH_EMPLOYEE_DIRECTOR})


def _outside_directors(case: Case) -> Iterator[Problem]:
    """The form does not tell outside directors from others (Company Law art. 173)."""
    if case.form.officers and case.entity_type.owners and case.entity_type.owners.of_state:
        yield Problem("officers.directors", "flag.outside_directors")


def _place(case: Case) -> Iterator[Problem]:
    domicile = case.form.domicile
    if domicile is None:
        return
    if region(domicile.region) is None:
        yield Problem("domicile.region", "flag.region_unknown")
    if domicile.use == "residential":
        yield Problem("domicile.use", "flag.residential")
    if domicile.tenure == "declared":
        yield Problem("domicile.tenure", "flag.domicile_declared")
