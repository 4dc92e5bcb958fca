"""The versions of each matter's table: their use, their running cases, their faults; proposals of changes."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.matters import current, definition_of, guards, shipped
from registration.models import (
    Application,
    DefinitionChange,
    DefinitionChangeCase,
    DefinitionChecksum,
    Registrar,
)
from registration.queries.desk_counts import numbers_by_state
from registration.rules.guards import CONDITIONS
from workflows.check import Finding, check
from workflows.definition import Definition
from workflows.errors import Blocker, DefinitionError

AT_ONCE = 100


@dataclass(frozen=True)
class TableVersion:
    """A table with its use. `running` has the number of open cases by state; `registrars` open new cases under it."""

    key: str
    table: Definition
    first_used_at: datetime | None
    edited: bool
    running: Mapping[str, int]
    registrars: tuple[str, ...]

    @property
    def cases(self) -> int:
        return sum(self.running.values())


@dataclass(frozen=True)
class PlannedCase:
    """A case of a plan by its reference: a system administrator reads no more of it."""

    ref: str
    registrar: str
    row: DefinitionChangeCase


@dataclass(frozen=True)
class PlanPage:
    """A change with its figures: cases by outcome, how many get an earlier due time, and why how many stay."""

    change: DefinitionChange
    outcomes: Mapping[str, int]
    sooner: int
    reasons: Sequence[tuple[Blocker, int]]
    cases: Sequence[PlannedCase]
    after: int | None

    @property
    def looked_at(self) -> int:
        return sum(self.outcomes.values())

    @property
    def worked_off(self) -> int:
        """How many cases the step that is running now has behind it."""
        if self.change.status == "planning":
            return self.looked_at
        if self.change.status == "running":
            return self.outcomes.get("moved", 0)
        return self.outcomes.get("returned", 0) + self.outcomes.get("acted", 0)


def is_known(key: str) -> bool:
    try:
        return bool(definition_of(key))
    except (KeyError, DefinitionError):
        return False


def faults_of(key: str) -> tuple[Finding, ...]:
    """What the checker finds; the names of effects were checked when the worker started."""
    return _faults(definition_of(key).content_hash, key)


# Kept by the content, since a check takes a while and a table does not change.
@cache
def _faults(_content: str, key: str) -> tuple[Finding, ...]:
    return tuple(check(definition_of(key), guards=guards(), conditions=CONDITIONS))


def versions(session: Session, *, actor: Actor) -> list[TableVersion]:
    """Every readable table, by matter and the newest version first."""
    access.admit("workflow.read", actor)
    known = {row.key: row for row in session.scalars(select(DefinitionChecksum))}
    numbers = Counter[tuple[str, str]]()
    for (key, state, _handed_in), number in numbers_by_state(session).items():
        numbers[key, state] += number
    registrars = session.scalars(select(Registrar).order_by(col(Registrar.code))).all()
    found = []
    for key in filter(is_known, shipped()):
        table, pin = definition_of(key), known.get(key)
        users = tuple(one.code for one in registrars if used_for_new_cases(table.matter, one) == key)
        edited = pin is not None and pin.content_hash != table.content_hash
        running = {state: numbers[key, state] for state in table.states if numbers[key, state]}
        living = {state: number for state, number in running.items() if table.states[state].kind != "final"}
        found.append(TableVersion(key, table, pin.first_used_at if pin else None, edited, living, users))
    return sorted(found, key=lambda one: (one.table.matter, -int(one.table.version)))


def used_for_new_cases(matter: str, registrar: Registrar) -> str | None:
    """The table under which new cases of the registrar begin."""
    return current(matter, chosen=registrar.definitions)


def changes(session: Session, *, actor: Actor, most: int = 20) -> Sequence[DefinitionChange]:
    """The latest proposals, the newest first."""
    access.admit("workflow.read", actor)
    query = select(DefinitionChange).order_by(col(DefinitionChange.id).desc()).limit(most)
    return session.scalars(query).all()


def plan_page(session: Session, ref: str, *, actor: Actor, outcome: str = "", after: int = 0) -> PlanPage | None:
    """A change with a page of its cases, of one outcome if given; None for no such change."""
    access.admit("workflow.read", actor)
    change = session.scalars(select(DefinitionChange).where(col(DefinitionChange.ref) == ref)).one_or_none()
    if change is None:
        return None
    case = DefinitionChangeCase
    own = col(case.change_id) == change.id
    counted = select(col(case.outcome), func.count()).where(own).group_by(col(case.outcome))
    sooner = select(func.count()).where(own, col(case.due_then) < col(case.due_at), col(case.outcome) != "stays")
    query = select(case, col(Application.ref), col(Application.registrar_code)).join(
        Application, col(Application.id) == col(case.application_id)
    )
    query = query.where(own, col(case.application_id) > after)
    query = query.where(col(case.outcome) == outcome) if outcome else query
    rows = session.execute(query.order_by(col(case.application_id)).limit(AT_ONCE + 1)).all()
    cases = [PlannedCase(row[1], row[2], row[0]) for row in rows[:AT_ONCE]]
    return PlanPage(
        change,
        {row[0]: row[1] for row in session.execute(counted)},
        session.scalars(sooner).one(),
        _reasons(session, change.id),
        cases,
        cases[-1].row.application_id if len(rows) > AT_ONCE else None,
    )


def _reasons(session: Session, change: int) -> list[tuple[Blocker, int]]:
    """Each obstacle with the number of cases that stay for it, the most frequent first."""
    query = select(col(DefinitionChangeCase.obstacles)).where(
        col(DefinitionChangeCase.change_id) == change, col(DefinitionChangeCase.outcome) == "stays"
    )
    found = Counter(json.dumps(one, sort_keys=True) for obstacles in session.scalars(query) for one in obstacles)
    return [(Blocker(**json.loads(one)), number) for one, number in found.most_common()]


def waiting_count(actor: Actor) -> Select[int]:
    """How many changes this actor can decide."""
    return select(func.count(col(DefinitionChange.id))).where(
        col(DefinitionChange.status) == "open", col(DefinitionChange.proposed_by) != actor.tag
    )
