"""The reservation of a case's name: how long it lasts, and whether a person must decide first."""

from collections.abc import Sequence
from datetime import date

from pydantic import ValidationError
from sqlmodel import Session

from registration.models import Application, RegisteredName
from registration.queries.case_rows import HELD_NAMES
from registration.rules.entity_types import type_row
from registration.rules.form.firm import Name
from registration.rules.registered_entity import is_shut


def reservation(session: Session, case: Application) -> RegisteredName | None:
    """The case's reserved name, decided on or not; None if its name is registered already."""
    return next((one for one in held_names(session, case) if one.status == "reserved"), None)


def name_held_until(session: Session, case: Application) -> date | None:
    """The last day of the reservation; None if nothing is reserved, or a person must decide first."""
    return held_until(reservation(session, case))


def held_until(held: RegisteredName | None) -> date | None:
    """As `name_held_until`, for a reservation that was read already."""
    return held.expires_on if held and not held.awaits_decision else None


def held_names(session: Session, case: Application) -> Sequence[RegisteredName]:
    """The case's names that are reserved or registered."""
    return HELD_NAMES.all(session, case_id=case.id)


def name_is_reserved(case: Application, held: Sequence[RegisteredName]) -> bool:
    """Whether the name in the form is one of those, or the type needs none and the form has none.

    A case about a registered entity that leaves the name alone needs no reservation.
    """
    if is_shut(case.matter, case.form, "section.name"):
        return True
    if "name" not in case.form and not type_row(case.entity_type).naming.required:
        return True
    proposed = _proposed_name(case)
    return any(one.name == proposed for one in held)


def _proposed_name(case: Application) -> str | None:
    """The present name in the form: an automatically saved draft may have another one than was checked and reserved."""
    try:
        return Name.model_validate(case.form.get("name")).full
    except ValidationError:
        return None
