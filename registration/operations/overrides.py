"""Lets a case go on in spite of a check that is not passed, with a reason, where law leaves room for it."""

from datetime import datetime

from sqlmodel import Session

from registration import access, database
from registration.actor import Actor
from registration.clock import local_date
from registration.errors import Conflict, Forbidden, StaleVersion
from registration.keys.field_encryption import encrypt
from registration.models import Application, CheckOverride
from registration.operations import history
from registration.operations.case_store import locked
from registration.operations.holders import require_the_holder
from registration.queries.deciding_checks import stopping_checks
from registration.queries.object_facts import object_facts
from registration.rules.automatic_checks import Check
from registration.rules.languages import pair
from registration.rules.prose import prose

LONGEST_REASON = 500
_LABEL = pair("理由", "the reason")


def override_check(ref: str, key: str, *, reason: str, actor: Actor, now: datetime, version: int | None = None) -> int:
    """Overrides the check with this key for the present revision; returns the case's new version.

    Raises NotFound or Forbidden (also where the check's row names other roles), StaleVersion, Conflict for a check that
    does not stop the case or for which law leaves no room, ActionRefused if the actor does not hold the file or is
    party to it, InvalidInput at `reason`. The history names the check alone: its ground is for the office.
    """
    with database.transaction() as session:
        case = locked(session, ref)
        access.require("check.override", actor, object_facts(session, case, actor))
        if version is not None and version != case.version:
            raise StaleVersion(ref=ref, version=case.version)
        require_the_holder(session, case, actor, action="override_check", now=now)
        found = _overridable(session, case, key, actor, now=now)
        text = prose("reason", reason, most=LONGEST_REASON, required=True, label=_LABEL)
        session.add(
            CheckOverride(
                application_id=case.id,
                revision=case.revision,
                check_key=key,
                reason=encrypt(text, case=case.ref),
                by=actor.tag,
                at=now,
            )
        )
        case.version += 1
        case.updated_at = now
        session.flush()
        data = {"check": found.rule.key}
        history.note(session, case, "check:override", actor=actor, role=_role(actor), now=now, data=data)
        return case.version


def _overridable(session: Session, case: Application, key: str, actor: Actor, *, now: datetime) -> Check:
    open_ones = stopping_checks(session, case, today=local_date(now))
    found = next((one for one in open_ones if one.key == key), None)
    if found is None:
        raise Conflict("check_not_open", ref=case.ref)
    if not found.room:
        raise Conflict("check_has_no_room", ref=case.ref)
    if found.rule.overridden_by and not actor.roles & set(found.rule.overridden_by):
        raise Forbidden(rule="check.override")
    return found


def _role(actor: Actor) -> str:
    """The role that the history names: the first of those that may override."""
    return next(role for role in ("director", "approver", "examiner", "window") if role in actor.roles)
