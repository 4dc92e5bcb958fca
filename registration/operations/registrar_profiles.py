"""Changes letterheads: one person prepares a change, another decides, and it never applies to past days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from secrets import token_hex
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from certificates.paper.seal_picture import PNG
from registration import access, outbox
from registration.access import ObjectFacts
from registration.actor import Actor
from registration.clock import local_date
from registration.database import transaction
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound, StaleVersion
from registration.models import Registrar, RegistrarProfile
from registration.operations.audit import note
from registration.queries.registrar_profiles import earliest_day, may_print_seals
from registration.rules.problems import Problem
from registration.rules.registrar_profiles import SEAL, SEAL_BYTES, STEPS, faults, tidied, too_early


@dataclass(frozen=True)
class ProfileProposal:
    """The input: the texts by field, the day, and a seal's picture; `keeps_seal` keeps the present picture."""

    text: Mapping[str, Any]
    valid_from: date | None
    seal: bytes | None = None
    keeps_seal: bool = True


def prepare(proposal: ProfileProposal, *, actor: Actor, now: datetime, like: str | None = None) -> RegistrarProfile:
    """Creates a draft for the actor's registrar; `like` is the letterhead whose seal it keeps. Raises InvalidInput."""
    access.require("letterhead.prepare", actor, ObjectFacts(registrar_code=actor.registrar_code))
    with transaction() as session:
        registrar = session.get_one(Registrar, actor.registrar_code)
        row = RegistrarProfile(
            ref=token_hex(8),
            registrar_code=registrar.code,
            **_judged(session, proposal, registrar.code, now=now),
            prepared_by=actor.tag,
            prepared_at=now,
        )
        model = _by_ref(session, like, lock=False) if like else None
        if model is not None and model.registrar_code == registrar.code:
            row.seal_image, row.seal_sha256 = model.seal_image, model.seal_sha256
        _put_seal(row, proposal)
        session.add(row)
        session.flush()
        _audit(session, row, "prepare", actor=actor, now=now)
        _ask_samples(session, row, now=now)
        return row


def revise(
    ref: str, proposal: ProfileProposal, *, actor: Actor, now: datetime, version: int | None = None
) -> RegistrarProfile:
    """Replaces the texts of a draft. Only its preparer may, so that one person is responsible for all of them."""
    with transaction() as session:
        row = _locked(session, ref, "letterhead.prepare", actor=actor, version=version)
        if row.status != "draft":
            raise Conflict("letterhead_not_open", state=row.status)
        _require_preparer(row, actor)
        for name, value in _judged(session, proposal, row.registrar_code, now=now).items():
            setattr(row, name, value)
        _put_seal(row, proposal)
        row.version += 1
        _audit(session, row, "revise", actor=actor, now=now)
        _ask_samples(session, row, now=now)
        return row


def propose(ref: str, *, actor: Actor, now: datetime, version: int | None = None) -> RegistrarProfile:
    """Submits the draft to a second person; its texts cannot change any more."""
    with transaction() as session:
        row = _locked(session, ref, "letterhead.prepare", actor=actor, version=version)
        _require_preparer(row, actor)
        _refuse_early(session, row, now=now)
        row.proposed_at = now
        return _move(session, row, "propose", actor=actor, now=now)


def approve(ref: str, *, actor: Actor, now: datetime, version: int | None = None) -> RegistrarProfile:
    """Puts it into force from its day on. Raises Forbidden to its preparer, InvalidInput when its day has passed."""
    with transaction() as session:
        row = _locked(session, ref, "letterhead.decide", actor=actor, version=version)
        _refuse_preparer(row, actor)
        # Issuing a paper takes a shared lock of this row: nothing is issued between the check and the decision.
        session.get_one(Registrar, row.registrar_code, with_for_update={"key_share": True})
        _refuse_early(session, row, now=now)
        row.decided_by, row.decided_at = actor.tag, now
        return _move(session, row, "approve", actor=actor, now=now)


def refuse(ref: str, *, reason: str, actor: Actor, now: datetime, version: int | None = None) -> RegistrarProfile:
    """Refuses the proposal, with the second person's reason."""
    with transaction() as session:
        row = _locked(session, ref, "letterhead.decide", actor=actor, version=version)
        _refuse_preparer(row, actor)
        if not reason.strip():
            raise InvalidInput([Problem("decision", "letterhead.reason_missing")])
        row.decided_by, row.decided_at, row.decision = actor.tag, now, reason.strip()[:500]
        return _move(session, row, "refuse", actor=actor, now=now)


def withdraw(ref: str, *, actor: Actor, now: datetime, version: int | None = None) -> RegistrarProfile:
    """Withdraws a draft or a proposal. Any director of the office may do this: the preparer may be away."""
    with transaction() as session:
        row = _locked(session, ref, "letterhead.prepare", actor=actor, version=version)
        row.decided_by, row.decided_at = actor.tag, now
        return _move(session, row, "withdraw", actor=actor, now=now)


def ask_samples(ref: str, *, actor: Actor, now: datetime) -> None:
    """Orders the samples of this letterhead from a worker; existing ones are kept."""
    with transaction() as session:
        row = _locked(session, ref, "letterhead.read", actor=actor, version=None)
        _ask_samples(session, row, now=now)


def _ask_samples(session: Session, row: RegistrarProfile, *, now: datetime) -> None:
    outbox.put(session, "letterhead.samples", now=now, letterhead=row.ref)


def _judged(session: Session, proposal: ProfileProposal, registrar_code: str, *, now: datetime) -> dict[str, Any]:
    """The columns of the input; raises InvalidInput with every problem."""
    text = tidied(proposal.text)
    problems = faults(text, valid_from=proposal.valid_from) + _seal_faults(proposal)
    if proposal.valid_from is not None:
        problems += too_early(proposal.valid_from, earliest_day(session, registrar_code, today=local_date(now)))
    if problems:
        raise InvalidInput(problems)
    return {**text, "valid_from": proposal.valid_from}


def _seal_faults(proposal: ProfileProposal) -> list[Problem]:
    if proposal.seal is None:
        return []
    if not may_print_seals():
        return [Problem("seal", "letterhead.seal_not_own", {"field": SEAL})]
    if not proposal.seal.startswith(PNG) or len(proposal.seal) > SEAL_BYTES:
        return [Problem("seal", "letterhead.seal_malformed", {"field": SEAL, "most": SEAL_BYTES // 1024})]
    return []


def _put_seal(row: RegistrarProfile, proposal: ProfileProposal) -> None:
    if proposal.seal is not None:
        row.seal_image, row.seal_sha256 = proposal.seal, sha256(proposal.seal).hexdigest()
    elif not proposal.keeps_seal:
        row.seal_image = row.seal_sha256 = None


def _locked(session: Session, ref: str, rule: str, *, actor: Actor, version: int | None) -> RegistrarProfile:
    row = _by_ref(session, ref, lock=True)
    if row is None:
        raise NotFound(letterhead=ref)
    access.require(rule, actor, ObjectFacts(registrar_code=row.registrar_code))
    if version is not None and version != row.version:
        raise StaleVersion("letterhead_changed", version=row.version)
    return row


def _by_ref(session: Session, ref: str, *, lock: bool) -> RegistrarProfile | None:
    query = select(RegistrarProfile).where(col(RegistrarProfile.ref) == ref)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def _move(session: Session, row: RegistrarProfile, step: str, *, actor: Actor, now: datetime) -> RegistrarProfile:
    sources, target = STEPS[step]
    if row.status not in sources.split():
        raise Conflict("letterhead_not_open", state=row.status)
    row.status, row.version = target, row.version + 1
    _audit(session, row, step, actor=actor, now=now)
    return row


def _require_preparer(row: RegistrarProfile, actor: Actor) -> None:
    if row.prepared_by != actor.tag:
        raise Forbidden("letterhead_not_preparer")


def _refuse_preparer(row: RegistrarProfile, actor: Actor) -> None:
    if row.prepared_by == actor.tag:
        raise Forbidden("letterhead_four_eyes")


def _refuse_early(session: Session, row: RegistrarProfile, *, now: datetime) -> None:
    earliest = earliest_day(session, row.registrar_code, today=local_date(now))
    if problems := too_early(row.valid_from, earliest):
        raise InvalidInput(problems)


def _audit(session: Session, row: RegistrarProfile, step: str, *, actor: Actor, now: datetime) -> None:
    details = {"letterhead": row.ref, "registrar": row.registrar_code, "valid_from": row.valid_from.isoformat()}
    note(session, f"letterhead:{step}", subject=actor.tag, now=now, version=row.version, **details)
