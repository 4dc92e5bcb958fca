"""Parses raw input to a section's model: every fault as a code, without Pydantic's messages and without the input."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from registration.rules.form.chosen import Chosen
from registration.rules.form.closing import Closing
from registration.rules.form.contributions import Shareholder, Shareholders
from registration.rules.form.documents import Documents
from registration.rules.form.duplicates import Duplicates
from registration.rules.form.faults import problems_of
from registration.rules.form.firm import Capital, Domicile, Name, Scope
from registration.rules.form.foreign import Foreign
from registration.rules.form.investor import Investor
from registration.rules.form.liquidation import Dissolution, Settlement
from registration.rules.form.meeting import Meeting
from registration.rules.form.members import Council, Members
from registration.rules.form.owners import Owners
from registration.rules.form.parent import Parent, Responsible
from registration.rules.form.partners import PartnerContribution, Partners
from registration.rules.form.persons import (
    Contacts,
    LegalPerson,
    LegalRep,
    NaturalPerson,
    Officers,
    Operator,
    People,
)
from registration.rules.form.reading import UNREAD, Reading, reader_of
from registration.rules.form.reduction import Reduction
from registration.rules.form.sections import ESTABLISHMENT, MODELS, OF_REGISTERED, sections_for
from registration.rules.form.tax_and_social import Addons, Five, Social, Tax
from registration.rules.form.values import Currency
from registration.rules.problems import InvalidForm, Problem


@dataclass(frozen=True, slots=True)
class Form:
    """The readable sections; None for one that is absent or faulty."""

    name: Name | None = None
    domicile: Domicile | None = None
    scope: Scope | None = None
    capital: Capital | None = None
    people: People | None = None
    shareholders: Shareholders | None = None
    officers: Officers | None = None
    legal_rep: LegalRep | None = None
    operator: Operator | None = None
    investor: Investor | None = None
    partners: Partners | None = None
    parent: Parent | None = None
    responsible: Responsible | None = None
    members: Members | None = None
    council: Council | None = None
    contacts: Contacts | None = None
    owners: Owners | None = None
    foreign: Foreign | None = None
    tax: Tax | None = None
    social: Social | None = None
    five: Five | None = None
    addons: Addons | None = None
    documents: Documents | None = None
    chosen: Chosen | None = None
    closing: Closing | None = None
    dissolution: Dissolution | None = None
    settlement: Settlement | None = None
    meeting: Meeting | None = None
    reduction: Reduction | None = None
    duplicates: Duplicates | None = None

    def person(self, key: str | None) -> NaturalPerson | LegalPerson | None:
        """The person with this key; a person with an unread key is never found."""
        return next((person for person in self.persons if person.has("key") and person.key == key), None)

    @property
    def persons(self) -> tuple[NaturalPerson | LegalPerson, ...]:
        return self.people.root if self.people else ()

    @property
    def holders(self) -> tuple[Shareholder, ...]:
        return self.shareholders.root if self.shareholders else ()

    @property
    def partner_rows(self) -> tuple[PartnerContribution, ...]:
        return self.partners.listed if self.partners else ()

    @property
    def is_filed_by_agent(self) -> bool:
        """As far as that can be read."""
        filer = self.contacts.filer if self.contacts and self.contacts.has("filer") else None
        return filer is not None and filer.has("role") and filer.role == "agent"

    def chooses(self, items: Collection[str]) -> bool:
        """Whether one of these items is chosen, or none is named."""
        return not items or (self.chosen is not None and not set(self.chosen.items).isdisjoint(items))

    @property
    def shares(self) -> list[tuple[str, Decimal]]:
        """Person and amount in ten thousand units of the currency of every contribution of a shareholder or partner."""
        held = [(row.person, row.subscribed_wan) for row in self.holders]
        return held + [(row.person, row.amount_wan) for row in self.partner_rows]

    @property
    def capital_wan(self) -> Decimal | None:
        """The capital on the licence, in ten thousand units of the currency; None if there is none."""
        chapter = self.capital or self.investor or self.partners or self.members
        return (chapter.amount_wan or None) if chapter else None

    @property
    def currency(self) -> Currency:
        """The currency of all amounts; CNY for an unread one."""
        chapter = self.capital or self.partners
        return chapter.currency if chapter and chapter.has("currency") else "CNY"

    @property
    def capital_field(self) -> str:
        """The field in which the capital is corrected."""
        if self.members:
            return "members.listed"
        if self.partners:
            return "partners.listed.0.amount_wan"
        return "investor.amount_wan" if self.investor else "capital.amount_wan"

    @property
    def copies(self) -> int:
        """How many duplicates of the licence are wanted."""
        chapter = self.capital or self.investor or self.partners or self.operator or self.members or self.responsible
        return chapter.copies if chapter else 1


def parse(section: str, raw: object, *, entity_type: str, regime: str) -> BaseModel:
    """The model of one section; InvalidForm with every fault of it."""
    _refuse_foreign(section, entity_type=entity_type, regime=regime)
    try:
        return MODELS[section].model_validate(raw)
    except ValidationError as error:
        raise InvalidForm(read_section(section, raw).problems or problems_of(section, error)) from None


def refuse_unknown(section: str, *, entity_type: str, regime: str, matter: str = ESTABLISHMENT) -> None:
    """Raises InvalidForm for a section that is unknown or not used for this type of entity."""
    if section not in MODELS:
        raise InvalidForm([Problem(section, "section.unknown")])
    if section not in {known.key for known in sections_for(entity_type, regime, matter)}:
        raise InvalidForm([Problem(section, "section.not_applicable")])


def _refuse_foreign(section: str, *, entity_type: str, regime: str) -> None:
    """As `refuse_unknown`, but a form of any matter may have what others have: that is refused where it is typed."""
    if section not in OF_REGISTERED:
        refuse_unknown(section, entity_type=entity_type, regime=regime)


def read_section(section: str, raw: object) -> Reading:
    """Reads a section field by field: values for draft and rules, and faults. KeyError for an unknown section."""
    return reader_of(MODELS[section]).read(raw, section)


def read(raw: Mapping[str, object], *, entity_type: str, regime: str) -> tuple[Form, tuple[Problem, ...]]:
    """The valid sections of a draft, and the faults of the others. An absent section is no fault here."""
    found = read_both(raw, entity_type=entity_type, regime=regime)
    return found.valid, found.problems


def read_partly(raw: Mapping[str, object], *, entity_type: str, regime: str) -> tuple[Form, tuple[Problem, ...]]:
    """As `read`, with the readable fields of faulty sections. For rules only: other fields raise Unread."""
    found = read_both(raw, entity_type=entity_type, regime=regime)
    return found.partly, found.problems


@dataclass(frozen=True)
class ReadForm:
    """A draft as it was read: what `read` and `read_partly` give."""

    valid: Form
    partly: Form
    problems: tuple[Problem, ...]


def read_both(
    raw: Mapping[str, object],
    *,
    entity_type: str,
    regime: str,
    known: Mapping[str, BaseModel] = MappingProxyType({}),
) -> ReadForm:
    """`known` are valid sections that were read before, from the same answers."""
    valid: dict[str, Any] = {}
    partly: dict[str, Any] = {}
    problems: list[Problem] = []
    of_type = {one.key for one in sections_for(entity_type, regime)} | OF_REGISTERED
    for section in raw:
        if section in known:
            valid[section] = known[section]
            continue
        value = raw[section]
        try:
            if section not in of_type:
                refuse_unknown(section, entity_type=entity_type, regime=regime)
            valid[section] = MODELS[section].model_validate(value)
        except InvalidForm as unknown:
            problems.extend(unknown.problems)
        except ValidationError as error:
            reading = read_section(section, value)
            problems.extend(reading.problems or problems_of(section, error))
            partly[section] = None if reading.value is UNREAD else reading.value
    return ReadForm(Form(**valid), Form(**valid, **partly), tuple(problems))


def dump(form: Form) -> dict[str, Any]:
    """The inverse of `read`: the draft of this form."""
    values = ((item.name, getattr(form, item.name)) for item in fields(form))
    return {key: value.model_dump(mode="json") for key, value in values if value is not None}
