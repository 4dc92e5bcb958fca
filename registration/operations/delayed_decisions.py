"""A decision that can be taken back: its row, and how it ends without leaving the office."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from registration import outbox
from registration.actor import Actor
from registration.keys.field_encryption import encrypt
from registration.models import Account, Application, DelayedDecision
from registration.operations import audit
from registration.queries.delayed_decisions import REFUSED, STAYS, UNDONE, waiting_decision
from workflows.errors import Blocker

EFFECT = "decision.leave"
OVERTAKEN = Blocker("decision_overtaken")


def delay(
    session: Session,
    case: Application,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    leaves_at: datetime,
    inputs: Mapping[str, Any],
) -> DelayedDecision:
    """Writes the decision beside the locked case, and the message by which it leaves."""
    forget_ended(session, case, account_id=actor.account_id)
    row = DelayedDecision(
        application_id=case.id,
        account_id=actor.account_id or 0,
        action=action,
        inputs=_encrypted(case, dict(inputs)),
        version=case.version,
        taken_at=now,
        leaves_at=leaves_at,
    )
    session.add(row)
    case.decision_delayed = True
    session.flush()
    payload = {"decision": row.id}
    outbox.put_for_later(session, EFFECT, at=leaves_at, now=now, application_id=case.id, payload=payload)
    audit.note(session, "decision:delay", subject=actor.tag, now=now, ref=case.ref, action=action)
    return row


def undo(session: Session, case: Application, row: DelayedDecision, *, actor: Actor, now: datetime) -> None:
    """Ends the decision by its author's wish; what was typed stays."""
    _end(session, case, row, UNDONE, now=now)
    audit.note(session, "decision:undo", subject=actor.tag, now=now, ref=case.ref, action=row.action)


def overtake(session: Session, case: Application, *, now: datetime) -> None:
    """Ends the decision because an applicant or a signer takes a step of the case first."""
    row = waiting_decision(session, case)
    if row is not None:
        refuse(session, case, row, [OVERTAKEN], now=now)


def refuse(
    session: Session, case: Application, row: DelayedDecision, reasons: Sequence[Blocker], *, now: datetime
) -> None:
    """Ends the decision for these reasons, which its author reads."""
    listed = [{"code": one.code, "data": dict(one.data)} for one in reasons]
    row.reasons = _encrypted(case, listed)
    _end(session, case, row, REFUSED, now=now)
    author = session.get_one(Account, row.account_id)
    data = {"ref": case.ref, "action": row.action, "reasons": [one.code for one in reasons]}
    audit.note(session, "decision:leave", subject=f"staff:{author.login}", now=now, result="refused", **data)


def release(session: Session, case: Application, row: DelayedDecision) -> None:
    """Deletes the decision so that its step can be taken, in the transaction of that step."""
    session.delete(row)
    case.decision_delayed = False
    session.flush()


def forget_ended(session: Session, case: Application, *, account_id: int | None) -> None:
    """Deletes this person's decisions on the case that did not leave: another decision takes their place."""
    of_person = (col(DelayedDecision.application_id) == case.id, col(DelayedDecision.account_id) == account_id)
    session.execute(delete(DelayedDecision).where(*of_person, col(DelayedDecision.ended_at).is_not(None)))


def forget_old(session: Session, *, now: datetime) -> None:
    session.execute(delete(DelayedDecision).where(col(DelayedDecision.ended_at) < now - STAYS))


def _end(session: Session, case: Application, row: DelayedDecision, outcome: str, *, now: datetime) -> None:
    row.ended_at, row.outcome = now, outcome
    case.decision_delayed = False
    session.flush()


def _encrypted(case: Application, value: object) -> str:
    # Data of obstacles may be read-only mappings.
    return encrypt(json.dumps(value, ensure_ascii=False, default=dict), case=case.ref)
