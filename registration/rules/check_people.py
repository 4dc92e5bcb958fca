"""Rules on the persons of every form (Company Law 2023 art. 178; Regulation art. 12; Civil Code art. 18)."""

from collections.abc import Iterator, Sequence

from registration.rules.case import Case, Rule, as_far_as_read, each, repeated, where_read
from registration.rules.form import Form
from registration.rules.form.contributions import Shareholder
from registration.rules.form.members import Member
from registration.rules.form.partners import PartnerContribution
from registration.rules.form.persons import Contact, LegalPerson, NaturalPerson, Officers
from registration.rules.identity import CARRIES_BIRTH, HMT_REGIONS
from registration.rules.problems import Problem
from registration.rules.tidy import is_same_name

FULL_AGE = 18
WORKING_AGE = 16


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


def as_registered(case: Case) -> Iterator[Problem]:
    """An organization that is registered here is named as it is registered."""
    yield from each(lambda place, person: _named_otherwise(case, place, person), enumerate(case.form.persons))


def _named_otherwise(case: Case, place: int, person: NaturalPerson | LegalPerson) -> Iterator[Problem]:
    known = case.registered.get(person.code) if isinstance(person, LegalPerson) else None
    if known is not None and not is_same_name(person.name, known.name):
        yield Problem(f"people.{place}.name", "firm.name_differs", {"registered": known.name})


def _identity(person: NaturalPerson | LegalPerson) -> tuple[str, str] | None:
    """The document or registration; None for an organization whose number is missing."""
    if isinstance(person, NaturalPerson):
        return person.id_type, person.id_no
    return (person.seat, person.number) if person.number else None


def _number_field(person: NaturalPerson | LegalPerson) -> str:
    if isinstance(person, NaturalPerson):
        return "id_no"
    return "uscc" if person.uscc else "number_abroad"


def _expired(case: Case, place: int, person: NaturalPerson) -> Iterator[Problem]:
    """Whoever is registered unchanged is not asked again."""
    known = case.before.person(person.key) if case.before else None
    if person.id_expires_on is not None and person.id_expires_on < case.today and person != known:
        yield Problem(f"people.{place}.id_expires_on", "id.expired")


def _born_later(case: Case, place: int, person: NaturalPerson) -> Iterator[Problem]:
    age = case.age_of(person)
    if age is not None and age < 0:
        field = "id_no" if person.id_type in CARRIES_BIRTH else "born_on"
        yield Problem(f"people.{place}.{field}", "person.born_later")
    if person.id_type == "resident_id" and person.id_no.startswith(HMT_REGIONS):
        yield Problem(f"people.{place}.id_type", "id.residence_permit")


def named(case: Case) -> Iterator[tuple[str, str, bool]]:
    """Every reference to a person: path, key, and whether it must be a natural person."""
    for chapter in _OF_ALL:
        yield from ((path, key, False) for path, key in chapter(case.form))
    for chapter in _OF_NATURAL:
        yield from ((path, key, True) for path, key in as_far_as_read(chapter(case.form)))


def persons_named(form: Form) -> frozenset[str]:
    """The keys of everybody whom a section names, and of their guardians."""
    keys = {key for chapter in (*_OF_ALL, *_OF_NATURAL) for _path, key in as_far_as_read(chapter(form))}
    guardians = {getattr(one, "guardian", None) for one in form.persons if one.key in keys}
    return frozenset(keys | {one for one in guardians if one})


Named = Iterator[tuple[str, str]]


def _in_posts(form: Form) -> Named:
    yield from posts(form.officers) if form.officers else ()


def _alone(form: Form) -> Named:
    if form.legal_rep:
        yield "legal_rep.person", form.legal_rep.person
    if form.operator:
        yield "operator.person", form.operator.person
    if form.investor:
        yield "investor.person", form.investor.person
    if form.responsible:
        yield "responsible.person", form.responsible.person


def in_organs(form: Form) -> Named:
    """The chair, the members of the council and the supervisors of a co-operative, as far as readable."""
    council = form.council
    if council is None:
        return
    if council.has("person"):
        yield "council.person", council.person
    for name in ("directors", "supervisors"):
        if council.has(name):
            yield from ((f"council.{name}.{place}", key) for place, key in enumerate(getattr(council, name)))


def _holders(form: Form) -> Named:
    return _in_rows("shareholders", form.holders)


def _partners(form: Form) -> Named:
    return _in_rows("partners.listed", form.partner_rows)


def _members(form: Form) -> Named:
    return _in_rows("members.listed", form.members.listed if form.members else ())


def _in_rows(at: str, rows: Sequence[Shareholder | PartnerContribution | Member]) -> Named:
    """The person of each row, as far as readable."""
    yield from ((f"{at}.{place}.person", row.person) for place, row in enumerate(rows) if row.has("person"))


def _delegated(form: Form) -> Named:
    for place, row in enumerate(form.partner_rows):
        if row.has("delegate") and row.delegate:
            yield f"partners.listed.{place}.delegate", row.delegate


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


def _meeting(form: Form) -> Named:
    if form.meeting and form.meeting.has("host"):
        yield "meeting.host", form.meeting.host
    if form.meeting and form.meeting.has("attended"):
        yield from ((f"meeting.attended.{at}", key) for at, key in enumerate(form.meeting.attended))


# Who may also be an organization, and who must be a natural person.
_OF_ALL = (_holders, _partners, _members, _meeting)
_OF_NATURAL = (_in_posts, _alone, _delegated, in_organs, _to_call, _filing, _owning)


def posts(officers: Officers) -> Named:
    """Path and key of every person with a post, as far as readable."""
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
    """Path and age of every person who must have full capacity.

    Officers, representatives, sole investors, general partners (Partnership Enterprise Law art. 14), members of a
    co-operative (Law on Farmers' Specialised Co-operatives art. 19), filers.
    """
    responsible = [*_in_posts(case.form), *as_far_as_read(_alone(case.form)), *as_far_as_read(_filing(case.form))]
    responsible += [*as_far_as_read(_delegated(case.form)), *as_far_as_read(_as_general_partner(case.form))]
    responsible += [*as_far_as_read(in_organs(case.form)), *_members(case.form)]
    responsible += [(path, key) for path, key in _to_call(case.form) if path == "contacts.finance.person"]
    ages: dict[str, int | None] = {}
    for path, key in responsible:
        if key not in ages:
            # Most hold several posts.
            person = case.form.person(key)
            ages[key] = case.age_of(person) if isinstance(person, NaturalPerson) else None
        if (age := ages[key]) is not None:
            yield path, age


def _as_general_partner(form: Form) -> Named:
    for place, row in enumerate(form.partner_rows):
        if row.liability == "general":
            yield f"partners.listed.{place}.person", row.person


def contacts(case: Case) -> Iterator[Problem]:
    if case.entity_type.finance_officer and case.form.contacts and case.form.contacts.finance is None:
        yield Problem("contacts.finance", "contacts.finance_missing")


def tax_and_social(case: Case) -> Iterator[Problem]:
    social, addons = case.form.social, case.form.addons
    if social and social.insured_count is not None and social.insured_count > social.headcount:
        yield Problem("social.insured_count", "social.insured_exceeds")
    if addons and addons.postal_delivery and addons.postal_address is None:
        yield Problem("addons.postal_address", "addons.postal_address_missing")


RULES: tuple[Rule, ...] = (
    persons,
    as_registered,
    references,
    ages,
    contacts,
    tax_and_social,
)
