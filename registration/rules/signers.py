"""Who must sign an application, and in which capacities."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from registration.rules.entity_types import EntityType, type_row
from registration.rules.form import Form
from registration.rules.form.parent import PARENT, Parent
from registration.rules.form.persons import LegalPerson
from registration.rules.identity import IdKind, kind_of
from registration.rules.languages import pair
from registration.rules.registered_entity import signing_capacities
from registration.rules.tidy import name_key


@dataclass(frozen=True, slots=True)
class Signer:
    """One natural person, who signs once for all capacities, also for every organization that the person represents.

    `keys` are the entries of the form that this signature covers; `person_key` is the first, by which the signer is
    known. `name` is the signer's, `organizations` are the names of those the person represents. `foreign`: the document
    is a foreign one.
    """

    keys: tuple[str, ...]
    name: str
    capacities: tuple[str, ...]
    organizations: tuple[str, ...] = ()
    email: str | None = None
    mobile: str | None = None
    foreign: bool = False

    @property
    def person_key(self) -> str:
        return self.keys[0]


# Documents of persons who are written to in English, unless the applicant chooses otherwise.
FOREIGN: frozenset[IdKind] = frozenset({"passport", "foreign_permanent"})

CAPACITIES: dict[str, dict[str, str]] = {
    "shareholder": pair("股东", "Shareholder"),
    "promoter": pair("发起人", "Promoter"),
    "legal_rep": pair("法定代表人", "Legal representative"),
    "director": pair("董事", "Director"),
    "supervisor": pair("监事", "Supervisor"),
    "manager": pair("经理", "Manager"),
    "operator": pair("经营者", "Operator"),
    "investor": pair("投资人", "Investor"),
    "general_partner": pair("普通合伙人", "General partner"),
    "limited_partner": pair("有限合伙人", "Limited partner"),
    "executive_partner": pair("执行事务合伙人", "Executive partner"),
    "delegate": pair("委派代表", "Delegate"),
    "parent": pair("所从属的企业", "Parent"),
    "responsible": pair("负责人", "Responsible person"),
    "member": pair("成员", "Member"),
    "chair": pair("理事长", "Chair"),
    "council_member": pair("理事", "Member of the council"),
    "council_supervisor": pair("监事", "Supervisor"),
    "guardian": pair("监护人", "Guardian"),
    "finance": pair("财务负责人", "Finance officer"),
    "liaison": pair("登记联络员", "Registration liaison"),
    "filer": pair("办理人", "Person who files"),
    "agent": pair("委托代理人", "Agent"),
    "minutes": pair("会议主持人或者出席会议的人", "Chair of the meeting, or attended it"),
    "liquidator": pair("清算组负责人", "Head of the liquidation group"),
}


# The holders of each capacity, by the keys of the form's people, in the order of the form.
HOLDERS: Mapping[str, Callable[[Form], Iterable[str]]] = {
    "shareholder": lambda form: (row.person for row in form.holders),
    "promoter": lambda form: (row.person for row in form.holders),
    "legal_rep": lambda form: (form.legal_rep.person,) if form.legal_rep else (),
    "director": lambda form: (row.person for row in form.officers.directors) if form.officers else (),
    "supervisor": lambda form: form.officers.supervisors if form.officers else (),
    "manager": lambda form: form.officers.managers if form.officers else (),
    "operator": lambda form: (form.operator.person,) if form.operator else (),
    "investor": lambda form: (form.investor.person,) if form.investor else (),
    "general_partner": lambda form: (row.person for row in form.partner_rows if row.liability == "general"),
    "limited_partner": lambda form: (row.person for row in form.partner_rows if row.liability == "limited"),
    "executive_partner": lambda form: (row.person for row in form.partner_rows if row.executes),
    "delegate": lambda form: (row.delegate for row in form.partner_rows if row.delegate),
    "parent": lambda form: (PARENT,) if form.parent else (),
    "responsible": lambda form: (form.responsible.person,) if form.responsible else (),
    "member": lambda form: (row.person for row in form.members.listed) if form.members else (),
    "chair": lambda form: (form.council.person,) if form.council else (),
    "council_member": lambda form: form.council.directors if form.council else (),
    "council_supervisor": lambda form: form.council.supervisors if form.council else (),
}


def signers_for(form: Form, *, entity_type: str) -> list[Signer]:
    """The signers, in the order of the form's people.

    Every person with a capacity in the type's row: a company's shareholders sign the articles and the application,
    its legal representative applies, its directors, supervisors and managers accept their appointments (Implementing
    Rules arts. 15, 25-26). The parent of a branch applies, the responsible person accepts. Liaison, finance officer
    and filer prove identity with the same link (art. 16). For a minor a guardian signs (Civil Code art. 23). One
    person signs once, whatever the capacities and the organizations that the person represents: persons are the same
    if name and number of document are. Persons who are named but not filled in yet are left out.
    """
    row, signing = type_row(entity_type), signing_capacities(form)
    named = [*((capacity, key) for capacity in row.capacities for key in HOLDERS[capacity](form)), *_contacts(form)]
    held = [(capacity, key) for capacity, key in named if signing is None or capacity in signing]
    roles = _by_person(_with_guardians(form, held, row))
    found: dict[tuple[str, str], Signer] = {}
    for identity, signer in _each(form, roles):
        found[identity] = _merged(found[identity], signer) if identity in found else signer
    return list(found.values())


def signer_with(form: Form, key: str, *, entity_type: str) -> Signer | None:
    """The signer who is known by `key` or signs for the entry with this key."""
    return next((one for one in signers_for(form, entity_type=entity_type) if key in one.keys), None)


Identity = tuple[str, str]


def _each(form: Form, roles: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Identity, Signer]]:
    """The signature of each entry of the form that needs one, with the person who gives it."""
    if (parent := form.parent) and PARENT in roles:
        # The parent of a branch applies for it (Regulation art. 23).
        yield _representative(parent, PARENT, roles[PARENT])
    for person in form.persons:
        if person.key not in roles:
            continue
        if isinstance(person, LegalPerson):
            yield _representative(person, person.key, roles[person.key])
        else:
            own = Signer((person.key,), person.name, roles[person.key], (), person.email, person.mobile)
            foreign = person.id_type in FOREIGN
            yield (name_key(person.name), person.id_no), replace(own, foreign=foreign)


def _representative(one: LegalPerson | Parent, key: str, capacities: tuple[str, ...]) -> tuple[Identity, Signer]:
    foreign = kind_of(one.representative_id_no) in FOREIGN
    signer = Signer((key,), one.representative, capacities, (one.name,), one.email, one.mobile, foreign)
    return (name_key(one.representative), one.representative_id_no), signer


def _merged(first: Signer, second: Signer) -> Signer:
    """One signer for both entries. The person's own entry is the one by which the signer is known."""
    own, other = (second, first) if first.organizations and not second.organizations else (first, second)
    return Signer(
        (*own.keys, *other.keys),
        own.name,
        tuple(dict.fromkeys((*first.capacities, *second.capacities))),
        (*first.organizations, *second.organizations),
        own.email or other.email,
        own.mobile or other.mobile,
        own.foreign or other.foreign,
    )


Held = tuple[str, str]


def _contacts(form: Form) -> Iterator[Held]:
    for key in (form.meeting.host, *form.meeting.attended) if form.meeting else ():
        yield "minutes", key
    if form.dissolution and form.dissolution.head:
        yield "liquidator", form.dissolution.head
    contacts = form.contacts
    if contacts is None:
        return
    if contacts.finance and contacts.finance.person:
        yield "finance", contacts.finance.person
    if contacts.liaison.person:
        yield "liaison", contacts.liaison.person
    if contacts.filer:
        yield "agent" if contacts.filer.role == "agent" else "filer", contacts.filer.person


def _with_guardians(form: Form, held: Iterable[Held], row: EntityType) -> Iterator[Held]:
    for capacity, key in held:
        may_be_minor = capacity in row.capacities and row.capacities[capacity].guardian
        guardian = getattr(form.person(key), "guardian", None) if may_be_minor else None
        yield ("guardian", guardian) if guardian else (capacity, key)


def _by_person(held: Iterable[Held]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for capacity, key in held:
        if capacity not in found.get(key, ()):
            found[key] = (*found.get(key, ()), capacity)
    return found
