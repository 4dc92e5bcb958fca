"""Decisions at the desk that can be taken back for some seconds, and how they leave the office after that."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database, outbox
from registration.access import OFFICE
from registration.actor import Actor
from registration.errors import ActionRefused, Conflict, Forbidden, InvalidInput, RegistrationError, StaleVersion
from registration.matters import definition_of
from registration.models import Account, Application, DelayedDecision
from registration.operations import delayed_decisions
from registration.operations.accounts import actor_of
from registration.operations.act import LOCAL_EFFECTS, Outcome, act, admit, judge, perform
from registration.operations.case_store import locked
from registration.queries.delayed_decisions import READ, ended_decision, inputs_of, waiting_decision
from registration.queries.object_facts import object_facts
from registration.settings import settings
from workflows.engine import Step
from workflows.errors import Blocker

# A sweep takes the decisions that no worker took in this time, as while the broker is away.
LATE = timedelta(seconds=20)


def decide(
    ref: str, action: str, *, actor: Actor, now: datetime, version: int | None = None, **inputs: Any
) -> Outcome | DelayedDecision:
    """Takes `action` as `act` does, with the same refusals. What leaves the office waits for `undo_seconds`.

    Such a decision changes nothing of the case yet: it is tried in full, so that every refusal comes now, rolled back,
    and kept as a row. Where a promise or a deadline ends meanwhile, it leaves at once.
    """
    if not settings().undo_seconds:
        return act(ref, action, actor=actor, now=now, version=version, **inputs)
    leaves_at = now + timedelta(seconds=settings().undo_seconds)
    with database.transaction() as session:
        case = locked(session, ref)
        admit(session, case, actor, version=version)
        step = judge(session, case, action, actor=actor, now=now, inputs=inputs)
        if not leaves_the_office(step, definition=case.definition) or _ends_before(case, leaves_at, now=now):
            delayed_decisions.forget_ended(session, case, account_id=actor.account_id)
            return perform(session, case, action, actor=actor, now=now, inputs=inputs)
        _rehearse(session, case, action, actor=actor, now=now, inputs=inputs)
        return delayed_decisions.delay(session, case, action, actor=actor, now=now, leaves_at=leaves_at, inputs=inputs)


def undo(ref: str, *, actor: Actor, now: datetime) -> str:
    """Takes the actor's own decision back, as long as it has not left; returns its action.

    NotFound or Forbidden, also for another person's decision; Conflict("decision_has_left").
    """
    with database.transaction() as session:
        case = locked(session, ref)
        access.require("application.act", actor, object_facts(session, case, actor))
        row = waiting_decision(session, case)
        if row is None:
            raise Conflict("decision_has_left", ref=ref)
        if row.account_id != actor.account_id:
            raise Forbidden("decision_of_another")
        delayed_decisions.undo(session, case, row, actor=actor, now=now)
        return row.action


def note_read(ref: str, *, actor: Actor, now: datetime) -> None:
    """The author has read why a decision did not leave. What was typed stays. NotFound or Forbidden."""
    with database.transaction() as session:
        case = locked(session, ref)
        access.require("application.act", actor, object_facts(session, case, actor))
        row = ended_decision(session, case, actor=actor)
        if row is not None:
            row.outcome = READ


def leave(decision: int, *, now: datetime, message: int | None = None) -> bool:
    """Takes the step of a decision that waits, in its author's name; False if it was taken back or taken already.

    Everything is judged again: roles, four eyes, the version. A decision that is refused now goes back to its author
    with the reasons and what was typed. `message` ends in the same transaction.
    """
    try:
        return _leave(decision, now=now, message=message)
    except RegistrationError as error:
        _give_back(decision, reasons_of(error), now=now, message=message)
        return False


def leave_late(*, now: datetime, most: int) -> int:
    """Takes the steps that no worker took in time; returns how many were due."""
    with database.reading() as session:
        late = select(col(DelayedDecision.id)).where(
            col(DelayedDecision.ended_at).is_(None), col(DelayedDecision.leaves_at) < now - LATE
        )
        found = list(session.scalars(late.order_by(col(DelayedDecision.leaves_at)).limit(most)))
    database.in_groups(found, partial(leave, now=now))
    return len(found)


def leaves_the_office(step: Step, *, definition: str) -> bool:
    """Whether a step of the office affects others: it sends something, concerns them, or hands the case to them.

    What only moves the file inside the office, such as a claim or a recommendation, can be taken back by other steps.
    """
    if step.role not in OFFICE:
        return False
    table = definition_of(definition)
    arrived = table.states[step.target]
    sends = any(effect not in LOCAL_EFFECTS for effect in step.effects)
    concerns = set(table.actions[step.action].concerns) - OFFICE
    stays = step.target == step.source or (arrived.kind == "office" and bool(OFFICE & {*arrived.holder}))
    return sends or bool(concerns) or not stays


def reasons_of(error: RegistrationError) -> list[Blocker]:
    """Why a decision did not leave, as obstacles with a text."""
    if isinstance(error, ActionRefused):
        return list(error.blockers)
    if isinstance(error, StaleVersion):
        return [delayed_decisions.OVERTAKEN]
    if isinstance(error, InvalidInput):
        faults = [{"path": one.path, "code": one.code, "data": dict(one.data)} for one in error.problems]
        return [Blocker("decision_is_unfit", {"problems": faults})]
    return [Blocker("decider_may_not")]


def _ends_before(case: Application, leaves_at: datetime, *, now: datetime) -> bool:
    """Whether a promise or a deadline of the case ends while the decision could be taken back."""
    ends = (case.due_at, case.case_due_at, case.state_due_at)
    return any(now <= end <= leaves_at for end in ends if end is not None)


def _rehearse(
    session: Session, case: Application, action: str, *, actor: Actor, now: datetime, inputs: Mapping[str, Any]
) -> None:
    """Takes the step in a savepoint and takes it back: raises whatever would stop it, and leaves no trace."""
    savepoint = session.begin_nested()
    try:
        perform(session, case, action, actor=actor, now=now, inputs=inputs)
    finally:
        savepoint.rollback()
    session.refresh(case)


def _leave(decision: int, *, now: datetime, message: int | None) -> bool:
    with database.transaction() as session:
        found = _found(session, decision)
        if found is not None:
            case, row = found
            account = session.get_one(Account, row.account_id)
            if account.disabled_at is not None:
                raise Forbidden
            actor, action, inputs = actor_of(account), row.action, inputs_of(row, case)
            admit(session, case, actor, version=row.version)
            delayed_decisions.release(session, case, row)
            perform(session, case, action, actor=actor, now=now, inputs=inputs)
        if message is not None:
            outbox.finish(session, message)
        return found is not None


def _give_back(decision: int, reasons: list[Blocker], *, now: datetime, message: int | None) -> None:
    with database.transaction() as session:
        found = _found(session, decision)
        if found is not None:
            delayed_decisions.refuse(session, *found, reasons, now=now)
        if message is not None:
            outbox.finish(session, message)


def _found(session: Session, decision: int) -> tuple[Application, DelayedDecision] | None:
    """The decision and its case, locked, while it waits."""
    ref = (
        select(col(Application.ref))
        .join(DelayedDecision, col(DelayedDecision.application_id) == col(Application.id))
        .where(col(DelayedDecision.id) == decision)
    )
    found = session.scalars(ref).one_or_none()
    if found is None:
        return None
    case = locked(session, found)
    row = waiting_decision(session, case)
    return (case, row) if row is not None and row.id == decision else None
