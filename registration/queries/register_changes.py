"""What a case about a registered entity changes: each item of the register before and after."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registration.keys.field_encryption import decrypt_form
from registration.matters import definition_of
from registration.models import Application, Entity, EntityCase, EntityFact
from registration.queries.register import opened
from registration.queries.registered_entities import entity_of_case, registered_form, with_opened
from registration.rules.form import read
from registration.rules.printing import printed_facts
from registration.rules.register_facts import form_values, printed_values
from registration.rules.register_items import STATE, register_items
from registration.rules.register_words import item_label, value_lines
from registration.rules.registered_entity import register_rows, sections_changed

# Homes are for the pages of persons; the articles are a document, of which the register has the checksum alone.
NOT_SHOWN = ("residences", "articles")


@dataclass(frozen=True)
class ItemChange:
    """One item of the register; None where it has no value. `item` is a key of reference/register_items.yaml."""

    item: str
    before: Any
    after: Any


@dataclass(frozen=True)
class ItemChangeText:
    """A change in words: the item's label, and the lines of its value before and after."""

    change: ItemChange
    label: str
    before: Sequence[str]
    after: Sequence[str]


def changes_of(
    session: Session, case: Application, *, entity: Entity | None = None, registered: Mapping[str, Any] | None = None
) -> tuple[ItemChange, ...]:
    """Of an open case against the register, of one that is registered what it wrote. Empty for one that founds.

    The entity and what is `registered` of it are read unless they are given.
    """
    entity = entity or entity_of_case(session, case)
    if entity is None:
        return ()
    written = _written(session, case, entity)
    return written or _proposed(session, case, entity, registered or registered_form(session, entity))


def shown_changes(
    session: Session,
    case: Application,
    lang: str,
    *,
    entity: Entity | None = None,
    registered: Mapping[str, Any] | None = None,
) -> list[ItemChangeText]:
    """The changes that are shown, in words."""
    return [
        ItemChangeText(
            one,
            item_label(one.item, entity_type=case.entity_type, lang=lang),
            value_lines(one.item, one.before, lang),
            value_lines(one.item, one.after, lang),
        )
        for one in changes_of(session, case, entity=entity, registered=registered)
        if one.item not in NOT_SHOWN
    ]


def _written(session: Session, case: Application, entity: Entity) -> tuple[ItemChange, ...]:
    earlier, of_case = aliased(EntityFact), aliased(Application)
    query = (
        select(EntityFact, earlier, col(of_case.ref))
        .outerjoin(
            earlier,
            and_(
                col(earlier.entity_id) == col(EntityFact.entity_id),
                col(earlier.item) == col(EntityFact.item),
                col(earlier.version) == col(EntityFact.version) - 1,
            ),
        )
        .outerjoin(of_case, col(of_case.id) == col(earlier.application_id))
        .where(col(EntityFact.application_id) == case.id, col(EntityFact.entity_id) == entity.id)
        .order_by(col(EntityFact.version))
    )
    found: dict[str, ItemChange] = {}
    for fact, before, ref in session.execute(query):
        first = found.get(fact.item) or ItemChange(fact.item, opened(before, case=ref) if before else None, None)
        found[fact.item] = ItemChange(fact.item, first.before, opened(fact, case=case.ref))
    return tuple(found[item] for item in register_items() if item in found and not _is_passing(case, found[item]))


def _is_passing(case: Application, change: ItemChange) -> bool:
    """Whether it is the state that a registration has only while its case is open, or had until it was given back."""
    rows = register_rows(case.matter)
    if change.item != STATE or rows is None or rows.ends_as is None:
        return False
    return bool(change.after["state"] != rows.ends_as)


def _proposed(
    session: Session, case: Application, entity: Entity, registered: Mapping[str, Any]
) -> tuple[ItemChange, ...]:
    form = decrypt_form(case.form, case=case.ref)
    before = values_of(registered, entity_type=entity.entity_type, regime=case.regime)
    new = with_opened(registered, form, sections_changed(case.matter, form))
    after = values_of(new, entity_type=case.entity_type, regime=case.regime)
    changed = (
        ItemChange(item, before.get(item), after.get(item))
        for item in register_items()
        if item != STATE and before.get(item) != after.get(item)
    )
    return (*_end(session, case, entity), *changed)


def _end(session: Session, case: Application, entity: Entity) -> Iterator[ItemChange]:
    """The state that an open case is to give the registration, beside that of before the case."""
    rows, made = register_rows(case.matter), session.get(EntityCase, case.id)
    if rows is None or rows.ends_as is None or definition_of(case.definition).states[case.state].kind == "final":
        return
    before = made.state_before if made is not None and made.state_before else entity.status
    yield ItemChange(STATE, {"state": before}, {"state": rows.ends_as})


def values_of(form: Mapping[str, Any], *, entity_type: str, regime: str) -> dict[str, Any]:
    """Item -> value, of a whole raw form. The text of the articles has no value here: it is a paper of the case."""
    answers, _ = read(form, entity_type=entity_type, regime=regime)
    values = printed_values(printed_facts(answers, entity_type=entity_type, regime=regime))
    return values | form_values(answers, entity_type=entity_type, digest="")
