"""Ratings and complaints, as the applicant and those responsible for the office read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy import case as when
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt
from registration.models import Application, Feedback, HistoryEntry
from registration.queries.case_rows import CASE, HISTORY, of_case
from registration.queries.object_facts import object_facts
from registration.rules.feedback import rated_steps

MOST_ANSWERED = 50

_OF_CASE = of_case(Feedback, col(Feedback.id))


@dataclass(frozen=True)
class FeedbackRow:
    """A rating or complaint in the clear, with its case; `entry` is the step complained of."""

    item: Feedback
    case: Application
    words: str
    answer: str
    entry: HistoryEntry | None = None

    def is_late(self, *, now: datetime) -> bool:
        return is_late(self.item, now=now)


def is_late(item: Feedback, *, now: datetime) -> bool:
    """Whether the call back or the answer is overdue."""
    unchecked = item.check_due_at is not None and item.checked_at is None and item.check_due_at < now
    return item.answered_at is None and item.due_at is not None and (unchecked or item.due_at < now)


def feedback_of(session: Session, ref: str, *, actor: Actor) -> tuple[Application, list[FeedbackRow]]:
    """The applicant's own case and what the applicant has said of it, the oldest first."""
    case = CASE.first(session, ref=ref)
    if case is None:
        raise NotFound(ref=ref)
    access.require("feedback.give", actor, object_facts(session, case, actor))
    return case, [_row(session, item, case) for item in _OF_CASE.all(session, case_id=case.id)]


def feedback_at(session: Session, *, actor: Actor) -> tuple[list[FeedbackRow], list[FeedbackRow]]:
    """(what the actor's registrar has to answer, the most urgent first; the last answered)."""
    query = (
        select(Feedback, Application)
        .join(Application, col(Application.id) == col(Feedback.application_id))
        .where(col(Application.registrar_code) == actor.registrar_code)
    )
    waiting = query.where(_is_open()).order_by(func.coalesce(_next_due(), col(Feedback.due_at)), col(Feedback.id))
    answered = query.where(col(Feedback.answered_at).is_not(None)).order_by(col(Feedback.answered_at).desc())
    return (
        [_row(session, item, case) for item, case in session.execute(waiting)],
        [_row(session, item, case) for item, case in session.execute(answered.limit(MOST_ANSWERED))],
    )


def grades_at(session: Session, *, actor: Actor) -> dict[int, int]:
    """Grade -> number of ratings of the actor's registrar."""
    query = (
        select(col(Feedback.grade), func.count(col(Feedback.id)))
        .join(Application, col(Application.id) == col(Feedback.application_id))
        .where(col(Application.registrar_code) == actor.registrar_code, col(Feedback.grade).is_not(None))
        .group_by(col(Feedback.grade))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def open_count(actor: Actor) -> Select[int]:
    """How much the actor can answer."""
    return (
        select(func.count(col(Feedback.id)))
        .join(Application, col(Application.id) == col(Feedback.application_id))
        .where(_is_open(), col(Application.registrar_code) == actor.registrar_code, col(Feedback.about) != actor.tag)
    )


def late(session: Session, *, now: datetime, most: int) -> Sequence[tuple[str, int]]:
    """(case, number of the row) of what is overdue and not reported yet: a late call back, later a late answer."""
    reported = col(Feedback.escalated_at)
    unanswered = and_(col(Feedback.due_at) < now, or_(reported.is_(None), reported <= col(Feedback.due_at)))
    unchecked = and_(col(Feedback.checked_at).is_(None), col(Feedback.check_due_at) < now, reported.is_(None))
    query = (
        select(col(Application.ref), col(Feedback.id))
        .join(Application, col(Application.id) == col(Feedback.application_id))
        .where(_is_open(), or_(unanswered, unchecked))
        .order_by(col(Feedback.due_at))
        .limit(most)
    )
    return [(ref, number) for ref, number in session.execute(query)]


def ended_steps(session: Session, case: Application) -> list[str]:
    """The rated steps of the matter that this case has behind it."""
    reached = {entry.target for entry in HISTORY.all(session, case_id=case.id)}
    return [key for key, step in rated_steps(case.matter).items() if reached & {*step.after}]


def entry_of(session: Session, case: Application, seq: int) -> HistoryEntry | None:
    """The entry of the history if it was the work of the office, an agency or the system."""
    wanted = (col(HistoryEntry.application_id) == case.id, col(HistoryEntry.seq) == seq)
    found = session.scalars(select(HistoryEntry).where(*wanted)).one_or_none()
    return found if found is not None and is_own_work(found) else None


def is_own_work(entry: HistoryEntry) -> bool:
    """Whether a step can be complained about: it was not one of the applicant or a signer."""
    return entry.actor.startswith("staff:") or entry.actor == "system"


def _is_open() -> ColumnElement[bool]:
    return col(Feedback.due_at).is_not(None) & col(Feedback.answered_at).is_(None)


def _next_due() -> ColumnElement[datetime | None]:
    """The call back, until it was made."""
    return when((col(Feedback.checked_at).is_(None), col(Feedback.check_due_at)), else_=None)


def _row(session: Session, item: Feedback, case: Application) -> FeedbackRow:
    words, answer = (decrypt(text, case=case.ref) if text else "" for text in (item.words, item.answer))
    entry = None
    if item.kind == "complaint" and item.step != "0":
        wanted = (col(HistoryEntry.application_id) == case.id, col(HistoryEntry.seq) == int(item.step))
        entry = session.scalars(select(HistoryEntry).where(*wanted)).one_or_none()
    return FeedbackRow(item, case, words, answer, entry)
