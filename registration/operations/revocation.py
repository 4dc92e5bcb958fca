"""Revoking, reinstating and correcting an edition: one person proposes, another confirms or refuses."""

from collections.abc import Callable, Mapping
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database
from registration.actor import SYSTEM, Actor
from registration.errors import Conflict, InvalidInput, NotFound
from registration.models import Application, Licence, LicenceProposal
from registration.operations import declared_void, editions, ledger, licence_correction, public_notices, register
from registration.queries.entity_ties import GONE
from registration.queries.ledger import open_proposal
from registration.rules.problems import Problem
from registration.rules.reasons import licence_reason, licence_reasons

# The registration statuses that a revocation sets and a reinstatement undoes.
ENDED_BY_US = frozenset({"revoked", "annulled"})


def propose_revocation(ref: str, *, reason_code: str, opinion: str, actor: Actor, now: datetime) -> str:
    """Proposes to revoke the edition in force, for a second person to decide; returns the proposal's reference.

    Raises InvalidInput, Conflict (`licence_not_in_force`, `reissue_underway`, `proposal_open`).
    """
    return _propose("revoke", ref, reason_code, opinion, actor=actor, now=now)


def propose_reinstatement(ref: str, *, reason_code: str, opinion: str, actor: Actor, now: datetime) -> str:
    """Proposes to reinstate the revoked edition. Raises as above, and Conflict("licence_not_revoked")."""
    return _propose("reinstate", ref, reason_code, opinion, actor=actor, now=now)


def propose_correction(
    ref: str,
    *,
    reason_code: str,
    opinion: str,
    evidence: str,
    changes: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> str:
    """Proposes to correct wrong facts of the newest edition; `evidence` names the proof.

    Raises InvalidInput, Conflict (`licence_not_issued`, `reissue_underway`, `proposal_open`, `entity_ended`).
    """
    given = {"evidence": evidence, "corrected": changes}
    return _propose("correct", ref, reason_code, opinion, actor=actor, now=now, given=given)


def confirm_revocation(proposal: str, *, actor: Actor, now: datetime, opinion: str = "") -> str:
    """Confirms another person's proposal: revokes, reinstates or corrects; returns the case's reference.

    Raises NotFound, Conflict (`own_proposal`, `proposal_decided`, or a code for an edition that has changed since).
    """
    return _decide(proposal, "confirmed", opinion, actor=actor, now=now)


def refuse_revocation(proposal: str, *, opinion: str, actor: Actor, now: datetime) -> str:
    """Refuses the proposal with a reason; nothing else changes."""
    return _decide(proposal, "refused", opinion, actor=actor, now=now)


def _propose(
    kind: str,
    ref: str,
    reason_code: str,
    opinion: str,
    *,
    actor: Actor,
    now: datetime,
    given: Mapping[str, Any] | None = None,
) -> str:
    with database.transaction() as session:
        case = ledger.case_for(session, ref, "licence.propose", actor)
        _refuse_input(kind, reason_code, opinion)
        if open_proposal(session, case.id) is not None:
            raise Conflict("proposal_open", ref=ref)
        sheets = AFFECTED[kind](session, case)
        changes = licence_correction.changes_of(session, case, sheets, now=now, **given) if given else {}
        proposal = LicenceProposal(
            ref=token_urlsafe(9),
            application_id=case.id,
            edition=sheets[0].edition,
            kind=kind,
            reason_code=reason_code,
            opinion=opinion.strip(),
            evidence=str(given["evidence"]).strip() if given else "",
            changes=changes,
            proposed_by=actor.tag,
            proposed_at=now,
        )
        session.add(proposal)
        session.flush()
        ledger.note(session, case, f"licence:propose_{kind}", actor=actor, now=now, **_details(proposal))
        return proposal.ref


def _details(proposal: LicenceProposal) -> dict[str, Any]:
    details = {"reason_code": proposal.reason_code, "opinion": proposal.opinion, "edition": proposal.edition}
    return details | ({"evidence": proposal.evidence, "changes": proposal.changes} if proposal.changes else {})


def _refuse_input(kind: str, reason_code: str, opinion: str) -> None:
    problems = [] if reason_code in licence_reasons(kind) else [Problem("reason_code", "choice.unknown")]
    if not opinion.strip():
        problems.append(Problem("opinion", "field.missing"))
    if problems:
        raise InvalidInput(problems)


def _decide(name: str, status: str, opinion: str, *, actor: Actor, now: datetime) -> str:
    with database.transaction() as session:
        case, proposal = _proposal(session, name, actor)
        if status == "refused" and not opinion.strip():
            raise InvalidInput([Problem("opinion", "field.missing")])
        if proposal.status != "open":
            raise Conflict("proposal_decided", ref=case.ref)
        if proposal.proposed_by == actor.tag:
            raise Conflict("own_proposal", ref=case.ref)
        proposal.status, proposal.decided_by, proposal.decided_at = status, actor.tag, now
        proposal.decision = opinion.strip() or None
        session.flush()
        if status == "confirmed":
            _carry_out(session, case, proposal, now=now)
        word = proposal.kind if status == "confirmed" else f"refuse_{proposal.kind}"
        details = _details(proposal) | {"proposed_by": proposal.proposed_by, "opinion": proposal.decision or ""}
        ledger.note(session, case, f"licence:{word}", actor=actor, now=now, **details)
        return case.ref


def _proposal(session: Session, name: str, actor: Actor) -> tuple[Application, LicenceProposal]:
    """The proposal, read after its case was locked: of two concurrent decisions, the second finds it decided."""
    ref = session.scalars(
        select(col(Application.ref))
        .join(LicenceProposal, col(LicenceProposal.application_id) == col(Application.id))
        .where(col(LicenceProposal.ref) == name)
    ).one_or_none()
    if ref is None:
        raise NotFound(proposal=name)
    case = ledger.case_for(session, ref, "licence.decide", actor)
    found = session.execute(select(LicenceProposal).where(col(LicenceProposal.ref) == name))
    return case, found.scalar_one()


def _carry_out(session: Session, case: Application, proposal: LicenceProposal, *, now: datetime) -> None:
    sheets = AFFECTED[proposal.kind](session, case)
    if sheets[0].edition != proposal.edition:
        raise Conflict("edition_changed", ref=case.ref)
    if proposal.kind == "correct":
        licence_correction.carry_out(session, case, proposal, now=now)
        return
    ledger.enter(
        session,
        proposal.kind,
        sheets,
        by=proposal.decided_by or "",
        now=now,
        reason_code=proposal.reason_code,
        proposal_id=proposal.id,
    )
    if proposal.kind == "reinstate":
        # What an open application has declared lost stays void.
        lost = [one for one in sheets if one.declared_by is not None]
        ledger.enter(session, "declare_void", lost, by=SYSTEM.tag, now=now, reason_code=declared_void.LOST)
    entity = ledger.entity_of(session, case)
    ends = (licence_reason(proposal.reason_code) or {}).get("entity")
    reinstated = proposal.kind == "reinstate" and entity.status in ENDED_BY_US
    state = public_notices.state_again(session, entity) if reinstated else ends if proposal.kind == "revoke" else None
    if state:
        reason = proposal.reason_code
        register.set_state(session, case, entity, state, cause=proposal.kind, reason_code=reason, now=now)


def _to_revoke(session: Session, case: Application) -> list[Licence]:
    if any(one.status == "prepared" for one in ledger.sheets_of(session, case)):
        raise Conflict("reissue_underway", ref=case.ref)
    return ledger.in_force(session, case)


def _to_reinstate(session: Session, case: Application) -> list[Licence]:
    """The sheets of the newest edition. An older one cannot be reinstated: two editions must not be in force.

    The licence of a deregistered entity cannot be reinstated either: the business has to be founded again.
    """
    if ledger.entity_of(session, case).status == GONE:
        raise Conflict("entity_ended", ref=case.ref)
    sheets = ledger.sheets_of(session, case)
    latest = max((one.edition for one in sheets), default=0)
    newest = [one for one in sheets if one.edition == latest]
    if not newest or any(one.status != "revoked" for one in newest):
        raise Conflict("licence_not_revoked", ref=case.ref)
    return newest


AFFECTED: dict[str, Callable[[Session, Application], list[Licence]]] = {
    "revoke": _to_revoke,
    "reinstate": _to_reinstate,
    "correct": editions.newest_of,
}
