"""Changes of the tables in use by two persons: moves of open cases, and the table of new ones.

The system administrator proposes; another system administrator, or a security administrator, decides. A move is first
planned: a sweep looks at every case and says which would move and why others stay. After the decision a sweep moves
them under the name of who proposed it. A revert takes one person, since it must be quick and leads back to where the
cases were.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.database import in_groups, reading, transaction
from registration.errors import Conflict, InvalidInput, NotFound
from registration.models import Application, DefinitionChange, DefinitionChangeCase, Registrar
from registration.operations import definition_checksums, move_runs
from registration.operations.audit import note
from registration.operations.move_runs import Course
from registration.operations.second_person import CONFIRM, DECISIONS, REFUSE, WITHDRAW, check_decider
from registration.queries.workflow_versions import faults_of, is_known, used_for_new_cases
from registration.rules.problems import Problem

MOVE, USE = "move", "use"
MOST_WORDS = 500


def propose_move(
    source: str,
    target: str,
    *,
    names: Mapping[str, str],
    registrar: str | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> DefinitionChange:
    """Begins the plan of a move; it can be decided once all cases were looked at.

    InvalidInput for every unknown choice, without a reason, for a table with faults, without a difference, and while
    another move of the same source is under way. Raises Forbidden for all other roles than the system administrator.
    """
    admit("workflow.propose", actor)
    problems = [*_unusable("source", source), *_unusable("target", target), *_reason_problems(reason)]
    if not problems and (source == target or source.partition("@")[0] != target.partition("@")[0]):
        problems.append(Problem("target", "workflow.target_differs"))
    if problems:
        raise InvalidInput(problems)
    chosen = move_runs.course(source, target, names=names, registrar=registrar)
    with reading() as session:
        total = session.scalars(select(func.count(col(Application.id))).where(*move_runs.open_under(chosen))).one()
    if not total:
        raise InvalidInput([Problem("source", "workflow.no_cases")])
    row = _row(MOVE, source, source, target, reason=reason, actor=actor, now=now)
    row.state_map, row.registrar_code, row.status, row.total = dict(chosen.names), registrar, "planning", total
    return _propose(row, actor=actor, now=now)


def propose_use(key: str, registrar: str, *, reason: str, actor: Actor, now: datetime) -> DefinitionChange:
    """Proposes that new cases of the registrar begin under the table `key`. Errors as for `propose_move`."""
    admit("workflow.propose", actor)
    problems = [*_unusable("key", key), *_reason_problems(reason)]
    with reading() as session:
        found = session.get(Registrar, registrar)
    if found is None:
        problems.append(Problem("registrar", "choice.unknown"))
    matter = key.partition("@")[0]
    present = used_for_new_cases(matter, found) if found is not None and not problems else None
    if present == key:
        problems.append(Problem("key", "workflow.used_already"))
    if problems:
        raise InvalidInput(problems)
    row = _row(USE, f"{matter} {registrar}", present or "", key, reason=reason, actor=actor, now=now)
    row.registrar_code, row.status = registrar, "open"
    return _propose(row, actor=actor, now=now)


def decide(ref: str, decision: str, *, words: str, actor: Actor, now: datetime) -> DefinitionChange:
    """`confirm` or `refuse` by another person, `withdraw` by who proposed it.

    A refusal needs words. Raises NotFound, Forbidden, Conflict if it is decided or still being planned, InvalidInput.
    """
    admit("workflow.decide", actor)
    if decision not in DECISIONS:
        raise InvalidInput([Problem("decision", "choice.unknown")])
    if decision == REFUSE and not words.strip():
        raise InvalidInput([Problem("words", "staff_change.reason_missing")])
    with transaction() as session:
        change = _locked(session, ref)
        if change.status != "open" and (change.status, decision) != ("planning", WITHDRAW):
            raise Conflict("move_is_planned" if change.status == "planning" else "proposal_decided")
        check_decider(decision, proposed_by=change.proposed_by, actor=actor)
        change.decided_by, change.decided_at, change.decision = actor.tag, now, words.strip()[:MOST_WORDS]
        change.status = {REFUSE: "refused", WITHDRAW: "withdrawn"}.get(decision, "done")
        if decision == CONFIRM:
            _carry_out(session, change, now=now)
        _note(session, change, decision, actor=actor, now=now)
        return change


def revert(ref: str, *, reason: str, actor: Actor, now: datetime) -> DefinitionChange:
    """Begins to take a move back, under the name of the actor. Cases that took a step since then stay.

    Raises NotFound, Forbidden, Conflict if it was not confirmed or is being reverted, InvalidInput without a reason.
    """
    admit("workflow.propose", actor)
    if problems := _reason_problems(reason):
        raise InvalidInput(problems)
    with transaction() as session:
        change = _locked(session, ref)
        if change.kind != MOVE or change.move_id is None or change.status not in ("running", "done"):
            raise Conflict("reverted" if change.status in ("reverting", "reverted") else "move_is_not_made")
        move_runs.stop(session, change.move_id, now=now)
        if change.status == "running":
            _close(session, change)
        change.status, change.position = "reverting", 0
        change.reverted_by, change.reverted_at, change.revert_reason = actor.tag, now, reason.strip()[:MOST_WORDS]
        _note(session, change, "revert", actor=actor, now=now)
        return change


def plan_on(ref: str, *, now: datetime, most: int) -> int:
    """Goes on with a plan; returns how many cases were looked at, 0 when it is ready."""
    with reading() as session:
        change = session.scalars(select(DefinitionChange).where(col(DefinitionChange.ref) == ref)).one()
    return _plan(change, now=now, most=most) if change.status == "planning" else 0


def work(*, now: datetime, most: int) -> int:
    """Plans, moves or takes back up to `most` cases of what waits for it; returns how many were looked at."""
    with reading() as session:
        waiting = select(DefinitionChange).where(col(DefinitionChange.status).in_(_STEPS))
        change = session.scalars(waiting.order_by(col(DefinitionChange.id)).limit(1)).first()
    return _STEPS[change.status](change, now=now, most=most) if change is not None else 0


def _plan(change: DefinitionChange, *, now: datetime, most: int) -> int:
    chosen = course_of(change)
    cases = move_runs.batch(chosen, after=change.position, size=most)
    verdicts = {one.ref: one for one in move_runs.preview(chosen, cases, now=now)} if cases else {}
    with transaction() as session:
        held = _locked(session, change.ref)
        if (held.status, held.position) != ("planning", change.position):
            return 0
        rows = session.execute(select(col(Application.id), col(Application.ref)).where(col(Application.id).in_(cases)))
        session.add_all(_case(change.id, number, verdicts[ref]) for number, ref in rows if ref in verdicts)
        held.position = cases[-1] if cases else 0
        held.status = "planning" if cases else "open"
    return len(cases)


def _move(change: DefinitionChange, *, now: datetime, most: int) -> int:
    chosen = course_of(change)
    cases = move_runs.batch(chosen, after=change.position, size=most)
    run = change.move_id
    assert run is not None
    verdicts = in_groups(cases, lambda case: move_runs.move(run, case, chosen, now=now))
    found = dict(zip(cases, verdicts, strict=True))
    with transaction() as session:
        held = _locked(session, change.ref)
        if (held.status, held.position) != ("running", change.position):
            return 0
        moved = [number for number, verdict in found.items() if verdict is not None]
        session.execute(
            delete(DefinitionChangeCase).where(
                col(DefinitionChangeCase.change_id) == change.id, col(DefinitionChangeCase.application_id).in_(moved)
            )
        )
        for number in moved:
            verdict = found[number]
            assert verdict is not None
            row = _case(change.id, number, verdict)
            row.outcome = "stays" if verdict.obstacles else "moved"
            session.add(row)
        held.position = cases[-1] if cases else 0
        if not cases:
            _close(session, held)
            held.status = "done"
    if not cases:
        move_runs.finish(run, now=now)
    return len(cases)


def _take_back(change: DefinitionChange, *, now: datetime, most: int) -> int:
    run, actor = change.move_id, change.reverted_by
    assert run is not None
    assert actor is not None
    cases = move_runs.to_return(run, after=change.position, size=most)
    found = in_groups(cases, lambda case: (case, move_runs.take_back(run, case, actor=actor, now=now)))
    with transaction() as session:
        held = _locked(session, change.ref)
        for case, returned in found:
            row = session.get(DefinitionChangeCase, (change.id, case))
            if row is not None:
                row.outcome = "acted" if returned.acted else "returned"
        held.position = cases[-1] if cases else 0
        if not cases:
            held.status = "reverted"
            move_runs.close_revert(session, run, actor=actor, now=now)
    return len(cases)


_STEPS = {"planning": _plan, "running": _move, "reverting": _take_back}


def course_of(change: DefinitionChange) -> Course:
    return Course(change.source, change.target, change.state_map, change.registrar_code)


def _carry_out(session: Session, change: DefinitionChange, *, now: datetime) -> None:
    """What was fit when it was proposed may have been edited since: a table with faults takes no case."""
    if problems := _unusable("target", change.target):
        raise InvalidInput(problems)
    if change.kind == USE:
        assert change.registrar_code is not None
        definition_checksums.record(session, change.target, now=now)
        move_runs.choose(session, change.target, change.registrar_code, actor=change.proposed_by, now=now)
        return
    change.move_id = move_runs.new_run(session, course_of(change), actor=change.proposed_by, now=now)
    change.status, change.position = "running", 0


def _close(session: Session, change: DefinitionChange) -> None:
    """The rows of cases that the run did not meet any more: they were finished, or moved by a run that broke off."""
    left = select(DefinitionChangeCase).where(
        col(DefinitionChangeCase.change_id) == change.id, col(DefinitionChangeCase.outcome) == "planned"
    )
    moved = set(move_runs.moved_in(session, change.move_id)) if change.move_id is not None else set()
    for row in session.scalars(left):
        row.outcome = "moved" if row.application_id in moved else "ended"


def _case(change: int, number: int, verdict: move_runs.MoveVerdict) -> DefinitionChangeCase:
    return DefinitionChangeCase(
        change_id=change,
        application_id=number,
        state=verdict.state,
        target=verdict.target,
        due_at=verdict.due_at,
        due_then=verdict.due_then,
        obstacles=[{"code": one.code, "data": _plain(one.data)} for one in verdict.obstacles],
        outcome="stays" if verdict.obstacles else "planned",
    )


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: ", ".join(value) if isinstance(value, tuple) else value for key, value in data.items()}


def _propose(row: DefinitionChange, *, actor: Actor, now: datetime) -> DefinitionChange:
    try:
        with transaction() as session:
            session.add(row)
            session.flush()
            _note(session, row, "propose", actor=actor, now=now)
            return row
    except IntegrityError as twice:
        path = "source" if row.kind == MOVE else "key"
        raise InvalidInput([Problem(path, "workflow.under_way")]) from twice


def _row(
    kind: str, subject: str, source: str, target: str, *, reason: str, actor: Actor, now: datetime
) -> DefinitionChange:
    return DefinitionChange(
        ref=secrets.token_hex(8),
        kind=kind,
        subject=f"{kind} {subject}",
        source=source,
        target=target,
        reason=reason.strip()[:MOST_WORDS],
        status="open",
        proposed_by=actor.tag,
        proposed_at=now,
    )


def _locked(session: Session, ref: str) -> DefinitionChange:
    query = select(DefinitionChange).where(col(DefinitionChange.ref) == ref).with_for_update()
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(change=ref)
    return found


def _unusable(path: str, key: str) -> list[Problem]:
    if not is_known(key):
        return [Problem(path, "choice.unknown")]
    return [Problem(path, "workflow.has_faults")] if path != "source" and faults_of(key) else []


def _reason_problems(reason: str) -> list[Problem]:
    return [] if reason.strip() else [Problem("reason", "staff_change.reason_missing")]


def _note(session: Session, change: DefinitionChange, step: str, *, actor: Actor, now: datetime) -> None:
    note(
        session,
        f"definition_change:{step}",
        subject=actor.tag,
        now=now,
        change=change.ref,
        kind=change.kind,
        reason=change.revert_reason or change.reason,
        registrar=change.registrar_code,
        before={"definition": change.source},
        after={"definition": change.target},
    )
