"""Moves open cases to another version of their table, each in its own transaction, and reverts a run of moves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from registration import database
from registration.actor import SYSTEM, Actor
from registration.errors import Conflict, InvalidInput, NotFound
from registration.matters import definition_of, workflow_of
from registration.models import Application, DefinitionChange, DefinitionMove, MovedCase, Registrar
from registration.operations import definition_checksums
from registration.operations.audit import note
from registration.operations.case_store import locked
from registration.operations.move_case import ADMINISTRATOR, TAG, Course, MoveVerdict, carry, judged, roles_at
from registration.rules.problems import Problem
from workflows.clock import Clock

__all__ = [
    "TAG",
    "Course",
    "MoveVerdict",
    "Returned",
    "actor_of",
    "batch",
    "batches",
    "begin",
    "choose",
    "close_revert",
    "course",
    "finish",
    "move",
    "moved_in",
    "new_run",
    "open_under",
    "preview",
    "revert",
    "stop",
    "take_back",
    "to_return",
    "use",
]


@dataclass(frozen=True)
class Returned:
    """The result of a revert for one case; `acted`: it took a step after the move and is left under the new table."""

    ref: str
    acted: bool


def course(source: str, target: str, *, names: Mapping[str, str], registrar: str | None = None) -> Course:
    """The valid course of a move. InvalidInput with every unknown table, matter, state or registrar."""
    problems = [Problem(key, "choice.unknown") for key in (source, target) if not _is_known(key)]
    if not problems:
        old, new = definition_of(source), definition_of(target)
        problems += [Problem(target, "choice.unknown")] if old.matter != new.matter or source == target else []
        problems += [Problem(f"map.{name}", "choice.unknown") for name in names if name not in old.states]
        problems += [Problem(f"map.{name}", "choice.unknown") for name in names.values() if name not in new.states]
    with database.reading() as session:
        if registrar is not None and session.get(Registrar, registrar) is None:
            problems.append(Problem("registrar", "choice.unknown"))
    if problems:
        raise InvalidInput(problems)
    return Course(source, target, dict(names), registrar)


def begin(chosen: Course, *, actor: str, now: datetime) -> int:
    """The number of the run: a new one, or the unfinished run of the same course and person, which is continued."""
    with database.transaction() as session:
        found = session.scalars(
            select(DefinitionMove).where(
                col(DefinitionMove.source) == chosen.source,
                col(DefinitionMove.target) == chosen.target,
                col(DefinitionMove.registrar_code) == chosen.registrar,
                col(DefinitionMove.actor) == actor,
                col(DefinitionMove.finished_at).is_(None),
                col(DefinitionMove.reverted_at).is_(None),
            )
        )
        for run in found:
            if run.state_map == chosen.names:
                return _number(run)
        return new_run(session, chosen, actor=actor, now=now)


def new_run(session: Session, chosen: Course, *, actor: str, now: datetime) -> int:
    """The number of a new run. Unavailable if the file of the target has changed since its first case."""
    workflow_of(chosen.target)
    definition_checksums.record(session, chosen.target, now=now)
    made = DefinitionMove(
        source=chosen.source,
        target=chosen.target,
        state_map=dict(chosen.names),
        registrar_code=chosen.registrar,
        actor=actor,
        started_at=now,
    )
    session.add(made)
    session.flush()
    note(session, "definition:migrate", subject=actor, now=now, run=made.id, source=made.source, target=made.target)
    return _number(made)


def batches(chosen: Course, *, size: int = 500) -> Iterator[list[int]]:
    """The open cases, a batch at a time, ordered by id."""
    last = 0
    while found := batch(chosen, after=last, size=size):
        yield found
        last = found[-1]


def batch(chosen: Course, *, after: int, size: int) -> list[int]:
    """The next open cases by id. Finished cases keep their table."""
    with database.reading() as session:
        query = select(col(Application.id)).where(*open_under(chosen), col(Application.id) > after)
        found = session.scalars(query.order_by(col(Application.id)).limit(size))
        return [number for number in found if number is not None]


def open_under(chosen: Course) -> list[ColumnElement[bool]]:
    """The condition for the open cases of the source."""
    ended = [key for key, state in definition_of(chosen.source).states.items() if state.kind == "final"]
    return [*_under(chosen), col(Application.state).not_in(ended)]


def preview(chosen: Course, cases: list[int], *, now: datetime) -> list[MoveVerdict]:
    """The planned result of the move for these cases; nothing is written."""
    with database.reading() as session:
        found = session.scalars(select(Application).where(col(Application.id).in_(cases), *_under(chosen)))
        staff = cache(lambda registrar: roles_at(session, registrar))
        return [judged(session, case, chosen, staff(case.registrar_code), now=now)[0] for case in found]


def move(run: int, case_id: int, chosen: Course, *, now: datetime) -> MoveVerdict | None:
    """Moves one case in its own transaction. None if it is finished or no longer under the old table."""
    with database.transaction() as session:
        ref = session.scalars(select(col(Application.ref)).where(col(Application.id) == case_id)).one()
        case = locked(session, ref)
        ended = session.get_one(DefinitionMove, run).finished_at is not None
        if ended or case.definition != chosen.source or _is_final(case):
            return None
        verdict, clock = judged(session, case, chosen, roles_at(session, case.registrar_code), now=now)
        if not verdict.obstacles:
            session.add(_before(run, case, now=now))
            by, confirmed = session.get_one(DefinitionMove, run).actor, _confirmed_by(session, run)
            details = {"from": chosen.source, "to": chosen.target, "run": run, **confirmed, **_named(by)}
            carry(session, case, chosen.target, verdict.target, clock, details, actor=actor_of(by), now=now)
        return verdict


def finish(run: int, *, now: datetime) -> None:
    """Marks the run as finished. Cases with obstacles stay; another run can move them later."""
    with database.transaction() as session:
        session.get_one(DefinitionMove, run, with_for_update=True).finished_at = now


def revert(run: int, *, actor: str, now: datetime) -> Iterator[Returned]:
    """Reverts a run, case by case, to the earlier state and promise. Raises NotFound, Conflict("reverted").

    A case that took a step since the move is reported and left: its history continued under the new table.
    """
    with database.transaction() as session:
        stop(session, run, now=now)
    last = 0
    while cases := to_return(run, after=last, size=500):
        for case_id in cases:
            yield take_back(run, case_id, actor=actor, now=now)
        last = cases[-1]
    with database.transaction() as session:
        close_revert(session, run, actor=actor, now=now)


def stop(session: Session, run: int, *, now: datetime) -> None:
    """Ends a run that will be reverted. Raises NotFound, Conflict("reverted")."""
    made = session.get(DefinitionMove, run, with_for_update=True)
    if made is None:
        raise NotFound("run_unknown", run=run)
    if made.reverted_at is not None:
        raise Conflict("reverted", run=run)
    made.finished_at = made.finished_at or now


def to_return(run: int, *, after: int, size: int) -> list[int]:
    """The next cases of a run by id that are not taken back."""
    with database.reading() as session:
        query = select(col(MovedCase.application_id)).where(
            col(MovedCase.move_id) == run, col(MovedCase.reverted_at).is_(None), col(MovedCase.application_id) > after
        )
        return list(session.scalars(query.order_by(col(MovedCase.application_id)).limit(size)))


def moved_in(session: Session, run: int) -> list[int]:
    """The cases that the run has moved."""
    return list(session.scalars(select(col(MovedCase.application_id)).where(col(MovedCase.move_id) == run)))


def close_revert(session: Session, run: int, *, actor: str, now: datetime) -> None:
    session.get_one(DefinitionMove, run, with_for_update=True).reverted_at = now
    note(session, "definition:revert", subject=actor, now=now, run=run)


def actor_of(tag: str) -> Actor:
    """Who moves the cases of a run: the administrator, or the system where the command line names itself."""
    kind, _, number = tag.partition(":")
    if kind != "staff":
        return SYSTEM
    return Actor(account_id=None, name=number, roles=frozenset({ADMINISTRATOR}), kind="staff", staff_no=number)


def use(key: str, registrar: str, *, actor: str, now: datetime) -> None:
    """Opens this registrar's new cases under the table `key` from now on. NotFound if either is unknown."""
    if not _is_known(key):
        raise NotFound("table_unknown", key=key)
    workflow_of(key)
    with database.transaction() as session:
        choose(session, key, registrar, actor=actor, now=now)


def choose(session: Session, key: str, registrar: str, *, actor: str, now: datetime) -> None:
    found = session.get(Registrar, registrar, with_for_update=True)
    if found is None:
        raise NotFound("registrar_unknown", registrar=registrar)
    matter = key.partition("@")[0]
    before = found.definitions.get(matter)
    found.definitions = {**found.definitions, matter: key}
    note(session, "definition:use", subject=actor, now=now, registrar=registrar, definition=key, before=before)


def take_back(run: int, case_id: int, *, actor: str, now: datetime) -> Returned:
    with database.transaction() as session:
        ref = session.scalars(select(col(Application.ref)).where(col(Application.id) == case_id)).one()
        case = locked(session, ref)
        moved = session.get_one(MovedCase, (run, case_id), with_for_update=True)
        if moved.reverted_at is None and case.version == moved.version:
            made = session.get_one(DefinitionMove, run)
            details = {"from": made.target, "to": made.source, "run": run, "reverts": True, **_named(actor)}
            clock = Clock(moved.case_due_at, moved.state_due_at, moved.paused_at)
            carry(session, case, made.source, moved.state, clock, details, actor=actor_of(actor), now=now)
            moved.reverted_at = now
        return Returned(ref, acted=moved.reverted_at is None)


def _named(by: str) -> dict[str, str]:
    """Who ran it, where the entry's own actor does not say so."""
    return {} if actor_of(by).is_staff else {"by": by}


def _confirmed_by(session: Session, run: int) -> dict[str, str]:
    query = select(col(DefinitionChange.decided_by)).where(col(DefinitionChange.move_id) == run)
    confirmed = session.scalars(query).first()
    return {"confirmed_by": confirmed} if confirmed else {}


def _is_known(key: str) -> bool:
    try:
        return bool(definition_of(key))
    except KeyError:
        return False


def _is_final(case: Application) -> bool:
    return definition_of(case.definition).states[case.state].kind == "final"


def _number(run: DefinitionMove) -> int:
    return run.id


def _under(chosen: Course) -> list[ColumnElement[bool]]:
    found: list[Any] = [col(Application.definition) == chosen.source]
    return [*found, col(Application.registrar_code) == chosen.registrar] if chosen.registrar else found


def _before(run: int, case: Application, *, now: datetime) -> MovedCase:
    return MovedCase(
        move_id=run,
        application_id=case.id,
        state=case.state,
        version=case.version + 1,
        case_due_at=case.case_due_at,
        state_due_at=case.state_due_at,
        paused_at=case.paused_at,
        moved_at=now,
    )
