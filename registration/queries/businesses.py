"""The registered entities for which an account may apply, and what can be begun for each now."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from registration import clock
from registration.actor import Actor
from registration.clock import local_date
from registration.errors import NotFound
from registration.matters import current, definition_of, matters
from registration.models import Account, Application, Entity, EntityAccount, Registrar
from registration.queries.entity_facts import FactsBefore
from registration.queries.registered_entities import is_of_entity
from registration.rules.guards import ENTITY_GUARDS
from registration.rules.registered_entity import is_for, items_of_type
from workflows.errors import Blocker


@dataclass(frozen=True)
class OfferedMatter:
    """A matter that entities of this type have; `blockers` say why it cannot begin now."""

    matter: str
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True)
class Helper:
    """An account that may apply for the entity; `is_founder` for the one that founded it."""

    ref: str
    name: str
    is_founder: bool


@dataclass(frozen=True)
class Business:
    """An entity as its account sees it. `cases` are all cases about it, the newest first."""

    entity: Entity
    registrar: Registrar
    offered: tuple[OfferedMatter, ...]
    cases: tuple[Application, ...]
    helpers: tuple[Helper, ...]


def require_business(session: Session, code: str, *, actor: Actor) -> Entity:
    """The entity with this code, if the account may apply for it; else NotFound, as for one that does not exist."""
    query = (
        select(Entity)
        .join(EntityAccount, col(EntityAccount.entity_id) == col(Entity.id))
        .where(col(Entity.code) == code, col(EntityAccount.account_id) == actor.account_id)
        .where(col(EntityAccount.ended_at).is_(None))
    )
    found = session.scalars(query).one_or_none()
    if found is None or actor.is_staff:
        raise NotFound(code=code)
    return found


def businesses_of(session: Session, *, actor: Actor) -> Sequence[tuple[Entity, Registrar]]:
    """Every entity of the account with its registrar, by name."""
    query = (
        select(Entity, Registrar)
        .join(EntityAccount, col(EntityAccount.entity_id) == col(Entity.id))
        .join(Registrar, col(Registrar.code) == col(Entity.registrar_code))
        .where(col(EntityAccount.account_id) == actor.account_id, col(EntityAccount.ended_at).is_(None))
        .order_by(col(Entity.name), col(Entity.id))
    )
    return [(entity, registrar) for entity, registrar in session.execute(query)]


def business(session: Session, code: str, *, actor: Actor) -> Business:
    """One entity with its cases. NotFound if the account may not apply for it."""
    entity = require_business(session, code, actor=actor)
    registrar = session.get_one(Registrar, entity.registrar_code)
    cases = session.scalars(
        select(Application).where(is_of_entity(col(Application.id), entity)).order_by(col(Application.id).desc())
    )
    return Business(entity, registrar, offered_matters(session, entity), tuple(cases), _helpers(session, entity))


def _helpers(session: Session, entity: Entity) -> tuple[Helper, ...]:
    query = (
        select(col(Account.ref), col(Account.name), col(EntityAccount.given_by))
        .join(EntityAccount, col(EntityAccount.account_id) == col(Account.id))
        .where(col(EntityAccount.entity_id) == entity.id, col(EntityAccount.ended_at).is_(None))
        .order_by(col(EntityAccount.since_at), col(Account.id))
    )
    return tuple(Helper(ref, name, given_by is None) for ref, name, given_by in session.execute(query))


def where_terms_are_shortened(entity: Entity) -> tuple[str, str] | None:
    """The matter and the item in which the terms of payment of such a company are shortened."""
    found = (
        (matter, key)
        for matter in matters()
        for key, row in items_of_type(matter, entity.entity_type).items()
        if row.shortens_terms
    )
    return next(found, None)


def offered_matters(session: Session, entity: Entity) -> tuple[OfferedMatter, ...]:
    """Every matter that an entity of this type has, with the reasons why it cannot begin now."""
    registrar = session.get_one(Registrar, entity.registrar_code)
    facts, found = FactsBefore(session, entity, today=local_date(clock.now())), []
    for matter in matters():
        if not is_for(matter, entity.entity_type):
            continue
        facts.matter = matter
        table = definition_of(current(matter, chosen=registrar.definitions) or "")
        asked = [guard for guard in ENTITY_GUARDS if guard.__name__ in table.guards]
        found.append(OfferedMatter(matter, tuple(blocker for guard in asked if (blocker := guard(facts)))))
    return tuple(found)
