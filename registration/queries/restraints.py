"""The orders of courts that bind entities of a registrar, with their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from registration.actor import Actor
from registration.keys.field_encryption import decrypt
from registration.models import Entity, Restraint
from registration.queries.entity_ties import order_of
from registration.rules.restraints import BindingOrder

MOST = 100


@dataclass(frozen=True)
class RestraintRow:
    """An order with its entity and its reasons in the clear."""

    restraint: Restraint
    entity: Entity
    reason: str
    lifted_reason: str

    @property
    def order(self) -> BindingOrder:
        return order_of(self.restraint)


def restraints_at(session: Session, *, actor: Actor, lifted: bool) -> Sequence[RestraintRow]:
    """Those of the own registrar: in force or to come, or lifted; the newest first."""
    gone = col(Restraint.lifted_at).is_not(None) if lifted else col(Restraint.lifted_at).is_(None)
    query = (
        select(Restraint, Entity)
        .join(Entity, col(Entity.id) == col(Restraint.entity_id))
        .where(col(Restraint.registrar_code) == actor.registrar_code, gone)
        .order_by(col(Restraint.id).desc())
        .limit(MOST)
    )
    return [_row(one, entity) for one, entity in session.execute(query)]


def _row(one: Restraint, entity: Entity) -> RestraintRow:
    reason, lifted = (decrypt(text, case=one.ref) if text else "" for text in (one.reason, one.lifted_reason))
    return RestraintRow(one, entity, reason, lifted)
