"""Applications about a registered entity: begins one with what is registered, and reserves what it changes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from registration import database
from registration.actor import Actor
from registration.clock import local_date
from registration.errors import ActionRefused, InvalidInput, NotFound
from registration.keys.field_encryption import decrypt_form
from registration.models import Application, Entity, EntityCase, EntityLock
from registration.models.columns import table_of
from registration.operations import apply, declared_void
from registration.operations.act import local_effect, writes
from registration.operations.public_notices import take_back
from registration.queries.businesses import require_business
from registration.queries.registered_entities import (
    choice_of,
    entity_of_case,
    registered_form,
    taken_sections,
    with_opened,
)
from registration.rules.form import CHOSEN, OF_APPLICATION
from registration.rules.problems import Problem
from registration.rules.public_notices import REDUCTION
from registration.rules.registered_entity import (
    choice_problems,
    chosen_items,
    is_for,
    lateness,
    sections_changed,
    type_after,
)
from workflows.errors import Blocker


def start(code: str, *, matter: str, items: Sequence[str] = (), event_on: str = "", actor: Actor, now: datetime) -> str:
    """Opens a draft about the entity with everything that is registered of it; returns its reference.

    `event_on` is the day from which the limit counts, as YYYY-MM-DD, empty where it is not given.

    NotFound for an entity that this account may not apply for, InvalidInput for a matter or an item that it does not
    have. Nothing is reserved by a draft.
    """
    with database.transaction() as session:
        entity = require_business(session, code, actor=actor)
        _refuse_matter(matter, entity, tuple(items))
        case = apply.open_draft(
            session,
            entity_type=type_after(matter, tuple(items), entity_type=entity.entity_type),
            registrar_code=entity.registrar_code,
            actor=actor,
            now=now,
            matter=matter,
        )
        session.execute(insert(table_of(EntityCase)), {"application_id": case.id, "entity_id": entity.id})
        session.flush()
        case.name = entity.name
        chosen = _chosen(matter, items, event_on, now=now)
        apply.fill_in(session, case, registered_form(session, entity) | chosen, now=now)
        return case.ref


def choose(ref: str, items: Sequence[str], *, event_on: str = "", actor: Actor, now: datetime) -> None:
    """Chooses other items in a draft. What was filled in for an item that is left out is as registered again."""
    with database.transaction() as session:
        case = apply.editable(session, ref, "choice", actor=actor, now=now)
        entity = entity_of_case(session, case)
        if entity is None:
            raise NotFound(ref=ref)
        _refuse_matter(case.matter, entity, tuple(items))
        form = decrypt_form(case.form, case=case.ref)
        chosen = _chosen(case.matter, items, event_on, now=now)
        kept = sections_changed(case.matter, form) & sections_changed(case.matter, chosen)
        fresh = with_opened(registered_form(session, entity) | chosen, form, kept)
        case.entity_type = type_after(case.matter, tuple(items), entity_type=entity.entity_type)
        if REDUCTION not in fresh:
            take_back(session, case, now=now)
        apply.fill_in(session, case, fresh, now=now)


def _refuse_matter(matter: str, entity: Entity, items: tuple[str, ...]) -> None:
    if not is_for(matter, entity.entity_type):
        raise InvalidInput([Problem("matter", "choice.unknown")])
    if problems := choice_problems(items, matter=matter, entity_type=entity.entity_type):
        raise InvalidInput(problems)


def _chosen(matter: str, items: Sequence[str], event_on: str, *, now: datetime) -> dict[str, Any]:
    """The section with the choice. InvalidInput for a day that is none or that is still to come."""
    choice = {"matter": matter, "items": list(items)}
    if not event_on.strip():
        return {CHOSEN: choice}
    try:
        day = date.fromisoformat(event_on.strip())
    except ValueError:
        raise InvalidInput([Problem("event_on", "date.malformed")]) from None
    if day > local_date(now):
        raise InvalidInput([Problem("event_on", "chosen.event_to_come")])
    return {CHOSEN: choice | {"event_on": day.isoformat()}}


@writes("request_signatures")
def _reserve(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """Reserves the sections that the case changes, and brings the others up to date before they are signed."""
    entity = entity_of_case(session, case)
    if entity is None:
        return {}
    form = decrypt_form(case.form, case=case.ref)
    opened = sections_changed(case.matter, form)
    case.entity_type = type_after(case.matter, chosen_items(form), entity_type=entity.entity_type)
    # Sections about the application itself are not registered, so no other case can change them.
    _lock(session, case, entity, opened - OF_APPLICATION)
    fresh = with_opened(registered_form(session, entity), form, opened) | choice_of(form)
    if fresh != form:
        apply.keep_form(session, case, fresh)
    kept = lateness(case.matter, form, on=local_date(now))
    return {"days_since_event": kept.passed, "days_late": kept.late} if kept else {}


def _lock(session: Session, case: Application, entity: Entity, sections: frozenset[str]) -> None:
    """The key of the table refuses the second of two cases, whichever of them looked first."""
    free_sections(session, case)
    rows = [{"entity_id": entity.id, "section": one, "application_id": case.id} for one in sorted(sections)]
    try:
        with session.begin_nested():
            if rows:
                session.execute(insert(table_of(EntityLock)), rows)
    except IntegrityError:
        other = next(iter(taken_sections(session, entity.id, but=case.id).values()), "")
        raise ActionRefused([Blocker("sections_are_taken", {"other": other})], ref=case.ref) from None


@local_effect("register.release")
def _release(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """Of a case that ends without a registration: frees its sections, and takes back its notice, the state that it
    gave and its declaration that a licence is void."""
    take_back(session, case, now=now)
    free_sections(session, case)
    declared_void.take_back(session, case, now=now)


def free_sections(session: Session, case: Application) -> None:
    """Other cases may change the sections that this one reserved."""
    session.execute(delete(EntityLock).where(col(EntityLock.application_id) == case.id))


def locked_entity(session: Session, case: Application) -> Entity:
    """The entity of a case, locked until the transaction ends."""
    query = select(Entity).join(EntityCase, col(EntityCase.entity_id) == col(Entity.id))
    return session.scalars(query.where(col(EntityCase.application_id) == case.id).with_for_update(of=Entity)).one()
