"""A person looks at a decision of the system that was chosen for the sample: right, or faulty with a reason.

A verdict changes no licence. What law allows after a fault (a correction, or a revocation by two persons) is proposed
in the ledger, as for any other licence (AL art. 69, MR art. 40).
"""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from registration import access, database, outbox
from registration.actor import SYSTEM, Actor
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound
from registration.keys.field_encryption import encrypt
from registration.models import Application, SampleAudit
from registration.operations.audit import note
from registration.operations.case_store import locked
from registration.queries.facts import CaseFacts
from registration.queries.object_facts import object_facts
from registration.queries.sample_audits import VERDICTS, is_late, late_samples, sample_of
from registration.rules.problems import Problem
from registration.rules.prose import prose

FAULTY = "faulty"
LONGEST = 1000
LATE = "notify.desk_sample_late"


def audit(ref: str, verdict: str, *, words: str = "", actor: Actor, now: datetime) -> None:
    """Records the verdict on a chosen case; a fault needs words.

    NotFound for a case that is not in the sample or is another registrar's, Conflict("sample_is_audited"),
    Forbidden("audit_own_case") for a party to the case, InvalidInput at `verdict` or `words`. The history says nothing
    of it, because the applicant reads that; the audit line does.
    """
    with database.transaction() as session:
        case = locked(session, ref)
        access.require("sample.audit", actor, object_facts(session, case, actor))
        row = _open_sample(session, case)
        facts = CaseFacts(session, case, actor=actor, now=now, inputs={})
        if actor.name in facts.person_names:
            raise Forbidden("audit_own_case")
        if verdict not in VERDICTS:
            raise InvalidInput([Problem("verdict", "choice.unknown")])
        text = prose("words", words, most=LONGEST, required=verdict == FAULTY)
        row.audited_by, row.audited_at, row.verdict = actor.tag, now, verdict
        row.words = encrypt(text, case=case.ref) if text else ""
        session.flush()
        note(
            session,
            "sample:audit",
            subject=actor.tag,
            now=now,
            ref=case.ref,
            verdict=verdict,
            late=is_late(row, now=now),
        )


def escalate(*, now: datetime, most: int) -> int:
    """Reports each sample whose term is over to those responsible; returns how many. Idempotent."""
    with database.reading() as session:
        overdue = late_samples(session, now=now, most=most)
    return sum(database.in_groups(overdue, partial(_escalate_one, now=now)))


def _escalate_one(number: int, *, now: datetime) -> bool:
    with database.transaction() as session:
        row = session.get_one(SampleAudit, number, with_for_update=True)
        if row.audited_at is not None or row.escalated_at is not None:
            return False
        row.escalated_at = now
        session.flush()
        note(session, "sample:escalate", subject=SYSTEM.tag, now=now, case=row.application_id)
        outbox.put(session, LATE, now=now, application_id=row.application_id)
    return True


def _open_sample(session: Session, case: Application) -> SampleAudit:
    found = sample_of(session, case)
    if found is None:
        raise NotFound(sample=case.ref)
    session.refresh(found, with_for_update=True)
    if found.audited_at is not None:
        raise Conflict("sample_is_audited", ref=case.ref)
    return found
