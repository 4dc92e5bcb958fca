"""Rules on who may hold shares: organizations that may not invest, children. Foreign ones: check_foreign.py."""

from collections.abc import Iterator

from registration.rules.case import Case, Rule, each
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.problems import Problem
from registration.rules.uscc import AUTHORITY, INDIVIDUAL_BUSINESS

FULL_AGE = 18
WORKING_AGE = 16
# Prefixes of codes (GB 32100-2015, department and class) of organizations that cannot hold shares in a company.
_ENTERPRISES = ("91", "93", "N")
_CAN_BE_ALLOWED = ("12", "13", "5", "7", "8", "Y")
# Names of authorities that hold shares for the state (Company Law art. 169).
_STATE_INVESTORS = ("国有资产监督管理", "财政局", "财政厅", "人民政府")
_BRANCHES = ("分公司", "分店", "分厂", "分部", "办事处", "代表处")


def shareholders_of(case: Case) -> Iterator[tuple[int, NaturalPerson | LegalPerson]]:
    """Position among the people, and person, of every shareholder."""
    keys = {row.person for row in case.form.holders if row.has("person")}
    for place, person in enumerate(case.form.persons):
        if person.has("key") and person.key in keys:
            yield place, person


def of_the_state(case: Case) -> Iterator[Problem]:
    """An authority that holds shares for the state owns a wholly state-owned company (Company Law art. 169)."""
    if case.entity_type.owners and case.entity_type.owners.of_state:
        yield from each(_not_of_the_state, shareholders_of(case))


def _not_of_the_state(place: int, person: NaturalPerson | LegalPerson) -> Iterator[Problem]:
    if not (isinstance(person, LegalPerson) and is_state_investor(person)):
        yield Problem(f"people.{place}.name", "investor.not_of_state")


def organizations(case: Case) -> Iterator[Problem]:
    yield from each(lambda place, person: _organization(case, place, person), shareholders_of(case))


def _organization(case: Case, place: int, person: NaturalPerson | LegalPerson) -> Iterator[Problem]:
    is_of_the_mainland = isinstance(person, LegalPerson) and person.seat == "mainland"
    code = _organization_fault(case, person) if isinstance(person, LegalPerson) and is_of_the_mainland else None
    if code:
        yield Problem(f"people.{place}.{'name' if code == 'investor.branch' else 'uscc'}", code)


def _organization_fault(case: Case, person: LegalPerson) -> str | None:
    if person.code.startswith(INDIVIDUAL_BUSINESS):
        return "investor.individual_business"
    if person.code.startswith(AUTHORITY):
        alone = len(case.form.holders) == 1 and not (case.entity_type.owners and case.entity_type.owners.of_state)
        return None if is_state_investor(person) and not alone else "investor.authority"
    if person.name.endswith(_BRANCHES):
        return "investor.branch"
    return None if person.code.startswith((*_ENTERPRISES, *_CAN_BE_ALLOWED)) else "investor.cannot_invest"


def is_state_investor(person: LegalPerson) -> bool:
    """Whether the authority can hold shares for the state: for state assets, finance, or the government itself."""
    return person.code.startswith(AUTHORITY) and any(words in person.name for words in _STATE_INVESTORS)


def children(case: Case) -> Iterator[Problem]:
    """A child below sixteen cannot act alone (Civil Code arts. 18-20, 23); a person checks older minors."""
    yield from each(lambda place, person: _child(case, place, person), shareholders_of(case))


def _child(case: Case, place: int, person: NaturalPerson | LegalPerson) -> Iterator[Problem]:
    age = case.age_of(person) if isinstance(person, NaturalPerson) else None
    if isinstance(person, NaturalPerson) and age is not None and age < WORKING_AGE and person.guardian is None:
        yield Problem(f"people.{place}.guardian", "guardian.missing", {"age": FULL_AGE})


def guardians(case: Case) -> Iterator[Problem]:
    yield from each(lambda place, person: _guardian(case, place, person), enumerate(case.form.persons))


def _guardian(case: Case, place: int, person: NaturalPerson | LegalPerson) -> Iterator[Problem]:
    if not isinstance(person, NaturalPerson) or person.guardian is None:
        return
    guardian = case.form.person(person.guardian)
    if not isinstance(guardian, NaturalPerson) or guardian.key == person.key:
        yield Problem(f"people.{place}.guardian", "guardian.unknown")
    elif guardian.guardian is not None or _is_child(case, guardian):
        yield Problem(f"people.{place}.guardian", "guardian.not_of_age", {"age": FULL_AGE})


def _is_child(case: Case, person: NaturalPerson) -> bool:
    age = case.age_of(person)
    return age is not None and age < FULL_AGE


def to_look_at(case: Case) -> Iterator[Problem]:
    """Points that a person decides: young shareholders, guardians of adults, bodies with special investment rules."""
    for place, person in shareholders_of(case):
        if isinstance(person, LegalPerson):
            if person.code.startswith(_CAN_BE_ALLOWED) or is_state_investor(person):
                yield Problem(f"people.{place}.uscc", "flag.investor_is_no_enterprise")
            continue
        age = case.age_of(person)
        if person.guardian is None and age is not None and WORKING_AGE <= age < FULL_AGE:
            yield Problem(f"people.{place}.guardian", "flag.young_shareholder", {"age": age})
        if person.guardian is not None and age is not None and age >= FULL_AGE:
            yield Problem(f"people.{place}.guardian", "flag.guardian_of_adult")
        if person.id_type == "chinese_passport":
            yield Problem(f"people.{place}.id_type", "flag.overseas_chinese")


RULES: tuple[Rule, ...] = (organizations, of_the_state, children)
# For every form: the API accepts a guardian for any person.
GUARDIANS: tuple[Rule, ...] = (guardians,)
