"""Proposes changes of settings and has them decided by a second person, as `operations/setting_decisions.py` does."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from registration.actor import Actor
from registration.errors import InvalidInput
from registration.models import SettingChange
from registration.operations.audit import note
from registration.rules.problems import Problem

MOST_WORDS = 500


@dataclass(frozen=True)
class Proposal:
    """The input of a change; the fields are those of `SettingChange`."""

    kind: str
    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str
    content: bytes | None = None
    registrar_code: str | None = None


def begin(session: Session, asked: Proposal, *, actor: Actor, now: datetime) -> SettingChange:
    """Enters a proposal and its audit line. InvalidInput without a reason, or where one about this waits already."""
    if not asked.reason.strip():
        raise InvalidInput([Problem("reason", "setting_change.reason_missing")])
    change = SettingChange(
        ref=secrets.token_hex(8),
        kind=asked.kind,
        subject=asked.subject,
        registrar_code=asked.registrar_code,
        before=dict(asked.before),
        after=dict(asked.after),
        content=asked.content,
        reason=asked.reason.strip()[:MOST_WORDS],
        proposed_by=actor.tag,
        proposed_at=now,
    )
    session.add(change)
    try:
        session.flush()
    except IntegrityError as error:
        raise InvalidInput([Problem("reason", "setting_change.open")]) from error
    record(session, change, "propose", actor=actor, now=now)
    return change


def changed_since() -> InvalidInput:
    """The refusal of a confirmation: what the decider was shown is not what would happen any more."""
    return InvalidInput([Problem("words", "setting_change.changed_since")])


def record(session: Session, change: SettingChange, step: str, *, actor: Actor, now: datetime) -> None:
    """The audit line of a step, with both sides of the change."""
    told = {"change": change.ref, "kind": change.kind, "about": change.subject, "reason": change.reason}
    if change.decision:
        told["decision"] = change.decision
    note(session, f"setting:{step}", subject=actor.tag, now=now, before=change.before, after=change.after, **told)
