"""Changes the state of an application. No other module does, except operations/move_case.py for a move of versions.

One transaction: lock the row, compare the version, collect facts, check the table, write state, history and outbox. An
action that writes nothing else needs no lock: one statement writes if the case is unchanged since it was read. The
modules of actions that write more (a notice, a decision, a signature) register a function here by the action's name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

import structlog
from sqlmodel import Session

from registration import access, database, outbox
from registration.actor import Actor
from registration.database.statements import Write, execute, mirror
from registration.errors import ActionRefused, NotFound, RegistrationError, StaleVersion
from registration.matters import calendar, definition_of, office_hours, workflow_of
from registration.models import Application
from registration.operations import case_store, delayed_decisions, history
from registration.operations.case_store import locked
from registration.queries.delayed_decisions import blockers_while_delayed
from registration.queries.facts import CaseFacts, roles_of
from registration.queries.four_eyes import TookPart
from registration.queries.object_facts import object_facts
from workflows.clock import Clock, advance
from workflows.engine import Step
from workflows.errors import ActionNotAllowed, UnknownAction, UnknownYear

Writer = Callable[[Session, Application, Actor, Mapping[str, Any], datetime], Mapping[str, Any] | None]
LocalEffect = Callable[[Session, Application, Actor, datetime], None]
W = TypeVar("W", bound=Writer)

# What an action writes beside the state; what an effect does inside the transaction. Filled by the actions' modules.
VERBS = (
    *("agencies", "apply", "declared_void", "entity_cases", "issue", "misuse", "names", "numbers", "objections"),
    "public_notices",
    *("registration_record", "review", "share", "sign", "straight_through"),
)
WRITERS: dict[str, list[tuple[Writer, Callable[[Actor], bool]]]] = {}
LOCAL_EFFECTS: dict[str, LocalEffect] = {}

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    """The result of an action: the case is now in `target` at `version`."""

    ref: str
    action: str
    source: str
    target: str
    version: int


def for_all(_: Actor) -> bool:
    return True


def for_nobody(_: Actor) -> bool:
    return False


def writes(action: str, *, rows: Callable[[Actor], bool] = for_all) -> Callable[[W], W]:
    """Registers the function that writes what `action` adds to the state. Its result is kept in the history.

    `rows` says for which cases it reads or writes rows of its own; for the others it only returns data for the history.
    """

    def register(writer: W) -> W:
        WRITERS.setdefault(action, []).append((writer, rows))
        return writer

    return register


def local_effect(name: str) -> Callable[[LocalEffect], LocalEffect]:
    """Registers an effect that is carried out in the same transaction; all others wait in the outbox."""

    def register(effect: LocalEffect) -> LocalEffect:
        LOCAL_EFFECTS[name] = effect
        return effect

    return register


def act(ref: str, action: str, *, actor: Actor, now: datetime, version: int | None = None, **inputs: Any) -> Outcome:
    """Takes `action` on the application `ref`.

    Raises NotFound (also for an unrelated actor), StaleVersion, ActionRefused with every blocker, InvalidInput.
    """
    taken = _unlocked(ref, action, actor=actor, now=now, version=version, inputs=inputs)
    if taken is not None:
        return taken
    with database.transaction() as session:
        case = locked(session, ref)
        admit(session, case, actor, version=version)
        return perform(session, case, action, actor=actor, now=now, inputs=inputs)


def _unlocked(
    ref: str, action: str, *, actor: Actor, now: datetime, version: int | None, inputs: Mapping[str, Any]
) -> Outcome | None:
    """The same without a lock: one statement writes if the case is unchanged since it was read.

    None where that is not enough: the action writes more, or is refused, or another transaction was first. Then
    nothing is written, and the caller repeats the action under the lock.
    """
    if not database.supports_autocommit() or not is_light(action, actor):
        return None
    with database.autocommit_session() as session:
        looked = case_store.look(session, ref)
        if looked is None:
            return None
        case, seen = looked
        try:
            admit(session, case, actor, version=version)
            light = light_step(session, case, action, actor=actor, now=now, inputs=inputs)
        except RegistrationError:
            return None
        if light is None:
            return None
        return light.outcome if case_store.write_if_unchanged(session, case, seen, light.values, light.others) else None


@dataclass(frozen=True)
class LightStep:
    """A step to be written: the new values of the case's row, the history entry and the messages, and nothing else."""

    outcome: Outcome
    values: Mapping[str, Any]
    others: Sequence[Write]


def is_light(action: str, actor: Actor) -> bool:
    """Whether no function writes or reads rows of its own when this actor takes the action."""
    _load_verbs()
    return not any(rows(actor) for _, rows in WRITERS.get(action, ()))


def light_step(
    session: Session, case: Application, action: str, *, actor: Actor, now: datetime, inputs: Mapping[str, Any]
) -> LightStep | None:
    """The step of a light action. None if its effects write rows too: then `perform` takes it, under a lock."""
    step = judge(session, case, action, actor=actor, now=now, inputs=inputs)
    if case.decision_delayed or not LOCAL_EFFECTS.keys().isdisjoint(step.effects):
        return None
    outcome, values, entry = _taken(session, case, step, actor=actor, now=now, inputs=inputs)
    messages = [_message(case, effect, step.action, now=now) for effect in step.effects]
    return LightStep(outcome, values, [entry, *messages])


def admit(session: Session, case: Application, actor: Actor, *, version: int | None) -> None:
    """Raises NotFound or Forbidden for who may not act on the case, StaleVersion if it changed since `version`."""
    if actor.kind != "system":
        rule = "part.act" if actor.agency is not None else "application.act"
        access.require(rule, actor, object_facts(session, case, actor))
    if version is not None and version != case.version:
        raise StaleVersion(ref=case.ref, version=case.version)


def perform(
    session: Session,
    case: Application,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    inputs: Mapping[str, Any] | None = None,
    by: Actor | None = None,
) -> Outcome:
    """Takes one step of a case that this transaction has locked.

    `by` takes it for `actor`: the table is asked about `actor`, the history names `by` and for whom.
    """
    _load_verbs()
    inputs = inputs or {}
    step = judge(session, case, action, actor=actor, now=now, inputs=inputs)
    if case.decision_delayed:
        delayed_decisions.overtake(session, case, now=now)
    outcome, values, entry = _taken(session, case, step, actor=actor, now=now, inputs=inputs, by=by)
    writes = [entry, case_store.move(case, values)]
    for effect in step.effects:
        if effect in LOCAL_EFFECTS:
            # The effect reads stored rows and may take further steps.
            execute(session, writes)
            writes.clear()
            LOCAL_EFFECTS[effect](session, case, actor, now)
        else:
            writes.append(_message(case, effect, action, now=now))
    execute(session, writes)
    return outcome


def _taken(
    session: Session,
    case: Application,
    step: Step,
    *,
    actor: Actor,
    now: datetime,
    inputs: Mapping[str, Any],
    by: Actor | None = None,
) -> tuple[Outcome, dict[str, Any], Write]:
    """The result of a step: the outcome, the row's new values, and the history entry. Only here a step sets a state."""
    source, values = case.state, _moved(case, step, actor=actor, now=now)
    mirror(case, values)
    writers = WRITERS.get(step.action, ())
    data = {} if writers else _texts_asked(case, step.action, inputs)
    for writer, _ in writers:
        data |= writer(session, case, actor, inputs, now) or {}
    if by is not None:
        # A key of its own: a reason inside the office is not for the applicant.
        data |= {"for": actor.tag, **({"for_reason": inputs["reason"]} if inputs.get("reason") else {})}
    entry = history.link(
        case,
        f"application:{step.action}",
        actor=by or actor,
        role=step.role,
        source=source,
        target=step.target,
        now=now,
        data=data,
    )
    outcome = Outcome(case.ref, step.action, source, step.target, case.version)
    return outcome, values | history.head_of(case), entry


@cache
def _load_verbs() -> None:
    """Loads the modules that register functions here. They import this module, so they are loaded at its first use."""
    for verb in VERBS:
        import_module(f"registration.operations.{verb}")


def judge(
    session: Session, case: Application, action: str, *, actor: Actor, now: datetime, inputs: Mapping[str, Any]
) -> Step:
    """The step that the table has for this action now. ActionRefused with every blocker; NotFound for no action."""
    if blockers := blockers_while_delayed(case, actor):
        raise ActionRefused(blockers, action=action, state=case.state, ref=case.ref)
    facts = CaseFacts(session, case, actor=actor, now=now, inputs=inputs)
    roles = roles_of(session, case, actor)
    took = TookPart(session, case)
    try:
        return workflow_of(case.definition).step(
            case.state, action, roles=roles, actor_id=actor.tag, facts=facts, took=took
        )
    except ActionNotAllowed as refused:
        raise ActionRefused(refused.blockers, action=action, state=case.state, ref=case.ref) from None
    except UnknownAction:
        raise NotFound("unknown_action", action=action) from None


def _texts_asked(case: Application, action: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The history data of an action without a writer: the texts that its row of the table requires."""
    asked = definition_of(case.definition).actions[action].asks
    given = {name: value.strip() for name in asked if isinstance(value := inputs.get(name), str)}
    return {name: text for name, text in given.items() if text}


def _moved(case: Application, step: Step, *, actor: Actor, now: datetime) -> dict[str, Any]:
    holder = {"actor": actor.account_id, "nobody": None, None: case.holder_id}
    clock = _clock_after(case, step, now=now)
    return {
        "state": step.target,
        "version": case.version + 1,
        "updated_at": now,
        "submitted_at": now if _hands_over(case, step) else case.submitted_at,
        "holder_id": holder[step.row.held_by],
        "case_due_at": clock.case_due_at,
        "state_due_at": clock.state_due_at,
        "paused_at": clock.paused_at,
        "due_at": clock.due_at,
    }


def _hands_over(case: Application, step: Step) -> bool:
    """Whether this step submits the case, by the applicant or the last signer: to the office, or to the public."""
    return step.kind in ("office", "waiting") and definition_of(case.definition).states[case.state].is_with_applicant


def _clock_after(case: Application, step: Step, *, now: datetime) -> Clock:
    clock = Clock(case.case_due_at, case.state_due_at, case.paused_at)
    policy = definition_of(case.definition).clock[case.regime]
    try:
        return advance(clock, step, at=now, policy=policy, calendar=calendar(), hours=office_hours())
    except UnknownYear as unknown:
        # A promise is never guessed, and a file is never refused because a calendar is not published yet.
        log.warning("clock.unknown_year", ref=case.ref, **unknown.data)
        return Clock()


def _message(case: Application, effect: str, action: str, *, now: datetime) -> Write:
    """The message of an effect, with data of this moment: a receipt names the promise of its own day."""
    due_at = case.due_at.isoformat() if case.due_at else None
    return outbox.message(effect, application_id=case.id, now=now, action=action, revision=case.revision, due_at=due_at)
