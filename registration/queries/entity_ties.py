"""What ties a registered entity to others: open cases, branches, shares held in other entities, orders of courts."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from registration.keys.field_encryption import blind_index
from registration.models import Application, Entity, EntityCase, EntityOffice, Restraint
from registration.queries.state_filters import is_underway, stands
from registration.rules.restraints import BindingOrder

PARENT = "parent"
GONE = "deregistered"


def other_open_cases(session: Session, entity_id: int, *, but: int | None = None) -> tuple[str, ...]:
    """References of the cases about the entity that are neither drafts nor ended. `but` leaves out one, by id."""
    query = (
        select(col(Application.ref))
        .join(EntityCase, col(EntityCase.application_id) == col(Application.id))
        .where(col(EntityCase.entity_id) == entity_id, col(Application.id) != (but or 0), stands(is_underway))
        .order_by(col(Application.id))
    )
    return tuple(session.scalars(query))


def held_by(session: Session, entity: Entity) -> Sequence[tuple[str, str]]:
    """(capacity, name) of this organization in each entity that is still registered: PARENT, shareholder, partner."""
    query = (
        select(col(EntityOffice.capacity), col(Entity.name), col(Entity.code))
        .join(Entity, col(Entity.id) == col(EntityOffice.entity_id))
        .where(col(EntityOffice.number_hash) == blind_index(entity.code), col(Entity.status) != GONE)
        .where(col(Entity.id) != entity.id)
        .order_by(col(Entity.id))
    )
    return [(capacity, name or code) for capacity, name, code in session.execute(query)]


def orders_binding(session: Session, entity_id: int, *, on: date) -> tuple[BindingOrder, ...]:
    """The orders that bind the entity on this day, the oldest first."""
    query = (
        select(Restraint)
        .where(col(Restraint.entity_id) == entity_id, col(Restraint.lifted_at).is_(None))
        .where(col(Restraint.from_on) <= on, or_(col(Restraint.until_on).is_(None), col(Restraint.until_on) >= on))
        .order_by(col(Restraint.id))
    )
    return tuple(order_of(one) for one in session.scalars(query))


def order_of(one: Restraint) -> BindingOrder:
    return BindingOrder(one.court, one.paper_number, tuple(one.items), one.until_on)
