"""Organizations of a form in the register of this deployment: the parent of a branch, shareholders and partners."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration.models import Entity, Licence
from registration.queries.licences import ENDED
from registration.rules.registered_parent import RegisteredParent
from registration.rules.tidy import UntidyText, tidy_code


def registered_parent(session: Session, form: Mapping[str, Any]) -> RegisteredParent | None:
    """The entity whose code the section `parent` of this raw form has; None for one that is not registered here."""
    section = form.get("parent")
    return registered_organization(session, section) if isinstance(section, Mapping) else None


def registered_organization(session: Session, raw: Mapping[str, Any]) -> RegisteredParent | None:
    """The entity whose code these raw answers about an organization have; None for one that is not registered here."""
    code = _code_in(raw)
    entity = session.scalars(select(Entity).where(col(Entity.code) == code)).one_or_none() if code else None
    if entity is None:
        return None
    of_entity = col(Licence.application_id) == entity.application_id, col(Licence.status) != "prepared"
    sheets = select(Licence).where(*of_entity).order_by(col(Licence.edition).desc(), col(Licence.id))
    newest = session.scalars(sheets.limit(1)).one_or_none()
    facts: Mapping[str, Any] = newest.particulars if newest else entity.facts
    return RegisteredParent(
        name=entity.name,
        type_text=str(facts.get("type_text") or ""),
        representatives=tuple(str(facts.get("delegate") or facts.get("representative") or "").split("、")),
        scope=(*facts.get("general_items", ()), *facts.get("licensed_items", ())),
        in_force=entity.status not in ENDED and newest is not None and newest.status == "issued",
    )


def _code_in(section: Mapping[str, Any]) -> str:
    try:
        return tidy_code(str(section.get("uscc") or ""))
    except UntidyText:
        return ""
