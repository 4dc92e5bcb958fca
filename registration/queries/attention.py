"""Work for a person that is not a case on the desk: a count for each page where it is decided."""

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration.access import ACCESS
from registration.actor import Actor
from registration.models import Application, LicenceProposal, RegistrarProfile
from registration.queries import (
    feedback,
    misuse,
    outbox,
    phrases,
    published_voices,
    sample_audits,
    setting_changes,
    staff_changes,
    straight_through,
    supervision,
    verification,
    voices,
    workflow_versions,
)


class Count(Protocol):
    def __call__(self, session: Session, *, actor: Actor) -> int: ...


def attention(session: Session, *, actor: Actor) -> dict[str, int]:
    """How much of each of COUNTS waits for this actor; 0 of what another role decides."""
    return {
        name: count(session, actor=actor) if actor.roles & ACCESS[rule].staff else 0
        for name, (rule, count) in COUNTS.items()
    }


def _proposals(session: Session, *, actor: Actor) -> int:
    query = (
        select(func.count(col(LicenceProposal.id)))
        .join(Application, col(Application.id) == col(LicenceProposal.application_id))
        .where(col(LicenceProposal.status) == "open", col(LicenceProposal.proposed_by) != actor.tag)
        .where(col(Application.registrar_code) == actor.registrar_code)
    )
    return session.scalars(query).one()


def _letterheads(session: Session, *, actor: Actor) -> int:
    """With reasons for a refusal, to which the page of the letterheads leads: they wait for a second person too."""
    query = select(func.count(col(RegistrarProfile.id))).where(
        col(RegistrarProfile.status) == "proposed",
        col(RegistrarProfile.registrar_code) == actor.registrar_code,
        col(RegistrarProfile.prepared_by) != actor.tag,
    )
    return session.scalars(query).one() + phrases.waiting_count(session, actor=actor)


def _barred(session: Session, *, actor: Actor) -> int:
    return setting_changes.waiting_count(session, actor=actor, kinds=(setting_changes.BARRED,))


def _voices(session: Session, *, actor: Actor) -> int:
    """With answers whose publication waits for a second person, on the same page."""
    return voices.open_count(session, actor=actor) + published_voices.waiting_count(session, actor=actor)


# The rule of access under which each is decided or answered, and its number.
COUNTS: Mapping[str, tuple[str, Count]] = {
    "proposals": ("licence.decide", _proposals),
    "letterheads": ("letterhead.decide", _letterheads),
    "parked": ("outbox.manage", outbox.parked_count),
    "misuse": ("misuse.decide", misuse.open_count),
    "feedback": ("feedback.answer", feedback.open_count),
    "orders": ("supervision.answer", supervision.open_count),
    "voices": ("voice.answer", _voices),
    "accounts": ("account.manage", staff_changes.waiting_count),
    "settings": ("setting.decide", setting_changes.waiting_count),
    "barred": ("barred.decide", _barred),
    "workflows": ("workflow.decide", workflow_versions.waiting_count),
    "switches": ("straight_through.decide", straight_through.waiting_count),
    "samples": ("sample.audit", sample_audits.open_count),
    "faults": ("records.verify", verification.faults_found),
}
