"""The entity that a case is about, what is registered of it, and which open cases change what."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from registration.keys.field_encryption import decrypt_form
from registration.models import Application, Entity, EntityCase, EntityForm, EntityLock, Licence
from registration.rules.form import CHOSEN, DUPLICATES
from registration.rules.form.present_shape import in_present_shape
from registration.rules.registered_entity import register_rows


def entity_of_case(session: Session, case: Application) -> Entity | None:
    """The registered entity that the case is about; None for a case that founds one."""
    if register_rows(case.matter) is None:
        return None
    query = select(Entity).join(EntityCase, col(EntityCase.entity_id) == col(Entity.id))
    return session.scalars(query.where(col(EntityCase.application_id) == case.id)).one_or_none()


def founding_case(session: Session, entity: Entity, *, lock: bool = False) -> Application:
    """The case that founded the entity: the licences of all editions are its sheets."""
    return session.get_one(Application, entity.application_id, with_for_update=lock or None)


def is_of_entity(application_id: Mapped[int] | Mapped[int | None], entity: Entity) -> ColumnElement[bool]:
    """The condition that this column names the case that founded the entity, or one about it."""
    later = select(col(EntityCase.application_id)).where(col(EntityCase.entity_id) == entity.id)
    return or_(application_id == entity.application_id, application_id.in_(later))


def registered_form(session: Session, entity: Entity) -> dict[str, Any]:
    """Every section as it is registered now, in the clear, with the number of duplicates as the ledger has it."""
    row = session.get(EntityForm, entity.id)
    if row is not None:
        form = decrypt_form(row.form, case=entity.code)
    else:
        case = founding_case(session, entity)
        form = decrypt_form(case.form, case=case.ref)
    return in_present_shape(form) | {DUPLICATES: {"copies": _duplicates(session, entity)}}


def _duplicates(session: Session, entity: Entity) -> int:
    """Of the newest edition that was issued."""
    query = select(col(Licence.edition), func.count()).where(
        col(Licence.application_id) == entity.application_id,
        col(Licence.status) != "prepared",
        col(Licence.paper) == "duplicate",
    )
    newest = session.execute(
        query.group_by(col(Licence.edition)).order_by(col(Licence.edition).desc()).limit(1)
    ).first()
    return int(newest[1]) if newest else 0


def with_opened(registered: Mapping[str, Any], form: Mapping[str, Any], opened: frozenset[str]) -> dict[str, Any]:
    """The registered sections with the opened ones of the form in their place."""
    others = {key: value for key, value in registered.items() if key not in opened}
    return others | {key: form[key] for key in opened if key in form}


def choice_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """The section with the applicant's choice, alone."""
    return {CHOSEN: form[CHOSEN]} if CHOSEN in form else {}


def taken_sections(session: Session, entity_id: int, *, but: int | None = None) -> dict[str, str]:
    """Section -> reference of the open case that changes it. `but` leaves out one case, by id."""
    query = (
        select(col(EntityLock.section), col(Application.ref))
        .join(Application, col(Application.id) == col(EntityLock.application_id))
        .where(col(EntityLock.entity_id) == entity_id, col(EntityLock.application_id) != (but or 0))
    )
    return {row.section: row.ref for row in session.execute(query)}


def edition_underway(session: Session, entity: Entity) -> bool:
    """Whether sheets of another edition wait to be made."""
    query = select(col(Licence.id)).where(
        col(Licence.application_id) == entity.application_id, col(Licence.status) == "prepared"
    )
    return session.scalars(query.limit(1)).first() is not None
