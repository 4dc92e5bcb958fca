"""Decides on a name that the rules leave to a person: the examiner who holds the file decides, with a reason."""

from datetime import datetime

from sqlmodel import Session

from registration import access, database
from registration.actor import Actor
from registration.clock import local_date
from registration.errors import Conflict, InvalidInput, StaleVersion
from registration.models import Application
from registration.operations import history
from registration.operations.case_store import locked
from registration.operations.holders import require_the_holder
from registration.operations.names import let_go
from registration.queries.checks import reservation
from registration.queries.object_facts import object_facts
from registration.rules.problems import Problem


def decide_name(
    ref: str, *, approve: bool, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> int:
    """Reserves or refuses the name of a case; returns the case's new version.

    A refused name is free again, and the applicant must enter another. Raises NotFound or
    Forbidden, StaleVersion, Conflict if no name waits, ActionRefused if the actor does not hold the file or is party to
    it, InvalidInput without a reason.
    """
    with database.transaction() as session:
        case = locked(session, ref)
        access.require("name.decide", actor, object_facts(session, case, actor))
        if version is not None and version != case.version:
            raise StaleVersion(ref=ref, version=case.version)
        require_the_holder(session, case, actor, action="decide_name", now=now)
        held = reservation(session, case)
        if held is None or not held.awaits_decision:
            raise Conflict("name_not_pending", ref=ref)
        if not reason.strip():
            raise InvalidInput([Problem("reason", "field.missing")])
        held.awaits_decision = False
        held.decided_by, held.decided_at, held.decision_reason = actor.tag, now, reason.strip()
        if not approve:
            let_go(session, held, today=local_date(now))
        case.version += 1
        case.updated_at = now
        session.flush()
        _write_history(session, case, held.name, approve=approve, reason=reason.strip(), actor=actor, now=now)
        return case.version


def _write_history(
    session: Session, case: Application, name: str, *, approve: bool, reason: str, actor: Actor, now: datetime
) -> None:
    history.append(
        session,
        case,
        "name:agree" if approve else "name:disagree",
        actor=actor,
        role="examiner",
        source=case.state,
        target=case.state,
        now=now,
        data={"name": name, "reason": reason},
    )
