"""Reminds signers whose signature is missing, and an applicant who has to correct: each at most once a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database, outbox
from registration.actor import SYSTEM, Actor
from registration.errors import Conflict, InvalidInput
from registration.matters import definition_of
from registration.models import Application, HistoryEntry, Party
from registration.operations import history, sign
from registration.operations.case_store import locked, locked_by_id
from registration.queries.notices import CORRECTION_REMINDER
from registration.queries.object_facts import object_facts
from registration.queries.signing_messages import Channel
from registration.rules.languages import offered
from registration.rules.problems import Problem
from registration.rules.push import REMINDER
from registration.settings import settings

# Protects the person, who cannot know the applicant, from many messages.
BETWEEN = timedelta(days=1)
# The entry of the history.
REMINDED = "applicant:remind"


def remind(ref: str, party_ref: str, *, channel: Channel, lang: str = "", actor: Actor, now: datetime) -> None:
    """The applicant sends a signer the link again by mail or text message, in the signer's language.

    A person who declined is asked again. Raises NotFound, Conflict("reminded_today") within a day after the last one,
    Conflict("signature_not_missing") for a person who has signed, Conflict("signing_is_over").
    """
    if lang and lang not in offered():
        raise InvalidInput([Problem("lang", "choice.unknown")])
    with database.transaction() as session:
        case, party = sign.party_to_sign(session, ref, party_ref, actor)
        if party not in sign.waiting_parties(session, case):
            raise Conflict("signature_not_missing", ref=ref)
        if case.misuse_reported_at is not None:
            raise Conflict("misuse_is_reported", ref=ref)
        if party.reminded_at is not None and now < party.reminded_at + BETWEEN:
            raise Conflict("reminded_today", ref=ref)
        party.locale = lang or party.locale
        _order(session, case, party, actor=actor, now=now, channel=channel)


def remind_applicant(ref: str, *, actor: Actor, now: datetime) -> None:
    """The office reminds the applicant of a correction. Raises NotFound, Forbidden, and as below."""
    with database.transaction() as session:
        case = locked(session, ref)
        access.require("application.act", actor, object_facts(session, case, actor))
        check_reminder(session, case, now=now)
        role = min(actor.roles & access.OFFICE)
        history.note(session, case, REMINDED, actor=actor, role=role, now=now, data={})
        outbox.put(session, CORRECTION_REMINDER, now=now, application_id=case.id)


def check_reminder(session: Session, case: Application, *, now: datetime) -> None:
    """Raises Conflict("no_correction_waits"), Conflict("applicant_reminded_today"), Conflict("misuse_is_reported")."""
    if case.submitted_at is None or definition_of(case.definition).states[case.state].kind != "applicant":
        raise Conflict("no_correction_waits", ref=case.ref)
    if case.misuse_reported_at is not None:
        raise Conflict("misuse_is_reported", ref=case.ref)
    lately = (
        select(col(HistoryEntry.seq))
        .where(col(HistoryEntry.application_id) == case.id, col(HistoryEntry.tag) == REMINDED)
        .where(col(HistoryEntry.at) > now - BETWEEN)
    )
    if session.scalars(lately.limit(1)).first() is not None:
        raise Conflict("applicant_reminded_today", ref=case.ref)


def remind_waiting(*, now: datetime, most: int) -> int:
    """Reminds up to `most` signers whose day has come; returns their number. Idempotent."""
    due = select(col(Party.id)).where(col(Party.remind_at) <= now).order_by(col(Party.remind_at)).limit(most)
    with database.reading() as session:
        waiting = list(session.scalars(due))
    database.in_groups(waiting, partial(_remind_one, now=now))
    return len(waiting)


def links_to_send(application_id: int, party_ids: Sequence[int] | None, *, now: datetime) -> dict[int, str]:
    """Number of the party -> secret of the link, for the worker: of those named, or all, whose signature is missing."""
    with database.transaction() as session:
        case = locked_by_id(session, application_id)
        waiting = sign.waiting_parties(session, case) if sign.may_open_links(case) else []
        return {one.id: sign.open_link(one, now=now) for one in waiting if party_ids is None or one.id in party_ids}


def _remind_one(party_id: int, *, now: datetime) -> None:
    with database.transaction() as session:
        party = session.get(Party, party_id)
        if party is None:
            return
        case = locked_by_id(session, party.application_id)
        session.refresh(party)
        if party.remind_at is None or party.remind_at > now:
            return
        party.remind_at = None
        if _still_waits(session, case, party):
            _order(session, case, party, actor=SYSTEM, now=now, channel=None)


def _still_waits(session: Session, case: Application, party: Party) -> bool:
    """Whether the person has neither signed nor declined this content, and the case can be signed."""
    can_be_signed = any(row.action == "sign" for row in definition_of(case.definition).rows_from(case.state))
    if not can_be_signed or case.misuse_reported_at is not None:
        return False
    return party in sign.waiting_parties(session, case) and party.refused_digest is None


def _order(
    session: Session, case: Application, party: Party, *, actor: Actor, now: datetime, channel: Channel | None
) -> None:
    party.reminders, party.reminded_at = party.reminders + 1, now
    party.remind_at = sign.reminder_after(now) if party.reminders < settings().signing_reminders else None
    role = "system" if actor is SYSTEM else "applicant"
    data = {"person": party.person_key}
    session.flush()
    history.note(session, case, "party:remind", actor=actor, role=role, now=now, data=data)
    outbox.put(session, REMINDER, now=now, application_id=case.id, party=party.id, channel=channel)
