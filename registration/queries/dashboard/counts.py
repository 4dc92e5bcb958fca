"""How much was received and decided, refused and corrected, and what applicants said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy import case as when
from sqlmodel import Session, col

from registration.models import Application, Feedback, Notice, NoticeItem
from registration.queries.dashboard.selection import (
    HISTORY,
    Selection,
    decided,
    decisive,
    is_refusal,
    moment_of,
    received,
)
from registration.rules.periods import Period, slices

Counted = list[tuple[str, int]]
MOST_REASONS = 10


@dataclass(frozen=True)
class Flow:
    """Cases received and decided in each slice of the period."""

    slices: Sequence[Period]
    received: Sequence[int]
    decided: Sequence[int]


@dataclass(frozen=True)
class Corrections:
    """`cases` of the decided ones had a notice, `notices` in all; `reasons` are the most frequent by cases."""

    decided: int
    cases: int
    notices: int
    reasons: Counted


@dataclass(frozen=True)
class Opinions:
    """`grades`: how often each; of the complaints how many are not answered, and how many of these are late.

    `in_time` were answered by their day.
    """

    grades: dict[int, int]
    complaints: int
    open: int
    late: int
    in_time: int = 0


def flow(session: Session, selection: Selection) -> Flow:
    parts = slices(selection.period)
    came = received(selection).subquery()
    went = decisive(selection).add_columns(HISTORY.at.label("at")).subquery()
    return Flow(parts, _by_slice(session, came, parts), _by_slice(session, went, parts))


def refusals(session: Session, selection: Selection) -> Counted:
    """(code of the ground, or empty without one; cases), the most frequent first."""
    ground = HISTORY.data["reason_code"].as_string()
    query = decisive(selection).where(is_refusal()).with_only_columns(ground, func.count()).group_by(ground)
    return _ranked([(code or "", number) for code, number in session.execute(query)])


def corrections(session: Session, selection: Selection) -> Corrections:
    """Of the cases that were decided in the period, also for notices of before."""
    last = decided(selection).subquery()
    asked = select(func.count(func.distinct(col(Notice.application_id))), func.count(col(Notice.id))).join(
        last, last.c.case_id == col(Notice.application_id)
    )
    cases, notices = session.execute(asked).one()
    total = session.scalars(select(func.count()).select_from(last)).one()
    reasons = (
        select(col(NoticeItem.reason_code), func.count(func.distinct(col(Notice.application_id))))
        .join(Notice, col(Notice.id) == col(NoticeItem.notice_id))
        .join(last, last.c.case_id == col(Notice.application_id))
        .group_by(col(NoticeItem.reason_code))
    )
    ranked = _ranked([(code, number) for code, number in session.execute(reasons)])
    return Corrections(total, cases, notices, ranked[:MOST_REASONS])


def opinions(session: Session, selection: Selection, *, now: datetime) -> Opinions:
    """Ratings and complaints that were made in the period."""
    made = (
        select(Feedback)
        .join(Application, col(Application.id) == col(Feedback.application_id))
        .where(*selection.cases(), *selection.within(col(Feedback.made_at)))
    )
    graded = made.with_only_columns(col(Feedback.grade), func.count()).where(col(Feedback.grade).is_not(None))
    unanswered = and_(col(Feedback.kind) == "complaint", col(Feedback.answered_at).is_(None))
    late = and_(unanswered, col(Feedback.due_at) < now)
    in_time = and_(col(Feedback.kind) == "complaint", col(Feedback.answered_at) <= col(Feedback.due_at))
    kinds = (col(Feedback.kind) == "complaint", unanswered, late, in_time)
    counted = made.with_only_columns(*map(_sum, kinds))
    grades = {row[0]: row[1] for row in session.execute(graded.group_by(col(Feedback.grade)))}
    return Opinions(grades, *session.execute(counted).one())


def _sum(condition: Any) -> Any:
    return func.coalesce(func.sum(when((condition, 1), else_=0)), 0)


def _by_slice(session: Session, rows: Any, parts: Sequence[Period]) -> list[int]:
    moments = [moment_of(one) for one in parts]
    sums = [_sum(and_(rows.c.at >= begin, rows.c.at < end)) for begin, end in moments]
    return list(session.execute(select(*sums).select_from(rows)).one())


def _ranked(found: Counted) -> Counted:
    return sorted(found, key=lambda row: (-row[1], row[0]))
