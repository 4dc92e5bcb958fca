"""Who must sign an application, and in which capacities."""

from dataclasses import dataclass

from registration.rules.form import Form
from registration.rules.form.persons import LegalPerson
from registration.rules.kinds import is_company


@dataclass(frozen=True, slots=True)
class Signer:
    """One person who signs once for all capacities. A legal person is signed for by its representative.

    `person_key` points into the form's people; `name` is who signs, `signs_for` the organization, if any.
    """

    person_key: str
    name: str
    capacities: tuple[str, ...]
    signs_for: str | None = None
    email: str | None = None
    mobile: str | None = None


CAPACITIES: dict[str, tuple[str, str]] = {
    "shareholder": ("股东", "Shareholder"),
    "legal_rep": ("法定代表人", "Legal representative"),
    "director": ("董事", "Director"),
    "supervisor": ("监事", "Supervisor"),
    "manager": ("经理", "Manager"),
    "operator": ("经营者", "Operator"),
}


def signers_for(form: Form, *, entity_type: str) -> list[Signer]:
    """Those who sign, in the order of the form's people.

    A company's shareholders sign the articles and the application, its legal representative applies, its directors,
    supervisors and managers accept their appointments (Implementing Rules arts. 15, 25-26); of an individual business
    the operator signs. Persons who are named but not filled in yet are left out.
    """
    roles = _company(form) if is_company(entity_type) else _individual(form)
    return [_signer(person.key, roles[person.key], form) for person in form.persons if person.key in roles]


def _company(form: Form) -> dict[str, tuple[str, ...]]:
    officers = form.officers
    held = [
        ("shareholder", [row.person for row in form.holders]),
        ("legal_rep", [form.legal_rep.person] if form.legal_rep else []),
        ("director", [row.person for row in officers.directors] if officers else []),
        ("supervisor", list(officers.supervisors) if officers else []),
        ("manager", list(officers.managers) if officers else []),
    ]
    keys = dict.fromkeys(key for _, named in held for key in named)
    return {key: tuple(capacity for capacity, named in held if key in named) for key in keys}


def _individual(form: Form) -> dict[str, tuple[str, ...]]:
    return {form.operator.person: ("operator",)} if form.operator else {}


def _signer(key: str, capacities: tuple[str, ...], form: Form) -> Signer:
    person = next(person for person in form.persons if person.key == key)
    if isinstance(person, LegalPerson):
        return Signer(key, person.representative, capacities, person.name, person.email, person.mobile)
    return Signer(key, person.name, capacities, None, person.email, person.mobile)
