"""Watched promises, their alerts, and those reported as broken."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from registration.matters import definition_of, shipped
from registration.models import Application, Part, PromiseAlert
from registration.queries.state_filters import per_tables, stands
from workflows.definition import Definition

# The size of one round, so that a long list is processed in rounds of some seconds.
MOST = 1000
# The form is most of what a case's row holds, and lists show nothing of it.
WITHOUT_FORM = defer(vars(Application)["form"], raiseload=True)


def unwatched(session: Session, *, most: int = MOST) -> list[Application]:
    """Cases with the office whose present promise has no alerts yet."""
    watched = exists().where(
        col(PromiseAlert.application_id) == col(Application.id),
        col(PromiseAlert.part_key) == "",
        col(PromiseAlert.due_at) == col(Application.due_at),
        col(PromiseAlert.kind) == "overdue",
    )
    query = select(Application).where(col(Application.due_at).is_not(None), in_office(), ~watched)
    return list(session.scalars(query.order_by(col(Application.due_at)).limit(most)))


def unwatched_parts(session: Session, *, most: int = MOST) -> list[tuple[Application, Part]]:
    watched = exists().where(
        col(PromiseAlert.application_id) == col(Part.application_id),
        col(PromiseAlert.part_key) == col(Part.key),
        col(PromiseAlert.due_at) == col(Part.due_at),
        col(PromiseAlert.kind) == "overdue",
    )
    query = (
        select(Application, Part)
        .join(Part, col(Part.application_id) == col(Application.id))
        .where(col(Part.due_at).is_not(None), parts_at_work(), ~watched)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(col(Part.due_at)).limit(most))]


def alerts_on(session: Session, case_ids: Collection[int | None]) -> dict[int, list[PromiseAlert]]:
    """The alerts sent about running promises of these cases, the case's own first."""
    query = (
        select(PromiseAlert)
        .join(Application, col(Application.id) == col(PromiseAlert.application_id))
        .outerjoin(
            Part, and_(col(Part.application_id) == col(Application.id), col(Part.key) == col(PromiseAlert.part_key))
        )
        .where(col(PromiseAlert.application_id).in_(case_ids), col(PromiseAlert.said).is_(True), _stands())
        .order_by(col(PromiseAlert.part_key), col(PromiseAlert.alert_at))
    )
    found: dict[int, list[PromiseAlert]] = defaultdict(list)
    for alert in session.scalars(query):
        found[alert.application_id].append(alert)
    return found


def has_alerts() -> ColumnElement[bool]:
    """Of an application: whether an alert about it was ever sent."""
    found = select(col(PromiseAlert.id)).where(
        col(PromiseAlert.application_id) == col(Application.id), col(PromiseAlert.said).is_(True)
    )
    return found.correlate(Application).exists()


def without_promise(session: Session, *, most: int = MOST) -> list[int]:
    """Unsent alerts whose promise no longer runs: kept, ended, or moved to another day."""
    running = (
        select(col(PromiseAlert.id))
        .join(Application, col(Application.id) == col(PromiseAlert.application_id))
        .outerjoin(
            Part, and_(col(Part.application_id) == col(Application.id), col(Part.key) == col(PromiseAlert.part_key))
        )
        .where(_stands())
    )
    query = select(col(PromiseAlert.id)).where(
        col(PromiseAlert.said_at).is_(None), col(PromiseAlert.id).not_in(running)
    )
    return list(session.scalars(query.limit(most)))


def _stands() -> ColumnElement[bool]:
    own = and_(col(PromiseAlert.part_key) == "", col(PromiseAlert.due_at) == col(Application.due_at), in_office())
    return or_(own, and_(col(PromiseAlert.due_at) == col(Part.due_at), parts_at_work()))


@per_tables
def in_office() -> ColumnElement[bool]:
    """Whether the case is in a state in which the office must act."""
    return stands(is_in_office)


def is_in_office(table: Definition, state: str) -> bool:
    return table.states[state].kind == "office"


@per_tables
def parts_at_work() -> ColumnElement[bool]:
    """Whether a part waits for its agency, or for the answer to its objection."""
    tables = ((key, definition_of(key).parts) for key in shipped())
    return any_of(
        and_(
            col(Application.definition) == key,
            col(Application.state).in_(parts.runs_in),
            col(Part.state).in_(_office(parts.states)),
        )
        for key, parts in tables
        if parts is not None
    )


def _office(states: Mapping[str, Any]) -> list[str]:
    return [key for key, state in states.items() if state.kind == "office"]


def any_of(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(false(), *conditions)
