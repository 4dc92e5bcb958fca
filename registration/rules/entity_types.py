"""The official type of an entity: its code in the SAMR list and the text that the licence prints."""

from dataclasses import dataclass
from decimal import Decimal

from registration.rules.form import Form
from registration.rules.form.persons import LegalPerson, NaturalPerson
from registration.rules.kinds import EntityType
from registration.rules.reference import table


@dataclass(frozen=True, slots=True)
class OfficialType:
    """A row of the list of types: SAMR code (four digits) and texts."""

    key: str
    held: str
    code: str
    printed_zh: str
    name_zh: str
    name_en: str


def official_type(form: Form, *, entity_type: str) -> OfficialType:
    """The type that follows from who holds the shares. Persons not yet filled in count as natural ones."""
    held = _held(form, EntityType(entity_type))
    return next(
        OfficialType(**row) for row in table("entity_types") if (row["key"], row["held"]) == (entity_type, held)
    )


def _held(form: Form, entity_type: EntityType) -> str:
    if entity_type is EntityType.LLC_SINGLE:
        owner = form.person(form.holders[0].person) if form.holders else None
        return "natural" if not isinstance(owner, LegalPerson) else "state" if owner.state_held else "other"
    if entity_type is EntityType.LLC and form.holders:
        return "natural" if _natural_share(form) * 2 > sum(row.subscribed_wan for row in form.holders) else "other"
    return "natural"


def _natural_share(form: Form) -> Decimal:
    natural = {person.key for person in form.persons if isinstance(person, NaturalPerson)}
    return sum((row.subscribed_wan for row in form.holders if row.person in natural), Decimal(0))
