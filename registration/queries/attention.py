"""Work for a person that is not a case on the desk: a count for each page where it is decided."""

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration.access import ACCESS
from registration.actor import Actor
from registration.models import Application, LicenceProposal, RegistrarProfile
from registration.queries import (
    feedback,
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
from registration.queries.misuse import open_count
from registration.queries.outbox import parked_count


def attention(session: Session, *, actor: Actor) -> dict[str, int]:
    """`proposals`, `letterheads` and `misuse` reports that this actor may decide, messages that were `parked`, and the
    `feedback`, `orders` and `voices` that the actor may answer, changes of `accounts`, `settings`, `workflows`, lists
    of `barred` persons and what is decided at once (`switches`), `samples` of such decisions, and `faults` of the
    records."""
    keys = ("proposals", "letterheads", "parked", "misuse", "feedback", "orders", "accounts", "workflows", "faults")
    counts = dict.fromkeys((*keys, "settings", "barred", "voices"), 0)
    counts["switches"] = straight_through.waiting_count(session, actor=actor)
    counts["samples"] = sample_audits.open_count(session, actor=actor)
    if actor.roles & ACCESS["licence.decide"].staff:
        counts["proposals"] = _proposals(session, actor)
    if actor.roles & ACCESS["letterhead.decide"].staff:
        # The page of the letterheads leads to the reasons for a refusal, which wait for a second person too.
        counts["letterheads"] = _letterheads(session, actor) + phrases.waiting_count(session, actor=actor)
    if actor.roles & ACCESS["outbox.manage"].staff:
        counts["parked"] = parked_count(session, actor=actor)
    if actor.roles & ACCESS["misuse.decide"].staff:
        counts["misuse"] = open_count(session, actor=actor)
    if actor.roles & ACCESS["feedback.answer"].staff:
        counts["feedback"] = feedback.open_count(session, actor=actor)
    if actor.roles & ACCESS["supervision.answer"].staff:
        counts["orders"] = supervision.open_count(session, actor=actor)
    if actor.roles & ACCESS["voice.answer"].staff:
        counts["voices"] = voices.open_count(session, actor=actor) + published_voices.waiting_count(
            session, actor=actor
        )
    if actor.roles & ACCESS["account.manage"].staff:
        counts["accounts"] = staff_changes.waiting_count(session, actor=actor)
    if actor.roles & ACCESS["setting.decide"].staff:
        counts["settings"] = setting_changes.waiting_count(session, actor=actor)
    if actor.roles & ACCESS["barred.decide"].staff:
        counts["barred"] = setting_changes.waiting_count(session, actor=actor, kinds=(setting_changes.BARRED,))
    if actor.roles & ACCESS["workflow.decide"].staff:
        counts["workflows"] = workflow_versions.waiting_count(session, actor=actor)
    if actor.roles & ACCESS["records.verify"].staff:
        counts["faults"] = verification.faults_found(session, actor=actor)
    return counts


def _proposals(session: Session, actor: Actor) -> int:
    query = (
        select(func.count(col(LicenceProposal.id)))
        .join(Application, col(Application.id) == col(LicenceProposal.application_id))
        .where(col(LicenceProposal.status) == "open", col(LicenceProposal.proposed_by) != actor.tag)
        .where(col(Application.registrar_code) == actor.registrar_code)
    )
    return session.scalars(query).one()


def _letterheads(session: Session, actor: Actor) -> int:
    query = select(func.count(col(RegistrarProfile.id))).where(
        col(RegistrarProfile.status) == "proposed",
        col(RegistrarProfile.registrar_code) == actor.registrar_code,
        col(RegistrarProfile.prepared_by) != actor.tag,
    )
    return session.scalars(query).one()
