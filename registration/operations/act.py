"""The door: the one place where an application changes its state.

One transaction: lock the row, compare the version, collect facts, ask the table, write state, history and outbox.
The verbs that write more than that (a notice, a decision, a signature) hang their part in here by the action's name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

import structlog
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session

from registration import access, db, outbox
from registration.actor import Actor
from registration.errors import ActionRefused, NotFound, StaleVersion
from registration.matters import calendar, definition_of, office_hours, workflow_of
from registration.models import Application
from registration.operations import history
from registration.prepared import Picking, Write, send, updating
from registration.queries.facts import CaseFacts, TookPart, object_facts, roles_of
from workflows.clock import Clock, advance
from workflows.engine import Step
from workflows.errors import ActionNotAllowed, UnknownAction, UnknownYear

Writer = Callable[[Session, Application, Actor, Mapping[str, Any], datetime], Mapping[str, Any] | None]
LocalEffect = Callable[[Session, Application, Actor, datetime], None]

# What an action writes beside the state; what an effect does inside the transaction. Filled by the verbs' modules.
VERBS = ("agencies", "apply", "issue", "names", "numbers", "review", "share", "sign")
WRITERS: dict[str, list[Writer]] = {}
LOCAL_EFFECTS: dict[str, LocalEffect] = {}

log = structlog.get_logger(__name__)

_LOCKED = Picking(Application, "ref")
_MOVED = updating(
    Application.__table__,  # type: ignore[attr-defined]
    *("state", "version", "updated_at", "holder_id", "due_at", "case_due_at", "state_due_at", "paused_at"),
    *("history_seq", "history_hash"),
)


@dataclass(frozen=True)
class Outcome:
    """What an action did: the case is now in `target` at `version`."""

    ref: str
    action: str
    source: str
    target: str
    version: int


def writes(action: str) -> Callable[[Writer], Writer]:
    """Registers what `action` writes beside the state; what it returns stands in the history."""

    def register(writer: Writer) -> Writer:
        WRITERS.setdefault(action, []).append(writer)
        return writer

    return register


def local_effect(name: str) -> Callable[[LocalEffect], LocalEffect]:
    """Registers an effect that belongs into the transaction itself; all others wait in the outbox."""

    def register(effect: LocalEffect) -> LocalEffect:
        LOCAL_EFFECTS[name] = effect
        return effect

    return register


def act(ref: str, action: str, *, actor: Actor, now: datetime, version: int | None = None, **inputs: Any) -> Outcome:
    """Takes `action` on the application `ref`.

    Raises NotFound (also for a stranger's), StaleVersion, ActionRefused with every blocker, InvalidInput.
    """
    with db.transaction() as session:
        case = locked(session, ref)
        if actor.kind != "system":
            rule = "part.act" if actor.agency is not None else "application.act"
            access.require(rule, actor, object_facts(session, case, actor))
        if version is not None and version != case.version:
            raise StaleVersion(ref=ref, version=case.version)
        return perform(session, case, action, actor=actor, now=now, inputs=inputs)


def locked(session: Session, ref: str) -> Application:
    """The application, locked until the transaction ends."""
    case = _LOCKED.get(session, ref)
    if case is None:
        raise NotFound(ref=ref)
    return case


def perform(
    session: Session,
    case: Application,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    inputs: Mapping[str, Any] | None = None,
) -> Outcome:
    """One step of a case that this transaction has locked. The only assigner of a state."""
    _load_verbs()
    inputs = inputs or {}
    step = _ask(session, case, action, actor=actor, now=now, inputs=inputs)
    source, values = case.state, _moved(case, step, actor=actor, now=now)
    _follow(case, values)
    data: dict[str, Any] = {}
    for writer in WRITERS.get(action, []):
        data |= writer(session, case, actor, inputs, now) or {}
    entry = history.link(
        case,
        f"application:{action}",
        actor=actor,
        role=step.role,
        source=source,
        target=step.target,
        now=now,
        data=data,
    )
    writes: list[Write] = [entry, (_MOVED, {"row_id": case.id} | values | history.head_of(case))]
    for effect in step.effects:
        if effect in LOCAL_EFFECTS:
            # It looks at what is stored, and may take further steps.
            send(session, writes)
            writes.clear()
            LOCAL_EFFECTS[effect](session, case, actor, now)
        else:
            writes.append(outbox.message(effect, application_id=_id(case), now=now, **_told(case, action)))
    send(session, writes)
    return Outcome(case.ref, action, source, step.target, case.version)


@cache
def _load_verbs() -> None:
    """The verbs import the door, so the door can only fetch them when it is first used."""
    for verb in VERBS:
        import_module(f"registration.operations.{verb}")


def _ask(
    session: Session, case: Application, action: str, *, actor: Actor, now: datetime, inputs: Mapping[str, Any]
) -> Step:
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


def _moved(case: Application, step: Step, *, actor: Actor, now: datetime) -> dict[str, Any]:
    holder = {"actor": actor.account_id, "nobody": None, None: case.holder_id}
    clock = _clock_after(case, step, now=now)
    return {
        "state": step.target,
        "version": case.version + 1,
        "updated_at": now,
        "holder_id": holder[step.row.held_by],
        "case_due_at": clock.case_due_at,
        "state_due_at": clock.state_due_at,
        "paused_at": clock.paused_at,
        "due_at": clock.due_at,
    }


def _follow(case: Application, values: Mapping[str, Any]) -> None:
    """The row is written by a prepared statement: the object only follows it, and is not written again."""
    for key, value in values.items():
        set_committed_value(case, key, value)


def _clock_after(case: Application, step: Step, *, now: datetime) -> Clock:
    clock = Clock(case.case_due_at, case.state_due_at, case.paused_at)
    policy = definition_of(case.definition).clock[case.regime]
    try:
        return advance(clock, step, at=now, policy=policy, calendar=calendar(), hours=office_hours())
    except UnknownYear as unknown:
        # A promise is never guessed, and a file is never turned away because a calendar is not published yet.
        log.warning("clock.unknown_year", ref=case.ref, **unknown.data)
        return Clock()


def _told(case: Application, action: str) -> dict[str, Any]:
    """What a message must still know when the case has moved on: a receipt names the promise of its own day."""
    return {
        "action": action,
        "revision": case.revision,
        "due_at": case.due_at.isoformat() if case.due_at else None,
    }


def _id(case: Application) -> int:
    assert case.id is not None
    return case.id
