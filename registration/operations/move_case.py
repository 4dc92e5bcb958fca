"""Moves one case to another version of its table: finds the obstacles and writes the move."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from registration.actor import Actor
from registration.matters import calendar, definition_of, office_hours
from registration.models import Account, Application, HistoryEntry
from registration.operations import history
from registration.queries.facts import part_states
from workflows.clock import Clock
from workflows.errors import Blocker, UnknownYear
from workflows.versions.move import CaseState, Entry, obstacles, recomputed

TAG = "application:migrate"
ADMINISTRATOR = "sysadmin"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Course:
    """Source table, target table, new names of states, and the registrar (None: all)."""

    source: str
    target: str
    names: Mapping[str, str]
    registrar: str | None = None


@dataclass(frozen=True)
class MoveVerdict:
    """The result of a move for one case, done or planned. A case with `obstacles` is not moved."""

    ref: str
    state: str
    target: str
    due_at: datetime | None
    due_then: datetime | None
    obstacles: tuple[Blocker, ...] = ()


def judged(
    session: Session, case: Application, chosen: Course, staff: frozenset[str], *, now: datetime
) -> tuple[MoveVerdict, Clock]:
    old, new = definition_of(chosen.source), definition_of(chosen.target)
    standing = CaseState(
        case.state, case.regime, part_states(session, case), _roles_of(session, case.holder_id), frozenset(staff)
    )
    clock = Clock(case.case_due_at, case.state_due_at, case.paused_at)
    target = chosen.names.get(case.state, case.state)
    found = obstacles(standing, old=old, new=new, names=chosen.names)
    if found:
        return MoveVerdict(case.ref, case.state, target, case.due_at, case.due_at, tuple(found)), clock
    try:
        then = recomputed(
            clock,
            standing,
            old=old,
            new=new,
            names=chosen.names,
            entries=partial(_entries, session, case),
            at=now,
            calendar=calendar(),
            hours=office_hours(),
        )
    except UnknownYear as unknown:
        # As in `act`: a promise is never guessed, and one that was given does not change.
        log.warning("clock.unknown_year", ref=case.ref, **unknown.data)
        then = clock
    return MoveVerdict(case.ref, case.state, target, case.due_at, then.due_at), then


def roles_at(session: Session, registrar: str) -> frozenset[str]:
    query = select(col(Account.roles)).where(
        col(Account.registrar_code) == registrar, col(Account.disabled_at).is_(None)
    )
    return frozenset(role for roles in session.scalars(query) for role in roles)


def _roles_of(session: Session, account_id: int | None) -> frozenset[str] | None:
    return frozenset(session.get_one(Account, account_id).roles) if account_id is not None else None


def _entries(session: Session, case: Application) -> list[Entry]:
    """The states of the case in order; entries without a change of state are left out."""
    query = select(col(HistoryEntry.at), col(HistoryEntry.source), col(HistoryEntry.target)).where(
        col(HistoryEntry.application_id) == case.id,
        col(HistoryEntry.source) != col(HistoryEntry.target),
        col(HistoryEntry.tag).startswith("application:"),
        col(HistoryEntry.tag) != TAG,
    )
    return [Entry(*row) for row in session.execute(query.order_by(col(HistoryEntry.seq)))]


def carry(
    session: Session,
    case: Application,
    definition: str,
    state: str,
    clock: Clock,
    data: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Writes the new table, state and clock, with a history entry. Beside `act` only this function sets a state.

    `actor` is the administrator whose run it is, or the system for a run of the command line.
    """
    role = ADMINISTRATOR if actor.is_staff else "system"
    history.append(session, case, TAG, actor=actor, role=role, source=case.state, target=state, now=now, data=data)
    values = {
        "definition": definition,
        "state": state,
        "version": case.version + 1,
        "updated_at": now,
        "case_due_at": clock.case_due_at,
        "state_due_at": clock.state_due_at,
        "paused_at": clock.paused_at,
        "due_at": clock.due_at,
    }
    for key, value in values.items():
        setattr(case, key, value)
