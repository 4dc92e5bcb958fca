"""Rules on persons and their posts (Company Law 2023 arts. 10, 68-76, 83, 178; Regulation art. 12)."""

import unicodedata
from collections.abc import Iterator

from registration.rules.case import Case, Rule, as_far_as_read, repeated, where_read
from registration.rules.form import Form
from registration.rules.form.persons import Contact, LegalPerson, NaturalPerson, Officers
from registration.rules.identity import CARRIES_BIRTH, HMT_REGIONS
from registration.rules.problems import Problem

FULL_AGE = 18
WORKING_AGE = 16
EMPLOYEE_SHARE = 3
_FOREIGNERS = frozenset({"passport", "foreign_permanent"})
_HONG_KONG_MACAO_TAIWAN = frozenset({"hk_macao_permit", "taiwan_permit", "hmt_residence"})


def persons(case: Case) -> Iterator[Problem]:
    people = case.form.persons
    for place in repeated(where_read(lambda person: person.key, people)):
        yield Problem(f"people.{place}.key", "person.key_twice")
    for place in repeated(where_read(_identity, people)):
        yield Problem(f"people.{place}.{_number_field(people[place])}", "person.twice")
    humans = [(place, person) for place, person in enumerate(people) if isinstance(person, NaturalPerson)]
    for place, person in humans:
        yield from as_far_as_read(_expired(case, place, person))
        yield from as_far_as_read(_born_later(case, place, person))


def _identity(person: NaturalPerson | LegalPerson) -> tuple[str, str]:
    return (person.id_type, person.id_no) if isinstance(person, NaturalPerson) else ("uscc", person.uscc)


def _number_field(person: NaturalPerson | LegalPerson) -> str:
    return "id_no" if isinstance(person, NaturalPerson) else "uscc"


def _expired(case: Case, place: int, person: NaturalPerson) -> Iterator[Problem]:
    if person.id_expires_on is not None and person.id_expires_on < case.today:
        yield Problem(f"people.{place}.id_expires_on", "id.expired")


def _born_later(case: Case, place: int, person: NaturalPerson) -> Iterator[Problem]:
    age = case.age_of(person)
    if age is not None and age < 0:
        field = "id_no" if person.id_type in CARRIES_BIRTH else "born_on"
        yield Problem(f"people.{place}.{field}", "person.born_later")
    if person.id_type == "resident_id" and person.id_no.startswith(HMT_REGIONS):
        yield Problem(f"people.{place}.id_type", "id.residence_permit")


def named(case: Case) -> Iterator[tuple[str, str, bool]]:
    """Every place that names a person: path, key, and whether only a human being may stand there."""
    for place, key in enumerate(where_read(lambda row: row.person, case.form.holders)):
        if key is not None:
            yield f"shareholders.{place}.person", key, False
    for chapter in (_in_posts, _alone, _to_call, _filing, _owning):
        yield from ((path, key, True) for path, key in as_far_as_read(chapter(case.form)))


Named = Iterator[tuple[str, str]]


def _in_posts(form: Form) -> Named:
    yield from posts(form.officers) if form.officers else ()


def _alone(form: Form) -> Named:
    if form.legal_rep:
        yield "legal_rep.person", form.legal_rep.person
    if form.operator:
        yield "operator.person", form.operator.person


def _to_call(form: Form) -> Named:
    for path, contact in _contacts(form):
        if contact and contact.has("person") and contact.person:
            yield f"{path}.person", contact.person


def _filing(form: Form) -> Named:
    if form.contacts and form.contacts.filer:
        yield "contacts.filer.person", form.contacts.filer.person


def _owning(form: Form) -> Named:
    for place, owner in enumerate(form.owners.listed if form.owners else ()):
        if owner.has("owner"):
            yield f"owners.listed.{place}.owner", owner.owner


def posts(officers: Officers) -> Named:
    """Path and key of everybody who holds a post, as far as they could be read."""
    if officers.has("directors"):
        directors = enumerate(officers.directors)
        yield from ((f"officers.directors.{at}.person", row.person) for at, row in directors if row.has("person"))
    for name in ("supervisors", "managers"):
        if officers.has(name):
            yield from ((f"officers.{name}.{at}", key) for at, key in enumerate(getattr(officers, name)))


def _contacts(form: Form) -> Iterator[tuple[str, Contact | None]]:
    for section, name in (("contacts", "liaison"), ("contacts", "finance"), ("tax", "officer"), ("social", "handler")):
        part = getattr(form, section)
        if part is not None and part.has(name):
            yield f"{section}.{name}", getattr(part, name)


def references(case: Case) -> Iterator[Problem]:
    if case.form.people is None:
        return
    for path, key, must_be_natural in named(case):
        person = case.form.person(key)
        if person is None:
            yield Problem(path, "person.unknown")
        elif must_be_natural and isinstance(person, LegalPerson):
            yield Problem(path, "person.not_natural")


def ages(case: Case) -> Iterator[Problem]:
    for path, age in responsible_ages(case):
        if age < WORKING_AGE:
            yield Problem(path, "person.under_age", {"age": WORKING_AGE})


def responsible_ages(case: Case) -> Iterator[tuple[str, int]]:
    """Path and age of everybody who must have full capacity: officers, legal representative, operator, who files."""
    responsible = [*_in_posts(case.form), *as_far_as_read(_alone(case.form)), *as_far_as_read(_filing(case.form))]
    responsible += [(path, key) for path, key in _to_call(case.form) if path == "contacts.finance.person"]
    for path, key in responsible:
        person = case.form.person(key)
        if isinstance(person, NaturalPerson) and (age := case.age_of(person)) is not None:
            yield path, age


def board(case: Case) -> Iterator[Problem]:
    officers = case.form.officers
    if officers is None:
        return
    count, chairs = len(officers.directors), sum(row.post == "chair" for row in officers.directors)
    if officers.board == "single" and count != 1:
        yield Problem("officers.directors", "officers.single_means_one", {"found": count})
    if officers.board == "board" and count < 3:
        yield Problem("officers.directors", "officers.board_too_small", {"least": 3, "found": count})
    if officers.board == "board" and not case.is_new_law and count > 13:
        yield Problem("officers.directors", "officers.board_too_large", {"most": 13, "found": count})
    if officers.board == "board" and chairs != 1:
        yield Problem("officers.directors", "officers.one_chair")
    if officers.board == "single":
        for place, row in enumerate(officers.directors):
            if row.post != "director":
                yield Problem(f"officers.directors.{place}.post", "officers.sole_director_has_no_board")


def supervision(case: Case) -> Iterator[Problem]:
    officers = case.form.officers
    if officers is None:
        return
    count = len(officers.supervisors)
    yield from _board_of_supervisors(officers)
    if officers.supervision == "supervisors":
        yield from _supervisors(case, count)
        return
    if not case.is_new_law:
        yield Problem("officers.supervision", "officers.supervision_too_early")
    if count:
        yield Problem("officers.supervisors", "officers.supervisors_not_wanted")
    if officers.supervision == "audit_committee" and officers.board == "single":
        yield Problem("officers.supervision", "officers.audit_committee_without_board")
    elif officers.supervision == "audit_committee" and not any(row.audit_committee for row in officers.directors):
        yield Problem("officers.directors", "officers.audit_committee_missing")


def _supervisors(case: Case, count: int) -> Iterator[Problem]:
    """One, or a board of three; the law before 2024-07-01 also knew two."""
    if count == 0:
        yield Problem("officers.supervisors", "officers.supervisors_missing")
    elif count == 2 and case.is_new_law:
        yield Problem("officers.supervisors", "officers.supervisors_two")


def _board_of_supervisors(officers: Officers) -> Iterator[Problem]:
    """Three and more have a chair, and a third of them are of the employees (Company Law 2023 art. 76(2)(3))."""
    count, chair, employees = len(officers.supervisors), officers.supervisor_chair, set(officers.employee_supervisors)
    if count >= 3 and chair is None:
        yield Problem("officers.supervisor_chair", "officers.supervisor_chair_missing")
    if count < 3 and chair is not None:
        yield Problem("officers.supervisor_chair", "officers.supervisor_chair_not_wanted")
    if count >= 3 and chair is not None and chair not in officers.supervisors:
        yield Problem("officers.supervisor_chair", "officers.supervisor_chair_no_supervisor")
    for place, key in enumerate(officers.employee_supervisors):
        if key not in officers.supervisors:
            yield Problem(f"officers.employee_supervisors.{place}", "officers.employee_no_supervisor")
    if count >= 3 and len(employees & set(officers.supervisors)) * EMPLOYEE_SHARE < count:
        least = -(-count // EMPLOYEE_SHARE)
        yield Problem("officers.supervisors", "officers.supervisors_of_employees", {"least": least, "found": count})


def separation(case: Case) -> Iterator[Problem]:
    """Directors and senior managers are not supervisors (Company Law 2023 art. 76; senior managers: art. 265)."""
    officers = case.form.officers
    if officers is None:
        return
    directors = [row.person for row in officers.directors]
    finance = case.form.contacts.finance if case.form.contacts else None
    for place, key in enumerate(officers.supervisors):
        if key in directors or key in officers.managers:
            yield Problem(f"officers.supervisors.{place}", "officers.supervisor_also_director")
        elif finance is not None and _is_finance_officer(case.form.person(key), finance):
            yield Problem(f"officers.supervisors.{place}", "officers.supervisor_also_finance")
    for path, keys in (
        ("directors", directors),
        ("supervisors", officers.supervisors),
        ("managers", officers.managers),
    ):
        yield from (Problem(f"officers.{path}.{place}", "officers.twice") for place in repeated(keys))


def _is_finance_officer(person: NaturalPerson | LegalPerson | None, finance: Contact) -> bool:
    """By key, or by the name that was typed; a namesake is told apart by being chosen among the persons."""
    if person is None:
        return False
    return person.key == finance.person or (finance.name is not None and _plain(finance.name) == _plain(person.name))


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def legal_rep(case: Case) -> Iterator[Problem]:
    """A director or manager (Company Law 2023 art. 10); before, the chair, a sole director or the manager."""
    rep, officers = case.form.legal_rep, case.form.officers
    if rep is None or officers is None:
        return
    directors = {row.person: row.post for row in officers.directors}
    holds = rep.person in officers.managers if rep.post == "manager" else rep.person in directors
    if not holds or (rep.post == "chair" and directors.get(rep.person) != "chair"):
        yield Problem("legal_rep.person", "legal_rep.not_in_post")
    elif not case.is_new_law and rep.post == "director" and officers.board == "board":
        yield Problem("legal_rep.post", "legal_rep.not_entitled")


def contacts(case: Case) -> Iterator[Problem]:
    if case.entity_type.finance_officer and case.form.contacts and case.form.contacts.finance is None:
        yield Problem("contacts.finance", "contacts.finance_missing")


def operator(case: Case) -> Iterator[Problem]:
    operator = case.form.operator
    if operator is None:
        return
    person = case.form.person(operator.person)
    if isinstance(person, NaturalPerson):
        yield from _operator_is_whole(case, person)
    if operator.composition == "family" and not operator.family:
        yield Problem("operator.family", "operator.family_missing")
    if operator.composition == "personal" and operator.family:
        yield Problem("operator.family", "operator.family_not_wanted")


def _operator_is_whole(case: Case, person: NaturalPerson) -> Iterator[Problem]:
    """A citizen, wherever he lives; the home address is a registered item (Regulation art. 8, its Rules art. 6(7))."""
    place = case.form.persons.index(person)
    if person.id_type in _FOREIGNERS:
        yield Problem("operator.person", "operator.not_citizen")
    if person.address is None and case.needs_real_names:
        yield Problem(f"people.{place}.address", "operator.address_missing")


def operators_to_look_at(case: Case) -> Iterator[Problem]:
    """Residents of Hong Kong, Macao and Taiwan may, under the state's rules on their scope of business."""
    operator = case.form.operator
    person = case.form.person(operator.person) if operator else None
    if isinstance(person, NaturalPerson) and person.id_type in _HONG_KONG_MACAO_TAIWAN:
        yield Problem("operator.person", "flag.operator_hmt")
    if isinstance(person, NaturalPerson) and person.id_type == "chinese_passport":
        yield Problem("operator.person", "flag.operator_overseas")


def tax_and_social(case: Case) -> Iterator[Problem]:
    social, addons = case.form.social, case.form.addons
    if social and social.insured_count is not None and social.insured_count > social.headcount:
        yield Problem("social.insured_count", "social.insured_exceeds")
    if addons and addons.postal_delivery and addons.postal_address is None:
        yield Problem("addons.postal_address", "addons.postal_address_missing")


RULES: tuple[Rule, ...] = (
    persons,
    references,
    ages,
    board,
    supervision,
    separation,
    legal_rep,
    contacts,
    operator,
    tax_and_social,
)
