"""Ratings of ended steps and complaints about one, and what the office owes after them: a call back and an answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import select
from sqlmodel import Session, col

from registration import access, database, outbox
from registration.actor import SYSTEM, Actor
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound
from registration.keys.field_encryption import encrypt
from registration.matters import calendar, office_hours
from registration.models import Account, Application, Feedback
from registration.operations import history
from registration.operations.case_store import locked
from registration.queries.feedback import ended_steps, entry_of, is_late, late
from registration.queries.object_facts import object_facts
from registration.rules.city import city
from registration.rules.feedback import (
    ANSWER_WITHIN,
    CHECK_WITHIN,
    GRADES,
    POOR,
    due_after,
    rated_steps,
    rating_reasons,
)
from registration.rules.problems import Problem
from registration.rules.prose import prose
from registration.rules.whole_numbers import whole_number

LONGEST = 1000
ANSWERED = "notify.feedback_answer"
RATED, COMPLAINED, LATE = "notify.desk_rating", "notify.desk_complaint", "notify.desk_late"


def rate(
    ref: str, step: str, *, grade: int | None, actor: Actor, now: datetime, reasons: Sequence[str] = (), words: str = ""
) -> str:
    """Rates a step of the case that has ended, or changes that rating; returns its reference.

    A poor grade obliges the office to call back and to answer. NotFound for an unknown step,
    Conflict("step_not_ended"), Conflict("rating_is_final") some days later, Conflict("rating_is_answered"),
    InvalidInput.
    """
    with database.transaction() as session:
        case = _own(session, ref, actor)
        if step not in rated_steps(case.matter):
            raise NotFound(step=step)
        if step not in ended_steps(session, case):
            raise Conflict("step_not_ended", ref=ref)
        given = _rating(case, grade=grade, reasons=reasons, words=words)
        row = _rated(session, case, step)
        changed = row is not None
        if row is None:
            row = _new(case, "rating", step, now=now)
        else:
            _require_open(row, now=now)
            row.changed_at = now
        row.grade, row.reasons, row.words = given
        was_due = row.due_at is not None
        _oblige(row, now=now)
        session.add(row)
        session.flush()
        _note(session, case, row, "change" if changed else "give", actor=actor, now=now)
        if row.due_at is not None and not was_due:
            outbox.put(session, RATED, now=now, application_id=case.id)
        return row.ref


def complain(ref: str, step: str, *, words: str, actor: Actor, now: datetime) -> str:
    """Complains about one step: the number of its entry in the history, or `0` for the case as it is now.

    InvalidInput for a step that was not the office's, or without a text; Conflict("case_not_submitted") for a draft,
    Conflict("complaint_is_open") while one about this step waits for its answer.
    """
    with database.transaction() as session:
        case = _own(session, ref, actor)
        if case.submitted_at is None:
            raise Conflict("case_not_submitted", ref=ref)
        about, text = _fit(session, case, step, words)
        same = (col(Feedback.application_id) == case.id, col(Feedback.kind) == "complaint", col(Feedback.step) == step)
        if session.scalars(select(col(Feedback.id)).where(*same, col(Feedback.answered_at).is_(None))).first():
            raise Conflict("complaint_is_open", ref=ref)
        row = _new(case, "complaint", step, now=now)
        row.about, row.words = about, encrypt(text, case=case.ref)
        row.due_at = _after(now, city().about.service.complaint_answer)
        session.add(row)
        session.flush()
        _note(session, case, row, "make", actor=actor, now=now)
        outbox.put(session, COMPLAINED, now=now, application_id=case.id)
        return row.ref


def _fit(session: Session, case: Application, step: str, words: str) -> tuple[str, str]:
    """Who is complained of, and the text. InvalidInput with the faults of both."""
    problems: list[Problem] = []
    about = text = ""
    try:
        about = _complained_of(session, case, step)
    except InvalidInput as invalid:
        problems += invalid.problems
    try:
        text = prose("words", words, most=LONGEST, required=True)
    except InvalidInput as invalid:
        problems += invalid.problems
    if problems:
        raise InvalidInput(problems)
    return about, text


def check(feedback: str, *, actor: Actor, now: datetime) -> None:
    """Records that the office has called back after a poor rating. Conflict("feedback_is_answered")."""
    with database.transaction() as session:
        case, row = _to_answer(session, feedback, actor)
        if row.checked_at is None:
            row.checked_at = now
            session.flush()
            _note(session, case, row, "check", actor=actor, now=now)


def answer(feedback: str, *, words: str, actor: Actor, now: datetime) -> None:
    """Answers a poor rating or a complaint; the applicant gets a notice and reads the answer.

    NotFound for another registrar's, Forbidden("answers_own_work") for the person complained of,
    Conflict("feedback_is_answered"), InvalidInput without a text.
    """
    with database.transaction() as session:
        case, row = _to_answer(session, feedback, actor)
        text = prose("words", words, most=LONGEST, required=True)
        row.answer = encrypt(text, case=case.ref)
        row.answered_at, row.answered_by = now, actor.tag
        row.checked_at = row.checked_at or now
        session.flush()
        _note(session, case, row, "answer", actor=actor, now=now)
        outbox.put(session, ANSWERED, now=now, application_id=case.id)


def escalate(*, now: datetime, most: int) -> int:
    """Reports each late call back, and each late answer, to those responsible; returns how many. Idempotent."""
    with database.reading() as session:
        overdue = late(session, now=now, most=most)
    return sum(database.in_groups(overdue, lambda one: _escalate_one(*one, now=now)))


def _escalate_one(ref: str, number: int, *, now: datetime) -> bool:
    with database.transaction() as session:
        case = locked(session, ref)
        row = session.get_one(Feedback, number, with_for_update=True)
        if not is_late(row, now=now) or (row.escalated_at is not None and not _is_later_term(row, now=now)):
            return False
        row.escalated_at = now
        session.flush()
        _note(session, case, row, "escalate", actor=SYSTEM, now=now)
        outbox.put(session, LATE, now=now, application_id=case.id)
    return True


def _is_later_term(row: Feedback, *, now: datetime) -> bool:
    """Whether what was reported was the call back, and the answer is overdue now."""
    return row.due_at is not None and row.escalated_at is not None and row.escalated_at <= row.due_at < now


def _own(session: Session, ref: str, actor: Actor) -> Application:
    case = locked(session, ref)
    access.require("feedback.give", actor, object_facts(session, case, actor))
    return case


def _rating(case: Application, *, grade: int | None, reasons: Sequence[str], words: str) -> tuple[int, list[str], str]:
    problems = []
    if grade not in GRADES:
        problems.append(Problem("grade", "grade.missing"))
    if unknown := [one for one in reasons if one not in rating_reasons(case.matter)]:
        problems.append(Problem("reasons", "choice.unknown", {"value": unknown[0]}))
    if problems or grade is None:
        raise InvalidInput(problems)
    text = prose("words", words, most=LONGEST)
    return grade, list(dict.fromkeys(reasons)), encrypt(text, case=case.ref) if text else ""


def _rated(session: Session, case: Application, step: str) -> Feedback | None:
    wanted = (col(Feedback.application_id) == case.id, col(Feedback.kind) == "rating", col(Feedback.step) == step)
    return session.scalars(select(Feedback).where(*wanted)).one_or_none()


def may_change_until(row: Feedback) -> datetime:
    return row.made_at + timedelta(days=city().about.service.rating_change)


def _require_open(row: Feedback, *, now: datetime) -> None:
    if row.answered_at is not None:
        raise Conflict("rating_is_answered")
    if now > may_change_until(row):
        raise Conflict("rating_is_final")


def _oblige(row: Feedback, *, now: datetime) -> None:
    """A poor grade starts the times; a better one ends what was not answered yet."""
    if row.grade not in POOR:
        row.check_due_at = row.due_at = row.checked_at = row.escalated_at = None
    elif row.due_at is None:
        row.check_due_at, row.due_at = _after(now, CHECK_WITHIN), _after(now, ANSWER_WITHIN)


def _after(now: datetime, days: int) -> datetime:
    return due_after(now, days=days, calendar=calendar(), hours=office_hours())


def _complained_of(session: Session, case: Application, step: str) -> str:
    """The person who took the step; for the case as it is now, who holds it. Empty if it has no holder."""
    if step == "0":
        holder = session.get(Account, case.holder_id) if case.holder_id else None
        return f"staff:{holder.login}" if holder else ""
    seq = whole_number(step)
    entry = entry_of(session, case, seq) if seq is not None and str(seq) == step else None
    if entry is None:
        raise InvalidInput([Problem("step", "step.missing")])
    return entry.actor


def _new(case: Application, kind: str, step: str, *, now: datetime) -> Feedback:
    return Feedback(ref=token_urlsafe(12), application_id=case.id, kind=kind, step=step, made_at=now)


def _to_answer(session: Session, feedback: str, actor: Actor) -> tuple[Application, Feedback]:
    found = session.scalars(select(Feedback).where(col(Feedback.ref) == feedback)).one_or_none()
    if found is None:
        raise NotFound(feedback=feedback)
    case = session.get_one(Application, found.application_id, with_for_update=True)
    access.require("feedback.answer", actor, object_facts(session, case, actor))
    session.refresh(found, with_for_update=True)
    if found.about == actor.tag:
        raise Forbidden("answers_own_work")
    if found.answered_at is not None or found.due_at is None:
        raise Conflict("feedback_is_answered")
    return case, found


def _note(session: Session, case: Application, row: Feedback, verb: str, *, actor: Actor, now: datetime) -> None:
    """The history says what was done about which step, and no grade and no words."""
    roles = {"applicant": "applicant", "system": "system"}
    role = roles.get(actor.kind) or min(actor.roles & access.HEADS)
    data = {"feedback": row.ref}
    history.note(session, case, f"{row.kind}:{verb}", actor=actor, role=role, now=now, data=data)
