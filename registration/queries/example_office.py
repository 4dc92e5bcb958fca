"""The example office of a demonstration: whether it is being filled, and the progress."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration.access import OFFICE
from registration.actor import Actor
from registration.database.statements import Query
from registration.models import Application, AuditEntry, DayRoot, HistoryEntry, Licence
from registration.queries.attention import attention
from registration.queries.desk_counts import inbox_counts, pressing_counts
from registration.queries.inbox import part_inbox_for
from registration.queries.state_filters import stands
from workflows.definition import Definition

# An officer's list is counted up to here.
MANY = 1000
BEGUN, ENDED = "example_office:begin", "example_office:end"


@dataclass(frozen=True)
class Filling:
    """`begun_at` is the start: every case of the office is earlier. `cases` of `planned` exist."""

    begun_at: datetime
    planned: int
    cases: int
    ended: bool


def filling(session: Session) -> Filling | None:
    """The filling of this deployment; None if it never began."""
    query = select(AuditEntry).where(col(AuditEntry.tag).in_((BEGUN, ENDED))).order_by(col(AuditEntry.id))
    entries = session.scalars(query).all()
    if not entries:
        return None
    begun = entries[0]
    before = select(func.count(col(Application.id))).where(col(Application.created_at) < begun.at)
    cases = session.scalars(before).one()
    return Filling(begun.at, begun.data["planned"], cases, ended=entries[-1].tag == ENDED)


def has_cases(session: Session) -> bool:
    return session.scalars(select(col(Application.id)).limit(1)).first() is not None


def has_gone_on(session: Session, *, since: datetime) -> bool:
    """Whether a relay has made a daily root since then: after that no case can be dated in the past."""
    query = select(col(DayRoot.day)).where(col(DayRoot.made_at) >= since).limit(1)
    return session.scalars(query).first() is not None


@dataclass(frozen=True)
class Waiting:
    """Numbers of cases (for an officer, parts) that wait for a person.

    `open` may be claimed, for an applicant are with the office; `mine` are on the own desk; `ready` are
    licences to be handed over, for an applicant issued ones; `late` are overdue and on the own desk.
    """

    all: int = 0
    mine: int = 0
    open: int = 0
    ready: int = 0
    approval: int = 0
    objections: int = 0
    overdue: int = 0
    late: int = 0
    proposals: int = 0


_LATEST = Query(
    select(*(select(func.max(col(model.id))).scalar_subquery() for model in (Application, HistoryEntry, AuditEntry)))
)


def latest_rows(session: Session) -> tuple[int, ...]:
    """The latest case, entry of a history and entry of the audit log: what a list shows changes with one of them, or
    with the time."""
    (found,) = _LATEST.rows(session)
    return found


def waiting_for(session: Session, *, actor: Actor, now: datetime) -> Waiting:
    """The counts of this person's own lists now."""
    if actor.agency is not None:
        return _for_officer(session, actor, now)
    if not actor.is_staff:
        return _for_applicant(session, actor)
    if not actor.roles & OFFICE:
        return Waiting()
    counts = inbox_counts(session, actor=actor)
    _today, late = pressing_counts(session, actor=actor, now=now)
    return Waiting(
        mine=counts["mine"],
        open=counts["unclaimed"],
        ready=_count(session, Application.registrar_code == actor.registrar_code, stands(_is_with_licensing)),
        approval=counts["approval"],
        objections=counts["objections"],
        overdue=counts["overdue"],
        late=late,
        proposals=attention(session, actor=actor)["proposals"],
    )


def _for_applicant(session: Session, actor: Actor) -> Waiting:
    own = col(Application.account_id) == actor.account_id
    issued = (
        select(func.count(func.distinct(Licence.application_id)))
        .join(Application, col(Application.id) == col(Licence.application_id))
        .where(own, col(Licence.status) == "issued")
    )
    return Waiting(
        all=_count(session, own),
        mine=_count(session, own, stands(_is_with_applicant)),
        open=_count(session, own, stands(_is_with_office)),
        ready=session.scalars(issued).one(),
    )


def _for_officer(session: Session, actor: Actor, now: datetime) -> Waiting:
    rows = part_inbox_for(session, actor=actor, limit=MANY).rows
    late = [row for row in rows if row.part.due_at is not None and row.part.due_at < now]
    return Waiting(open=len(rows), overdue=len(late))


def _count(session: Session, *chosen: Any) -> int:
    return session.scalars(select(func.count(col(Application.id))).where(*chosen)).one()


def _is_with_applicant(table: Definition, state: str) -> bool:
    return table.states[state].is_with_applicant


def _is_with_office(table: Definition, state: str) -> bool:
    return table.states[state].kind == "office"


def _is_with_licensing(table: Definition, state: str) -> bool:
    return "licensing" in table.states[state].holder
