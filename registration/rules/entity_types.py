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
        if not isinstance(owner, LegalPerson):
            return "natural"
        return "other" if owner.held_by == "natural" and not _is_of_state(owner) else "state"
    if entity_type is EntityType.LLC and form.holders:
        return _majority(form)
    return "natural"


def _majority(form: Form) -> str:
    """Whose shares make more than half: natural persons', the state's, or neither's."""
    natural = {person.key for person in form.persons if isinstance(person, NaturalPerson)}
    state = {person.key for person in form.persons if isinstance(person, LegalPerson) and _is_of_state(person)}
    half = sum((row.subscribed_wan for row in form.holders), Decimal(0)) / 2
    if _share(form, natural) > half:
        return "natural"
    return "state" if _share(form, state) > half else "other"


def _is_of_state(person: LegalPerson) -> bool:
    """Chosen to be held by the state, or an authority by its code (GB 32100-2015: department 1, class 1)."""
    return person.held_by == "state" or person.uscc.startswith("11")


def _share(form: Form, keys: set[str]) -> Decimal:
    return sum((row.subscribed_wan for row in form.holders if row.person in keys), Decimal(0))
