"""Rules on persons and their posts (Company Law 2023 arts. 10, 68-76, 83, 178; Regulation art. 12)."""

from collections.abc import Iterator

from registration.rules.case import Case, Rule, repeated
from registration.rules.form.persons import Contact, LegalPerson, NaturalPerson, Officers
from registration.rules.problems import Problem

FULL_AGE = 18
WORKING_AGE = 16
_FOREIGN_DOCUMENTS = frozenset({"passport", "foreign_permanent"})


def persons(case: Case) -> Iterator[Problem]:
    people = case.form.persons
    for place in repeated(person.key for person in people):
        yield Problem(f"people.{place}.key", "person.key_twice")
    for place in repeated(_identity(person) for person in people):
        yield Problem(f"people.{place}.{_number_field(people[place])}", "person.twice")
    for place, person in enumerate(people):
        if isinstance(person, NaturalPerson):
            yield from _document(case, place, person)


def _identity(person: NaturalPerson | LegalPerson) -> tuple[str, str]:
    return (person.id_type, person.id_no) if isinstance(person, NaturalPerson) else ("uscc", person.uscc)


def _number_field(person: NaturalPerson | LegalPerson) -> str:
    return "id_no" if isinstance(person, NaturalPerson) else "uscc"


def _document(case: Case, place: int, person: NaturalPerson) -> Iterator[Problem]:
    if person.id_expires_on is not None and person.id_expires_on < case.today:
        yield Problem(f"people.{place}.id_expires_on", "id.expired")
    age = case.age_of(person)
    if age is not None and age < 0:
        field = "id_no" if person.id_type == "resident_id" else "born_on"
        yield Problem(f"people.{place}.{field}", "person.born_later")


def named(case: Case) -> Iterator[tuple[str, str, bool]]:
    """Every place that names a person: path, key, and whether only a human being may stand there."""
    form = case.form
    for place, row in enumerate(form.holders):
        yield f"shareholders.{place}.person", row.person, False
    if form.officers:
        yield from ((path, key, True) for path, key in posts(form.officers))
    if form.legal_rep:
        yield "legal_rep.person", form.legal_rep.person, True
    if form.operator:
        yield "operator.person", form.operator.person, True
    for path, contact in _contacts(case):
        if contact and contact.person:
            yield f"{path}.person", contact.person, True


def posts(officers: Officers) -> Iterator[tuple[str, str]]:
    """Path and key of everybody who holds a post."""
    yield from ((f"officers.directors.{at}.person", row.person) for at, row in enumerate(officers.directors))
    yield from ((f"officers.supervisors.{at}", key) for at, key in enumerate(officers.supervisors))
    yield from ((f"officers.managers.{at}", key) for at, key in enumerate(officers.managers))


def _contacts(case: Case) -> Iterator[tuple[str, Contact | None]]:
    form = case.form
    if form.contacts:
        yield "contacts.liaison", form.contacts.liaison
        yield "contacts.finance", form.contacts.finance
    yield "tax.officer", form.tax.officer if form.tax else None
    yield "social.handler", form.social.handler if form.social else None


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
    """Path and age of everybody who must have full capacity: officers, legal representative, operator."""
    form = case.form
    places = list(posts(form.officers)) if form.officers else []
    places += [("legal_rep.person", form.legal_rep.person)] if form.legal_rep else []
    places += [("operator.person", form.operator.person)] if form.operator else []
    for path, key in places:
        person = form.person(key)
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


def supervision(case: Case) -> Iterator[Problem]:
    officers = case.form.officers
    if officers is None:
        return
    count = len(officers.supervisors)
    if officers.supervision == "supervisors":
        yield from _supervisors(case, count)
        return
    if not case.is_new_law:
        yield Problem("officers.supervision", "officers.supervision_too_early")
    if count:
        yield Problem("officers.supervisors", "officers.supervisors_not_wanted")
    if officers.supervision == "audit_committee" and not any(row.audit_committee for row in officers.directors):
        yield Problem("officers.directors", "officers.audit_committee_missing")


def _supervisors(case: Case, count: int) -> Iterator[Problem]:
    """One, or a board of three; the law before 2024-07-01 also knew two."""
    if count == 0:
        yield Problem("officers.supervisors", "officers.supervisors_missing")
    elif count == 2 and case.is_new_law:
        yield Problem("officers.supervisors", "officers.supervisors_two")


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
        elif finance is not None and finance.person == key:
            yield Problem(f"officers.supervisors.{place}", "officers.supervisor_also_finance")
    for path, keys in (
        ("directors", directors),
        ("supervisors", officers.supervisors),
        ("managers", officers.managers),
    ):
        yield from (Problem(f"officers.{path}.{place}", "officers.twice") for place in repeated(keys))


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
    if case.is_company and case.form.contacts and case.form.contacts.finance is None:
        yield Problem("contacts.finance", "contacts.finance_missing")


def operator(case: Case) -> Iterator[Problem]:
    operator = case.form.operator
    if operator is None:
        return
    person = case.form.person(operator.person)
    if isinstance(person, NaturalPerson) and person.id_type in _FOREIGN_DOCUMENTS:
        yield Problem("operator.person", "operator.not_citizen")
    if operator.composition == "family" and not operator.family:
        yield Problem("operator.family", "operator.family_missing")
    if operator.composition == "personal" and operator.family:
        yield Problem("operator.family", "operator.family_not_wanted")


def alongside(case: Case) -> Iterator[Problem]:
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
    alongside,
)
