"""Runs the checks of the records as a chain of messages: each does a bounded batch and orders the next.

So a run of hours holds no process for long, goes on after a restart, and is parked for staff where it cannot.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from registration import outbox
from registration.access import admit
from registration.actor import Actor
from registration.database import transaction
from registration.errors import Conflict
from registration.models import Verification, VerificationFault
from registration.operations.audit import note
from registration.queries.verification import ALERT, EFFECT, Batch, Fault, kept_faults
from registration.rules.verification import CHECKS

# Further faults are counted but not kept: these are enough to find what was altered.
MOST_KEPT = 5000


def begin(*, actor: Actor, now: datetime) -> Verification:
    """Begins a run. Conflict while another runs."""
    admit("records.verify", actor)
    run = Verification(ref=secrets.token_hex(8), asked_by=actor.tag, asked_at=now, step=CHECKS[0])
    try:
        with transaction() as session:
            session.add(run)
            session.flush()
            outbox.put(session, EFFECT, now=now, verification=run.ref)
            note(session, "verification:begin", subject=actor.tag, now=now, verification=run.ref)
            return run
    except IntegrityError as twice:
        raise Conflict("verification_runs") from twice


def record(ref: str, step: str, position: int, batch: Batch, *, message: int, now: datetime) -> None:
    """Writes the result of a batch, and orders the next or ends the run. Nothing for a message that is done."""
    with transaction() as session:
        if not outbox.finish(session, message):
            return
        run = session.scalars(select(Verification).where(col(Verification.ref) == ref).with_for_update()).one()
        if (run.status, run.step, run.position) != ("running", step, position):
            return
        room = max(0, MOST_KEPT - kept_faults(session, run))
        session.add_all(_row(run, step, one) for one in batch.faults[:room])
        run.counts = {**run.counts, step: _counted(run.counts.get(step, {}), batch)}
        run.faults += len(batch.faults)
        following = step if batch.position is not None else _after(step)
        if following is not None:
            run.step, run.position = following, batch.position or 0
            outbox.put(session, EFFECT, now=now, verification=run.ref)
            return
        run.status, run.finished_at = "done", now
        _end(session, run, now=now)


def _end(session: Session, run: Verification, *, now: datetime) -> None:
    note(session, "verification:end", subject=run.asked_by, now=now, verification=run.ref, faults=run.faults)
    if run.faults:
        outbox.put(session, ALERT, now=now, verification=run.ref)


def _counted(before: dict[str, Any], batch: Batch) -> dict[str, int]:
    checked, faults = before.get("checked", 0) + batch.checked, before.get("faults", 0) + len(batch.faults)
    return {"checked": checked, "faults": faults, "ended": int(batch.position is None)}


def _after(step: str) -> str | None:
    place = CHECKS.index(step) + 1
    return CHECKS[place] if place < len(CHECKS) else None


def _row(run: Verification, step: str, one: Fault) -> VerificationFault:
    return VerificationFault(
        verification_id=run.id, check=step, code=one.code, place=dict(one.place), data=dict(one.data)
    )
