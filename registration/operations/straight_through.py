"""Decides a case by the system at its first submission, where the registrar has switched it on (即时核准, 秒批).

The submission orders the decision through the outbox, so that a crash loses nothing; the table's guards decide. A case
that cannot be decided at once stays where it is, for a clerk, who may also be first.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registration import database, outbox
from registration.actor import SYSTEM, Actor
from registration.clock import local_date
from registration.errors import ActionRefused
from registration.keys.field_encryption import blind_index
from registration.matters import calendar, office_hours
from registration.models import Application, DecisionAttempt, SampleAudit
from registration.operations.act import local_effect, perform, writes
from registration.operations.case_store import locked_by_id
from registration.queries.straight_through_switch import switch_on
from registration.rules.automatic_checks import check_rules, rules_digest
from registration.rules.city import city
from registration.rules.feedback import due_after

# Named so that it is worked on before papers and mails.
ORDER = "issue.decision"
# The numbers that are drawn; a percent is a hundred of them.
NUMBERS = 10_000


def drawn_for(ref: str) -> int:
    """The number of a case for the sample, 0 to 9999: a keyed hash of its reference, so that it cannot be foreseen.

    With the key the same number comes out again, so that an auditor can draw the sample a second time.
    """
    return int(blind_index(f"sample:{ref}")[:16], 16) % NUMBERS


def is_chosen(drawn: int, *, percent: int) -> bool:
    return drawn < percent * NUMBERS // 100


@local_effect("decision.order")
def _order(session: Session, case: Application, actor: Actor, now: datetime) -> None:
    """Nothing is ordered where it is off, so that nothing is slower there."""
    if switch_on(session, case.registrar_code, case.entity_type, on=local_date(now)) is not None:
        outbox.put(session, ORDER, now=now, application_id=case.id, revision=case.revision)


def decide(message_id: int, application_id: int, *, now: datetime) -> bool:
    """Approves the case if the table allows it; else records why not, for the office. Whether it was approved.

    Ends the message in the same transaction, so that a worker that dies has decided and recorded all or nothing.
    """
    with database.transaction() as session:
        if not outbox.finish(session, message_id):
            return False
        case = locked_by_id(session, application_id)
        try:
            perform(session, case, "approve_at_once", actor=SYSTEM, now=now)
        except ActionRefused as refused:
            reasons = [{"code": one.code, "checks": list(one.data.get("checks", ()))} for one in refused.blockers]
            session.add(_attempt(case, now=now, blockers=reasons))
            return False
        return True


@writes("approve_at_once")
def _record(
    session: Session, case: Application, actor: Actor, inputs: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """Draws the case for the sample. The history keeps by which rules the checks were made."""
    switch = switch_on(session, case.registrar_code, case.entity_type, on=local_date(now))
    # A guard of the table has read the same row in this transaction.
    assert switch is not None
    drawn = drawn_for(case.ref)
    session.add(_attempt(case, now=now, decided=True, drawn=drawn, sample_percent=switch.sample_percent))
    if is_chosen(drawn, percent=switch.sample_percent):
        days = city().about.service.sample_audit
        due_at = due_after(now, days=days, calendar=calendar(), hours=office_hours())
        session.add(SampleAudit(application_id=case.id, chosen_at=now, due_at=due_at))
    session.flush()
    return {"checks": sorted(check_rules()), "rules": rules_digest()}


def _attempt(case: Application, *, now: datetime, decided: bool = False, **more: Any) -> DecisionAttempt:
    return DecisionAttempt(application_id=case.id, revision=case.revision, at=now, decided=decided, **more)
