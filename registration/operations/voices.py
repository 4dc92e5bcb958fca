"""Complaints, reports, suggestions and questions of anybody, without an account: filed, handed on, answered, closed.

They are rows of their own and no feedback, which belongs to a case, its history and its applicant: a voice has none of
them, may change the office, and is read again with its number and check word. Each step is an append-only entry of the
voice and an audit line; neither has what was written in the clear.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database, outbox
from registration.access import HEADS
from registration.actor import SYSTEM, Actor
from registration.clock import local
from registration.errors import Conflict, Forbidden, InvalidInput
from registration.keys.field_encryption import encrypt
from registration.matters import calendar, matters, office_hours
from registration.models import Account, Registrar, Voice, VoiceEntry
from registration.operations import audit
from registration.queries.holding import colleague
from registration.queries.voice_mails import FILED, LATE
from registration.queries.voices import BY_HOTLINE, late_voices, may_act, require_seen
from registration.rules.city import city
from registration.rules.feedback import due_after
from registration.rules.languages import pair
from registration.rules.problems import Problem
from registration.rules.prose import prose, prose_among
from registration.rules.voices import KINDS, LONGEST, LONGEST_CONTACT, has_private_number

_WORDS, _CONTACT = pair("内容", "the text"), pair("联系方式", "the way to reach you")
_ANSWER, _REASON = pair("答复", "the answer"), pair("理由", "the reason")
_DIGITS = 8


@dataclass(frozen=True)
class VoiceData:
    """What somebody writes. `registrar` is a code, `matter` may be empty, `contact` too.

    `with_numbers`: numbers of identity or bank cards in the text are meant to be there.
    """

    kind: str
    registrar: str
    words: str
    matter: str = ""
    contact: str = ""
    with_numbers: bool = False


def file(data: VoiceData, *, now: datetime, hotline: Actor | None = None) -> str:
    """Files it and returns its number. InvalidInput with every fault; at `with_numbers` for a number not confirmed.

    `hotline` is who files it for a caller; its entries say so.
    """
    with database.transaction() as session:
        words, contact = _fit(session, data)
        ref = _free_number(session, now)
        service = city().about.service
        row = Voice(
            ref=ref,
            registrar_code=data.registrar,
            kind=data.kind,
            matter=data.matter,
            words=encrypt(words, case=ref),
            contact=encrypt(contact, case=ref) if contact else "",
            made_at=now,
            due_at=_after(now, service.voice_answer),
            escalate_at=_after(now, service.voice_answer + service.voice_report),
        )
        session.add(row)
        session.flush()
        step, by = (BY_HOTLINE, hotline.tag) if hotline else ("file", "public")
        note_step(session, row, step, by=by, now=now, data={"to": data.registrar})
        outbox.put(session, FILED, now=now, voice=ref)
        return ref


def assign(ref: str, number: str, *, actor: Actor, now: datetime) -> None:
    """Gives it to a person of the own office by staff number; everybody may take a free one that concerns nobody.

    NotFound for one that the actor may not see, Forbidden("voice_of_another") for giving it to others without being
    responsible for the office, Conflict("voice_is_ended"), InvalidInput at `number`.
    """
    with database.transaction() as session:
        row = _open(session, ref, actor)
        found = colleague(session, row.registrar_code, number)
        if found is None:
            raise InvalidInput([Problem("number", "voice.no_colleague")])
        if found.id != actor.account_id and not actor.roles & HEADS:
            raise Forbidden("voice_of_another")
        before = session.get(Account, row.assignee_id) if row.assignee_id else None
        row.assignee_id = found.id
        data = {"from": f"staff:{before.login}" if before else "", "to": f"staff:{found.login}"}
        note_step(session, row, "give", by=actor.tag, now=now, data=data)


def hand_over(ref: str, registrar: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Gives it to another office with a reason; the term stays. Raises as `assign`, InvalidInput at both fields."""
    with database.transaction() as session:
        row = _open(session, ref, actor)
        problems = []
        if registrar == row.registrar_code or session.get(Registrar, registrar) is None:
            problems.append(Problem("registrar", "voice.no_office"))
        words = prose_among(problems, "reason", reason, most=LONGEST, required=True, label=_REASON)
        if problems:
            raise InvalidInput(problems)
        data = {"from": row.registrar_code, "to": registrar}
        row.registrar_code, row.assignee_id = registrar, None
        note_step(session, row, "pass_on", by=actor.tag, now=now, data=data, words=words)
        outbox.put(session, FILED, now=now, voice=row.ref)


def answer(ref: str, *, words: str, actor: Actor, now: datetime) -> None:
    """Answers it; the sender reads it with number and check word. Raises as `assign`, InvalidInput at `words`."""
    _end(ref, "answered", words, actor=actor, now=now, label=_ANSWER)


def close(ref: str, *, words: str, actor: Actor, now: datetime) -> None:
    """Closes one that needs no answer of the office, with a reason that the sender reads. Only those responsible.

    Raises as `assign`, Forbidden("voice_closed_by_heads").
    """
    _end(ref, "closed", words, actor=actor, now=now, label=_REASON)


def escalate(*, now: datetime, most: int) -> int:
    """Reports each voice that is late by the days of the city to the directors; returns how many. Idempotent."""
    with database.reading() as session:
        overdue = late_voices(session, now=now, most=most)
    return sum(database.in_groups(overdue, partial(_escalate_one, now=now)))


def _escalate_one(number: int, *, now: datetime) -> bool:
    with database.transaction() as session:
        row = session.get_one(Voice, number, with_for_update=True)
        if row.status != "open" or row.escalated_at is not None:
            return False
        row.escalated_at = now
        note_step(session, row, "escalate", by=SYSTEM.tag, now=now)
        outbox.put(session, LATE, now=now, voice=row.ref)
    return True


def _end(ref: str, status: str, words: str, *, actor: Actor, now: datetime, label: Mapping[str, str]) -> None:
    with database.transaction() as session:
        row = _open(session, ref, actor)
        if status == "closed" and not actor.roles & HEADS:
            raise Forbidden("voice_closed_by_heads")
        text = prose("words", words, most=LONGEST, required=True, label=label)
        row.answer, row.status = encrypt(text, case=row.ref), status
        row.ended_by, row.ended_at = actor.tag, now
        note_step(session, row, "answer" if status == "answered" else "close", by=actor.tag, now=now)


def _open(session: Session, ref: str, actor: Actor) -> Voice:
    """The open voice, locked, if the actor may act on it."""
    row = require_seen(session, ref, actor=actor, lock=True)
    if row.status != "open":
        raise Conflict("voice_is_ended")
    if not may_act(row, actor):
        raise Forbidden("voice_of_another")
    return row


def _fit(session: Session, data: VoiceData) -> tuple[str, str]:
    """Text and contact as they are stored. InvalidInput with the faults of all fields."""
    problems = []
    if data.kind not in KINDS:
        problems.append(Problem("kind", "voice.no_kind"))
    if session.get(Registrar, data.registrar) is None:
        problems.append(Problem("registrar", "voice.no_office"))
    if data.matter and data.matter not in matters():
        problems.append(Problem("matter", "voice.no_matter"))
    words = prose_among(problems, "words", data.words, most=LONGEST, required=True, label=_WORDS)
    contact = prose_among(problems, "contact", data.contact, most=LONGEST_CONTACT, label=_CONTACT)
    if has_private_number(words) and not data.with_numbers:
        problems.append(Problem("with_numbers", "voice.private_number"))
    if problems:
        raise InvalidInput(problems)
    return words, contact


def _free_number(session: Session, now: datetime) -> str:
    """A number at random, so that it does not show how many there are; it is read out on the telephone."""
    while True:
        ref = f"SQ-{local(now).year}-{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
        if session.scalars(select(col(Voice.id)).where(col(Voice.ref) == ref)).first() is None:
            return ref


def _after(now: datetime, days: int) -> datetime:
    return due_after(now, days=days, calendar=calendar(), hours=office_hours())


def note_step(
    session: Session,
    row: Voice,
    step: str,
    *,
    by: str,
    now: datetime,
    data: Mapping[str, str] | None = None,
    words: str = "",
) -> None:
    """Writes an entry of the voice, `words` encrypted, and the audit line; `data` has `from` and `to`."""
    changed = dict(data or {})
    kept = encrypt(words, case=row.ref) if words else ""
    session.add(VoiceEntry(voice_id=row.id, step=step, by=by, at=now, words=kept, data=changed))
    session.flush()
    told = {"voice": row.ref, "kind": row.kind, "registrar": row.registrar_code}
    audit.note(
        session, f"voice:{step}", subject=by, now=now, **told, before=changed.get("from"), after=changed.get("to")
    )
