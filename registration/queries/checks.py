"""The reservation of a case's name: how long it lasts, and whether a person must decide first."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from registration.models import Application, RegisteredName


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
