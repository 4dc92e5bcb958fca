"""Automatic checks for the examiner: how long the name is reserved, and other entities at the address."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration.keys.field_encryption import DecryptedForm
from registration.models import Application, Entity, RegisteredName
from registration.rules.regions import address_text

MOST = 5


def reservation(session: Session, case: Application) -> RegisteredName | None:
    """The case's reserved name, decided on or not; None if its name is registered already."""
    query = select(RegisteredName).where(
        col(RegisteredName.application_id) == case.id, col(RegisteredName.status) == "reserved"
    )
    return session.scalars(query.limit(1)).one_or_none()


def name_held_until(session: Session, case: Application) -> date | None:
    """The last day of the reservation; None if nothing is reserved, or a person must decide first."""
    held = reservation(session, case)
    return held.expires_on if held and not held.awaits_decision else None


def name_awaits_decision(session: Session, case: Application) -> bool:
    """Whether a person must decide on the name before it is reserved."""
    held = reservation(session, case)
    return held is not None and held.awaits_decision


def at_same_domicile(session: Session, case: Application) -> Sequence[Entity]:
    """Active entities of the same registrar at exactly this address, five at most."""
    domicile = DecryptedForm(case.form, case=case.ref).get("domicile") or {}
    region, street = str(domicile.get("region") or ""), str(domicile.get("street") or "")
    if not region or not street:
        return []
    address: Any = col(Entity.facts)["domicile"]
    query = select(Entity).where(
        col(Entity.registrar_code) == case.registrar_code,
        col(Entity.status) == "active",
        col(Entity.application_id) != case.id,
        address.as_string() == address_text(region, street),
    )
    return session.scalars(query.order_by(col(Entity.id)).limit(MOST)).all()
