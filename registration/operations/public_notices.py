"""Public notices: published by a step of a case, ended by their last day or an objection, taken back with the case.

With its notice a case may give the registration a state of its own (`meanwhile` in register.yaml). Whatever ends the
case without a registration gives back the state of before, by the effect that every such end must have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex, token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database
from registration.actor import SYSTEM, Actor
from registration.clock import local, local_date
from registration.errors import Conflict, InvalidInput, NotFound
from registration.keys.field_encryption import decrypt_form, encrypt
from registration.models import Application, Entity, EntityCase, NoticeObjection, PublicNotice
from registration.operations import audit, register
from registration.operations.act import local_effect, perform, writes
from registration.queries.public_notices import open_notice
from registration.queries.registered_entities import entity_of_case
from registration.queries.state_filters import is_underway, stands
from registration.rules.form import read_partly
from registration.rules.languages import pair
from registration.rules.problems import Problem
from registration.rules.prose import prose_of
from registration.rules.public_notices import (
    ENDED,
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_REASON,
    OBJECTED,
    OPEN,
    WITHDRAWN,
    notice_kinds,
    runs,
    stated,
)
from registration.rules.register_items import IN_BUSINESS
from registration.rules.registered_entity import is_announced, register_rows

# The actions of a table that end a period: the sweep takes them once the state's time is over.
TERM_ACTIONS = ("end_notice", "lapse_notice")
OBJECT = "object_to_notice"
_FIELDS = (
    ("name", LONGEST_NAME, pair("姓名或者名称", "your name")),
    ("contact", LONGEST_CONTACT, pair("联系方式", "the way to reach you")),
    ("reason", LONGEST_REASON, pair("异议的理由", "the reason of the objection")),
)


@dataclass(frozen=True)
class ObjectionData:
    """Who objects, how to reach them, and why. Of an agency's officer only the reason is needed."""

    name: str
    contact: str
    reason: str


def object_to(notice: str, data: ObjectionData, *, now: datetime, officer: Actor | None = None) -> str:
    """Files an objection, which ends the notice and the case; returns its reference.

    NotFound for no such notice, and for one that is for agencies alone without an `officer`; Conflict("notice_is_over")
    after its last day or once it has ended; InvalidInput with every fault.
    """
    with database.transaction() as session:
        found = _open(session, notice, today=local_date(now), officer=officer)
        case = session.get_one(Application, found.application_id, with_for_update=True)
        session.refresh(found)
        if found.status != OPEN:
            raise Conflict("notice_is_over")
        texts = _fit(data, officer)
        sealed: dict[str, Any] = {name: encrypt(text, case=found.ref) for name, text in texts.items()}
        row = NoticeObjection(
            ref=token_urlsafe(12),
            notice_id=found.id,
            agency=officer.agency if officer else None,
            **sealed,
            made_by=officer.tag if officer else "public",
            made_at=now,
        )
        session.add(row)
        _end(session, found, OBJECTED, now=now)
        audit.note(session, "notice:object", subject=row.made_by, now=now, ref=case.ref, notice=found.ref)
        perform(session, case, OBJECT, actor=SYSTEM, now=now, inputs={"objection": row.ref})
        return row.ref


def _open(session: Session, notice: str, *, today: date, officer: Actor | None) -> PublicNotice:
    found = session.scalars(select(PublicNotice).where(col(PublicNotice.ref) == notice)).one_or_none()
    if found is None or not _may_object(found, officer):
        raise NotFound(notice=notice)
    if not notice_kinds()[found.kind].stops or not runs(found.status, found.last_on, today):
        raise Conflict("notice_is_over")
    return found


def _may_object(notice: PublicNotice, officer: Actor | None) -> bool:
    """Anybody to what was announced; an officer of an agency at the registrar to every notice there."""
    if officer is None:
        return notice.announced
    return officer.agency is not None and officer.registrar_code == notice.registrar_code


def _fit(data: ObjectionData, officer: Actor | None) -> dict[str, str]:
    """The texts as they are stored. InvalidInput with the faults of all fields."""
    problems: list[Problem] = []
    found = prose_of(problems, data, _FIELDS, optional=() if officer is None else ("name", "contact"))
    if problems:
        raise InvalidInput(problems)
    return found


@writes(OBJECT)
def _keep_objection(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """The history has that there is an objection, and no words of it."""
    return {"objection": inputs["objection"]}


def public_number(prefix: str, now: datetime) -> str:
    """A public reference number that cannot be guessed. `prefix` is GG for a notice, ZQ for a claim."""
    return f"{prefix}-{local(now).year}-{token_hex(6).upper()}"


@local_effect("notice.publish")
def _publish(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """Publishes the notice of the case until the last day of its state, and gives the registration its state."""
    entity, rows = entity_of_case(session, case), register_rows(case.matter)
    assert entity is not None
    assert rows is not None
    assert rows.notice is not None
    assert case.state_due_at is not None
    form, _ = read_partly(decrypt_form(case.form, case=case.ref), entity_type=case.entity_type, regime=case.regime)
    announced = is_announced(case.matter, case.entity_type)
    session.add(
        PublicNotice(
            ref=public_number("GG", now),
            entity_id=entity.id,
            application_id=case.id,
            registrar_code=case.registrar_code,
            kind=rows.notice,
            announced=announced,
            first_on=local_date(now),
            last_on=local_date(case.state_due_at),
            words=stated(form),
            published_at=now,
        )
    )
    if announced and rows.meanwhile is not None:
        _give(session, case, entity, rows.meanwhile, now=now)
    session.flush()


def _give(session: Session, case: Application, entity: Entity, state: str, *, now: datetime) -> None:
    """A registration that was revoked or annulled stays so: its licence is void, whatever else goes on."""
    made = session.get_one(EntityCase, case.id)
    locked = session.get_one(Entity, entity.id, with_for_update=True)
    if locked.status not in IN_BUSINESS:
        return
    made.state_before = locked.status
    register.set_state(session, case, locked, state, cause=case.matter, reason_code="", now=now)


@local_effect("notice.end")
def _ended(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """The notice ran to its end."""
    if running := open_notice(session, case):
        _end(session, running, ENDED, now=now)


def take_back(session: Session, case: Application, *, now: datetime) -> None:
    """The case ends without a registration: its notice ends, and the registration has the state of before.

    A state that somebody else has given the registration meanwhile stays.
    """
    if running := open_notice(session, case):
        _end(session, running, WITHDRAWN, now=now)
    made, rows = session.get(EntityCase, case.id), register_rows(case.matter)
    if made is None or made.state_before is None or rows is None:
        return
    entity = session.get_one(Entity, made.entity_id, with_for_update=True)
    if entity.status == rows.meanwhile:
        register.set_state(session, case, entity, made.state_before, cause=case.matter, reason_code="", now=now)
    made.state_before = None
    session.flush()


def state_again(session: Session, entity: Entity) -> str:
    """The state of a registration that is in force again: that of an open case with a notice, or else active."""
    query = (
        select(EntityCase, col(Application.matter))
        .join(Application, col(Application.id) == col(EntityCase.application_id))
        .join(PublicNotice, col(PublicNotice.application_id) == col(Application.id))
        .where(col(EntityCase.entity_id) == entity.id, col(PublicNotice.announced).is_(True), stands(is_underway))
    )
    for made, matter in session.execute(query):
        rows = register_rows(matter)
        if rows is not None and rows.meanwhile is not None:
            made.state_before = made.state_before or "active"
            return rows.meanwhile
    return "active"


def _end(session: Session, notice: PublicNotice, status: str, *, now: datetime) -> None:
    notice.status, notice.ended_at = status, now
    session.flush()
