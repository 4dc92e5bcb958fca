"""The notice of a reduction of the capital, published from the draft (Company Law 2023 arts. 224, 225).

The creditors' term is computed from it. The system writes the day of the notice into the draft.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update
from sqlmodel import Session, col

from registration import database
from registration.actor import Actor
from registration.clock import local_date
from registration.errors import InvalidInput, NotFound
from registration.keys.field_encryption import decrypt_form
from registration.matters import definition_of
from registration.models import Application, Entity, PublicNotice
from registration.operations import apply, audit
from registration.operations.public_notices import public_number
from registration.queries import working_days
from registration.queries.public_notices import notice_of_draft
from registration.queries.registered_entities import entity_of_case, registered_form
from registration.rules.check_reduction import last_day_of_notice
from registration.rules.form import read_partly
from registration.rules.problems import Problem
from registration.rules.public_notices import ENDED, OPEN, REDUCTION, WITHDRAWN, notice_kinds, stated_reduction
from registration.rules.registered_entity import chosen_items, items_of_type


def publish(ref: str, *, actor: Actor, now: datetime) -> str:
    """Publishes the notice of the draft from today on; returns its number.

    InvalidInput for a draft that has one, or whose reduction and capital are not filled in; NotFound for one that
    reduces nothing.
    """
    with database.transaction() as session:
        case = _draft(session, ref, actor=actor, now=now)
        form, entity = decrypt_form(case.form, case=case.ref), entity_of_case(session, case)
        kinds = notices_of(case, form)
        if entity is None or not kinds:
            raise NotFound(ref=ref)
        if notice_of_draft(session, case) is not None:
            raise InvalidInput([Problem(REDUCTION, "reduction.notice_is_there")])
        row = _notice(session, case, entity, form, kinds, now=now)
        session.add(row)
        told = form[REDUCTION] | {"where": "here", "published_on": row.first_on.isoformat()}
        apply.fill_in(session, case, form | {REDUCTION: told}, now=now)
        audit.note(session, "notice:publish", subject=actor.tag, now=now, ref=case.ref, notice=row.ref)
        return row.ref


def withdraw(ref: str, *, actor: Actor, now: datetime) -> None:
    """Takes the notice of a draft back, so that another one can be published. NotFound where there is none."""
    with database.transaction() as session:
        case = _draft(session, ref, actor=actor, now=now)
        notice = notice_of_draft(session, case)
        if notice is None:
            raise NotFound(ref=ref)
        notice.status, notice.ended_at = WITHDRAWN, notice.ended_at or now
        form = decrypt_form(case.form, case=case.ref)
        told = {key: value for key, value in form.get(REDUCTION, {}).items() if key != "published_on"}
        apply.fill_in(session, case, form | {REDUCTION: told}, now=now)
        audit.note(session, "notice:withdraw", subject=actor.tag, now=now, ref=case.ref, notice=notice.ref)


def end_notices(*, now: datetime) -> bool:
    """Ends those whose last day is over and that no state of a table ends."""
    kinds = [key for key, kind in notice_kinds().items() if kind.of_draft]
    over = and_(
        col(PublicNotice.status) == OPEN, col(PublicNotice.kind).in_(kinds), col(PublicNotice.last_on) < local_date(now)
    )
    # A look first, so that an idle sweep never disturbs a writer.
    with database.reading() as session:
        found = session.scalars(select(col(PublicNotice.id)).where(over).limit(1)).first()
    if found is not None:
        with database.transaction() as session:
            session.execute(update(PublicNotice).where(over).values(status=ENDED, ended_at=now))
    return False


def notices_of(case: Application, form: Mapping[str, Any]) -> Mapping[str, str]:
    """Kind of reduction -> kind of notice, of the chosen items; empty where nothing is reduced."""
    offered, chosen = items_of_type(case.matter, case.entity_type), chosen_items(form)
    return next((row.notices for key, row in offered.items() if key in chosen and row.notices), {})


def _draft(session: Session, ref: str, *, actor: Actor, now: datetime) -> Application:
    case = apply.editable(session, ref, f"section.{REDUCTION}", actor=actor, now=now)
    if definition_of(case.definition).states[case.state].kind != "start":
        raise NotFound(ref=ref)
    return case


def _notice(
    session: Session,
    case: Application,
    entity: Entity,
    form: Mapping[str, Any],
    kinds: Mapping[str, str],
    *,
    now: datetime,
) -> PublicNotice:
    of_case = {"entity_type": case.entity_type, "regime": case.regime}
    read, _ = read_partly(form, **of_case)
    before, _ = read_partly(registered_form(session, entity), **of_case)
    words, today = stated_reduction(read, before), local_date(now)
    if words is None or read.reduction is None or read.reduction.resolved_on > today:
        raise InvalidInput([Problem(REDUCTION, "reduction.fill_in_first")])
    return PublicNotice(
        ref=public_number("GG", now),
        entity_id=entity.id,
        application_id=case.id,
        registrar_code=case.registrar_code,
        kind=kinds[read.reduction.way],
        first_on=today,
        last_on=last_day_of_notice(today, run_on=working_days.current().run_on),
        words=words,
        published_at=now,
    )
