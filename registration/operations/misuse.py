"""Reports that a person was named without consent: they stop a case until the director decides.

The guards of the table read `Application.misuse_reported_at`; the report itself, with what the person wrote, is a row
for the office. The director decides on drafts, too, without reading them: a report is work of the office from the
moment when it is made.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from registration import access, database
from registration.actor import Actor
from registration.errors import Conflict, NotFound
from registration.keys.field_encryption import encrypt
from registration.matters import definition_of
from registration.models import Application, Message, MisuseReport, Party
from registration.operations import audit, sign
from registration.operations.act import Outcome, local_effect, perform, writes
from registration.queries.misuse import open_reports
from registration.queries.object_facts import object_facts
from registration.queries.outbox import DECIDED
from registration.rules.prose import prose

DECISIONS = ("lift_stop", "reject")


def report(secret: str, *, words: str = "", contact: str = "", now: datetime) -> Outcome:
    """The person behind a link says: this is not me, or I was not asked. The case stops at once.

    No proof of identity is asked for, because the number in the form need not be the person's. NotFound for an unknown
    link, Conflict("misuse_reported_already") if this person's report is still open, ActionRefused once nothing of the
    case can be stopped any more, InvalidInput for a text that cannot be shown.
    """
    given = (("words", words), ("contact", contact))
    said = {name: prose(name, text, most=sign.LONGEST_TEXT) for name, text in given}
    with database.transaction() as session:
        party = sign.behind(session, secret, now=now)
        case = session.get_one(Application, party.application_id, with_for_update=True)
        if any(one.party_id == party.id for one in open_reports(session, case)):
            raise Conflict("misuse_reported_already", ref=case.ref)
        return perform(session, case, "report_misuse", actor=sign.actor_of(party), now=now, inputs=said)


def decide(report_ref: str, decision: str, *, actor: Actor, now: datetime, **inputs: Any) -> Outcome:
    """The director's decision on every open report of the case: `lift_stop`, or `reject` with a legal reason.

    Raises NotFound for another registrar's report, Forbidden for another role, ActionRefused with every blocker.
    """
    if decision not in DECISIONS:
        raise NotFound(decision=decision)
    with database.transaction() as session:
        case = case_of_report(session, report_ref, actor=actor, lock=True)
        return perform(session, case, decision, actor=actor, now=now, inputs=inputs)


def case_of_report(session: Session, report_ref: str, *, actor: Actor, lock: bool = False) -> Application:
    """The reported case, also a draft: the office has it because of the report."""
    found = session.scalars(select(MisuseReport).where(col(MisuseReport.ref) == report_ref)).one_or_none()
    if found is None:
        raise NotFound(report=report_ref)
    case = session.get_one(Application, found.application_id, with_for_update=lock or None)
    access.require("misuse.decide", actor, replace(object_facts(session, case, actor), handed_in=True))
    return case


@writes("report_misuse")
def _keep_report(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    party = session.get_one(Party, actor.party_id)
    words, contact = (encrypt(str(inputs.get(name) or ""), case=case.ref) for name in ("words", "contact"))
    row = MisuseReport(
        ref=token_urlsafe(12),
        application_id=case.id,
        party_id=party.id,
        name=party.name,
        capacities=party.capacities,
        reported_at=now,
        words=words,
        contact=contact,
    )
    session.add(row)
    party.remind_at = None
    case.misuse_reported_at = case.misuse_reported_at or now
    session.flush()
    audit.note(session, "misuse:report", subject=actor.tag, now=now, ref=case.ref, report=row.ref)
    return {"person": party.person_key, "report": row.ref}


@writes("lift_stop")
@writes("reject")
def _close_reports(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    closed = open_reports(session, case)
    # The row names the new state already.
    decision = "refused" if definition_of(case.definition).states[case.state].kind == "final" else "lifted"
    for one in closed:
        one.decided_at, one.decided_by, one.decision = now, actor.tag, decision
        audit.note(session, f"misuse:{decision}", subject=actor.tag, now=now, ref=case.ref, report=one.ref)
    if closed:
        case.misuse_reported_at = None
        session.flush()
    return {"reports": [one.ref for one in closed]} if closed else {}


@local_effect("licence.stop")
def _stop_licence(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """Deletes the order for the licence: a worker that makes it already records nothing without its message."""
    wanted = (col(Message.application_id) == case.id, col(Message.effect).in_(DECIDED))
    session.execute(delete(Message).where(*wanted))
