"""Which clearances a case waits for, and the cases for which an agency has to record one."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from registration.actor import Actor
from registration.matters import definition_of, matters
from registration.models import Application, Clearance
from registration.queries.state_filters import is_underway, stands
from registration.rules.city import city
from registration.rules.registered_entity import register_rows

MOST = 100


def missing_clearances(session: Session, case: Application) -> tuple[str, ...]:
    """The agencies, by the name under which they are shared with, whose clearance is not recorded.

    An agency that the city does not have cannot record one, and is not waited for.
    """
    rows = register_rows(case.matter)
    if rows is None or not rows.clearances:
        return ()
    there = {one.shared_as for one in city().agencies}
    query = select(col(Clearance.agency)).where(col(Clearance.application_id) == case.id)
    recorded = set(session.scalars(query))
    return tuple(one for one in rows.clearances if one in there and one not in recorded)


def shared_name(officer: Actor) -> str | None:
    """The name under which the officer's agency is shared with."""
    return next((one.shared_as for one in city().agencies if one.key == officer.agency), None)


def is_awaited(case: Application, agency: str, *, officer: Actor) -> bool:
    """Whether the case, at the officer's registrar, waits for a clearance of the agency."""
    rows = register_rows(case.matter)
    at_work = is_underway(definition_of(case.definition), case.state)
    return rows is not None and agency in rows.clearances and at_work and case.registrar_code == officer.registrar_code


def clearances_awaited(session: Session, *, officer: Actor) -> Sequence[Application]:
    """The cases for which the officer's agency has to record a clearance, the oldest first."""
    agency = shared_name(officer)
    asking = [one for one in matters() if (rows := register_rows(one)) and agency in rows.clearances]
    if agency is None or not asking:
        return ()
    recorded = select(col(Clearance.application_id)).where(col(Clearance.agency) == agency)
    query = (
        select(Application)
        .where(col(Application.registrar_code) == officer.registrar_code, col(Application.matter).in_(asking))
        .where(stands(is_underway), col(Application.submitted_at).is_not(None), col(Application.id).not_in(recorded))
        .order_by(col(Application.id))
        .limit(MOST)
    )
    return list(session.scalars(query))
