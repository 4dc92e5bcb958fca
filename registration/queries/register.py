"""The register as of a day: the versions of an entity's items, and what is public of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration.errors import InvalidInput
from registration.keys.field_encryption import MARK, decrypt
from registration.matters import matter_title
from registration.models import Application, Entity, EntityFact
from registration.rules.problems import Problem
from registration.rules.register_items import RegisterItem, register_items
from registration.rules.register_words import CAUSES
from workflows.definition.values import Text


@dataclass(frozen=True)
class Version:
    """One version of one item with its value in the clear, None where the item ends."""

    item: str
    number: int
    valid_on: date
    cause: str
    ref: str
    value: Any

    @property
    def row(self) -> RegisterItem:
        return register_items()[self.item]


@dataclass(frozen=True)
class Registered:
    """An entity as of a day: the version of each item that was valid then, and every version up to then, newest first.

    Empty before its foundation. `entity_type` is that of the day.
    """

    entity: Entity
    entity_type: str
    on: date
    versions: Sequence[Version]
    history: Sequence[Version]

    def value(self, item: str) -> Any:
        return next((one.value for one in self.versions if one.item == item), None)

    @property
    def name(self) -> str:
        """The name of that day; empty without one."""
        return str(self.value("name") or "")


def cause_of(cause: str) -> Text:
    """What made a version: an act on the licence, or the matter of the case."""
    return Text(**CAUSES[cause]) if cause in CAUSES else matter_title(cause)


def newest_values(session: Session, entity_id: int) -> dict[str, tuple[int, Any]]:
    """Item -> number and value of its newest version."""
    query = (
        select(EntityFact, col(Application.ref))
        .join(Application, col(Application.id) == col(EntityFact.application_id))
        .where(col(EntityFact.entity_id) == entity_id)
        .order_by(col(EntityFact.version))
    )
    newest = {fact.item: (fact, ref) for fact, ref in session.execute(query)}
    return {item: (fact.version, opened(fact, case=ref)) for item, (fact, ref) in newest.items()}


def opened(fact: EntityFact, *, case: str) -> Any:
    """The value in the clear; `case` is the reference of the case that made the version."""
    sealed = isinstance(fact.value, str) and fact.value.startswith(MARK)
    return json.loads(decrypt(fact.value, case=case)) if sealed else fact.value


def entity_with(session: Session, code: str) -> Entity | None:
    """The registered entity with this code; None for one whose first licence is still to be made, too."""
    registered = select(col(EntityFact.id)).where(col(EntityFact.entity_id) == col(Entity.id)).exists()
    return session.scalars(select(Entity).where(col(Entity.code) == code, registered)).one_or_none()


def day_asked(typed: str, entity: Entity, *, today: date) -> date:
    """The day that was typed, or today. InvalidInput at `on` for no day, one to come, and one before the foundation."""
    try:
        day = date.fromisoformat(typed.strip()) if typed.strip() else today
    except ValueError:
        raise InvalidInput([Problem("on", "register.day_malformed")]) from None
    if day > today:
        raise InvalidInput([Problem("on", "register.day_to_come")])
    if day < entity.founded_on:
        raise InvalidInput([Problem("on", "register.day_early", {"founded": entity.founded_on.isoformat()})])
    return day


def registered_on(session: Session, entity: Entity, day: date, *, public: bool) -> Registered:
    """What the register had on `day`. With `public`, only items that everybody may read."""
    query = (
        select(EntityFact, col(Application.ref), col(Application.entity_type))
        .join(Application, col(Application.id) == col(EntityFact.application_id))
        .where(col(EntityFact.entity_id) == entity.id, col(EntityFact.valid_on) <= day)
        .order_by(col(EntityFact.id))
    )
    items, rows = register_items(), session.execute(query).all()
    found = [
        Version(fact.item, fact.version, fact.valid_on, fact.cause, ref, opened(fact, case=ref))
        for fact, ref, _kind in rows
        if items[fact.item].is_public or not public
    ]
    # A case that writes the type has the type that it gives; a correction is on the case that founded the entity.
    types = [kind for fact, _ref, kind in rows if fact.item == "type" and fact.cause != "correct"]
    newest: Mapping[str, Version] = {one.item: one for one in found}
    valid = [newest[item] for item in items if item in newest and newest[item].value is not None]
    return Registered(entity, types[-1] if types else entity.entity_type, day, valid, found[::-1])
