"""Switches decisions at once on or off for a type at a registrar: the director proposes, a second person decides.

A change applies from its day on and never to days that have passed. Each is kept with who, when, why, before and
after, and has its audit line.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from registration import access
from registration.access import ObjectFacts
from registration.actor import Actor
from registration.clock import local_date
from registration.database import transaction
from registration.errors import Conflict, InvalidInput, NotFound
from registration.models import StraightThroughChange
from registration.operations.audit import note
from registration.operations.second_person import CONFIRM, DECISIONS, REFUSE, WITHDRAW, check_decider
from registration.queries.straight_through_switch import switch_of
from registration.rules.languages import pair
from registration.rules.problems import Problem
from registration.rules.prose import prose
from registration.rules.straight_through import LONGEST_REASON, SwitchProposal, faults

_ENDS = {CONFIRM: "done", REFUSE: "refused", WITHDRAW: "withdrawn"}
_REASON = pair("理由", "the reason")


def propose(proposal: SwitchProposal, *, reason: str, actor: Actor, now: datetime) -> StraightThroughChange:
    """Proposes a change at the actor's registrar.

    Raises InvalidInput with every problem, also where nothing would change or another change of the type waits.
    """
    access.require("straight_through.propose", actor, ObjectFacts(registrar_code=actor.registrar_code))
    assert actor.registrar_code is not None
    problems = faults(proposal, today=local_date(now))
    text = ""
    try:
        text = prose("reason", reason, most=LONGEST_REASON, required=True, label=_REASON)
    except InvalidInput as invalid:
        problems += invalid.problems
    if problems or proposal.is_on is None or proposal.sample_percent is None or proposal.valid_from is None:
        raise InvalidInput(problems)
    after = {"is_on": proposal.is_on, "sample_percent": proposal.sample_percent}
    with transaction() as session:
        before = _before(session, actor.registrar_code, proposal)
        if before == after or (before is None and not proposal.is_on):
            raise InvalidInput([Problem("entity_type", "straight_through.unchanged")])
        row = StraightThroughChange(
            ref=secrets.token_hex(8),
            registrar_code=actor.registrar_code,
            entity_type=proposal.entity_type,
            valid_from=proposal.valid_from,
            before=before,
            reason=text,
            proposed_by=actor.tag,
            proposed_at=now,
            is_on=proposal.is_on,
            sample_percent=proposal.sample_percent,
        )
        session.add(row)
        try:
            session.flush()
        except IntegrityError as error:
            raise InvalidInput([Problem("entity_type", "straight_through.open")]) from error
        _note(session, row, "propose", actor=actor, now=now)
        return row


def decide(ref: str, decision: str, *, words: str = "", actor: Actor, now: datetime) -> StraightThroughChange:
    """Confirms or refuses the proposal of another person, or withdraws a proposal of the actor.

    A proposal whose day has passed meanwhile applies from the day of its confirmation. Raises NotFound (also for
    another registrar's), Conflict("proposal_decided"), Forbidden("own_proposal" or "not_proposer"), InvalidInput where
    a refusal has no words.
    """
    with transaction() as session:
        query = select(StraightThroughChange).where(col(StraightThroughChange.ref) == ref).with_for_update()
        row = session.scalars(query).one_or_none()
        if row is None or decision not in DECISIONS:
            raise NotFound(change=ref)
        access.require("straight_through.decide", actor, ObjectFacts(registrar_code=row.registrar_code))
        if row.status != "open":
            raise Conflict("proposal_decided")
        check_decider(decision, proposed_by=row.proposed_by, actor=actor)
        text = prose("words", words, most=LONGEST_REASON, required=decision == REFUSE, label=_REASON)
        row.status, row.decided_by, row.decided_at, row.decision = _ENDS[decision], actor.tag, now, text
        if decision == CONFIRM:
            row.valid_from = max(row.valid_from, local_date(now))
        session.flush()
        _note(session, row, decision, actor=actor, now=now)
        return row


def _before(session: Session, registrar_code: str, proposal: SwitchProposal) -> dict[str, Any] | None:
    """What is in force on the day from which the proposal applies."""
    assert proposal.valid_from is not None
    found = switch_of(session, registrar_code, proposal.entity_type, on=proposal.valid_from)
    return {"is_on": found.is_on, "sample_percent": found.sample_percent} if found else None


def _note(session: Session, row: StraightThroughChange, verb: str, *, actor: Actor, now: datetime) -> None:
    data = {"change": row.ref, "registrar": row.registrar_code, "entity_type": row.entity_type}
    after = {"is_on": row.is_on, "sample_percent": row.sample_percent}
    days = {"valid_from": row.valid_from.isoformat(), "reason": row.reason}
    note(
        session, f"straight_through:{verb}", subject=actor.tag, now=now, **data, **days, before=row.before, after=after
    )
