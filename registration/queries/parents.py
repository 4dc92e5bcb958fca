"""Organizations of a form in the register of this deployment: the parent of a branch, shareholders and partners."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration.models import Entity, Licence
from registration.queries.licences import ENDED
from registration.rules.form.parties import parties_in
from registration.rules.ledger import STANDING
from registration.rules.registered_parent import RegisteredParent
from registration.rules.tidy import UntidyText, tidy_code


def registered_organizations(session: Session, form: Mapping[str, Any]) -> dict[str, RegisteredParent]:
    """By code, the organizations of this raw form that are registered here."""
    return _registered(session, {_code_in(one) for one in parties_in(form) if one.get("kind") == "legal"})


def registered_organization(session: Session, raw: Mapping[str, Any]) -> RegisteredParent | None:
    """The entity whose code these raw answers about an organization have; None for one that is not registered here."""
    code = _code_in(raw)
    return _registered(session, {code}).get(code)


def _registered(session: Session, codes: set[str]) -> dict[str, RegisteredParent]:
    """The empty code is nobody's."""
    wanted = codes - {""}
    if not wanted:
        return {}
    entities = list(session.scalars(select(Entity).where(col(Entity.code).in_(wanted))))
    newest = _newest_sheets(session, {one.application_id for one in entities if one.application_id is not None})
    return {one.code: _as_registered(one, newest.get(one.application_id)) for one in entities}


def _newest_sheets(session: Session, applications: set[int]) -> dict[int | None, Licence]:
    """The first sheet of the newest edition of each."""
    issued = col(Licence.application_id).in_(applications), col(Licence.status) != "prepared"
    sheets = select(Licence).where(*issued).order_by(col(Licence.edition), col(Licence.id).desc())
    return {one.application_id: one for one in session.scalars(sheets)} if applications else {}


def _as_registered(entity: Entity, newest: Licence | None) -> RegisteredParent:
    facts: Mapping[str, Any] = newest.particulars if newest else entity.facts
    return RegisteredParent(
        name=entity.name,
        type_text=str(facts.get("type_text") or ""),
        representatives=tuple(str(facts.get("delegate") or facts.get("representative") or "").split("、")),
        scope=(*facts.get("general_items", ()), *facts.get("licensed_items", ())),
        in_force=entity.status not in ENDED and newest is not None and newest.status in STANDING,
    )


def _code_in(section: Mapping[str, Any]) -> str:
    try:
        return tidy_code(str(section.get("uscc") or ""))
    except UntidyText:
        return ""
