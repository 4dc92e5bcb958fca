"""The reservation of a case's name: how long it lasts, and whether a person must decide first."""

from datetime import date

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import Session, col

from registration.models import Application, RegisteredName
from registration.rules.entity_types import type_row
from registration.rules.form.firm import Name
from registration.rules.registered_entity import chosen_items, opened_sections


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


def name_is_reserved(session: Session, case: Application) -> bool:
    """Whether the name in the form is this case's, or the type needs none and the form has none.

    A case about a registered entity that leaves the name alone needs no reservation.
    """
    opened = opened_sections(case.matter, chosen_items(case.form))
    if opened is not None and "name" not in opened:
        return True
    if "name" not in case.form and not type_row(case.entity_type).naming.required:
        return True
    held = select(col(RegisteredName.id)).where(
        col(RegisteredName.application_id) == case.id,
        col(RegisteredName.name) == _proposed_name(case),
        col(RegisteredName.status).in_(("reserved", "registered")),
    )
    return session.execute(held).first() is not None


def _proposed_name(case: Application) -> str | None:
    """The present name in the form: an automatically saved draft may have another one than was checked and reserved."""
    try:
        return Name.model_validate(case.form.get("name")).full
    except ValidationError:
        return None
