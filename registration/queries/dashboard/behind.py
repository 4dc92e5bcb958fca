"""The cases behind a number of the dashboard."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlmodel import Session, col

from registration.errors import NotFound
from registration.models import (
    Account,
    Application,
    DecisionAttempt,
    Feedback,
    Notice,
    NoticeItem,
    Part,
    SampleAudit,
    SupervisionOrder,
)
from registration.queries.dashboard.at_once import sampled, tried_at_once
from registration.queries.dashboard.people import is_late
from registration.queries.dashboard.selection import HISTORY, Selection, decided, decisive, is_refusal, received
from registration.queries.dashboard.times import times
from registration.queries.inbox import InboxRow
from registration.queries.keyset import Page
from registration.queries.watch import alerts_on, in_office, parts_at_work
from registration.rules.whole_numbers import whole_number

LIMIT = 50


@dataclass(frozen=True)
class Question:
    """`value` narrows the kind of number: a code, a person's number, an agency, a state, a grade; empty for all."""

    session: Session
    selection: Selection
    value: str
    now: datetime


def cases_behind(
    session: Session, selection: Selection, *, what: str, value: str, now: datetime, cursor: str = ""
) -> Page[InboxRow]:
    """The newest first, fifty a page. NotFound for an unknown kind of number."""
    if what not in BEHIND:
        raise NotFound(what=what)
    chosen = BEHIND[what](Question(session, selection, value, now))
    query = (
        select(Application, col(Account.login))
        .outerjoin(Account, col(Account.id) == col(Application.holder_id))
        .where(*selection.cases(), chosen)
    )
    if (before := whole_number(cursor)) is not None:
        query = query.where(col(Application.id) < before)
    rows = session.execute(query.order_by(col(Application.id).desc()).limit(LIMIT + 1)).all()
    shown = rows[:LIMIT]
    said = alerts_on(session, [row[0].id for row in shown])
    after = str(shown[-1][0].id) if len(rows) > LIMIT else None
    return Page(tuple(InboxRow(row[0], row[1], tuple(said[row[0].id])) for row in shown), after)


def _among(rows: Select[Any], column: Any) -> ColumnElement[bool]:
    return col(Application.id).in_(rows.with_only_columns(column))


def _received(asked: Question) -> ColumnElement[bool]:
    return _among(received(asked.selection), HISTORY.application_id)


def _decided(asked: Question) -> ColumnElement[bool]:
    rows = decisive(asked.selection)
    if asked.value:
        rows = rows.where(HISTORY.actor == f"staff:{asked.value}")
    return _among(rows, HISTORY.application_id)


def _refused(asked: Question) -> ColumnElement[bool]:
    rows = decisive(asked.selection).where(is_refusal())
    ground = HISTORY.data["reason_code"].as_string()
    if asked.value:
        rows = rows.where(ground.is_(None) if asked.value == "none" else ground == asked.value)
    return _among(rows, HISTORY.application_id)


def _corrected(asked: Question) -> ColumnElement[bool]:
    last = decided(asked.selection).subquery()
    rows = select(col(Notice.application_id)).join(last, last.c.case_id == col(Notice.application_id))
    if asked.value:
        rows = rows.join(NoticeItem, col(NoticeItem.notice_id) == col(Notice.id))
        rows = rows.where(col(NoticeItem.reason_code) == asked.value)
    return col(Application.id).in_(rows)


def _stayed(asked: Question) -> ColumnElement[bool]:
    last = decided(asked.selection).subquery()
    rows = select(HISTORY.application_id).join(last, last.c.case_id == HISTORY.application_id)
    return col(Application.id).in_(rows.where(HISTORY.source == asked.value, HISTORY.source != HISTORY.target))


def _in_time(asked: Question) -> ColumnElement[bool]:
    return col(Application.id).in_(times(asked.session, asked.selection).in_time)


def _late(asked: Question) -> ColumnElement[bool]:
    return col(Application.id).in_(times(asked.session, asked.selection).late)


def _at_once(asked: Question) -> ColumnElement[bool]:
    """All that the system decided; or of the sample all, those with a verdict, or those without one."""
    if not asked.value:
        return col(Application.id).in_(tried_at_once(asked.selection).where(col(DecisionAttempt.decided)))
    rows, verdict = sampled(asked.selection), col(SampleAudit.verdict)
    if asked.value != "sampled":
        rows = rows.where(verdict.is_(None) if asked.value == "waiting" else verdict == asked.value)
    return col(Application.id).in_(rows)


def _overdue(asked: Question) -> ColumnElement[bool]:
    return and_(is_late(asked.now), _held_by(asked.value))


def _held(asked: Question) -> ColumnElement[bool]:
    return and_(in_office(), _held_by(asked.value))


def _held_by(value: str) -> ColumnElement[bool]:
    if value in ("", "none"):
        return col(Application.holder_id).is_(None) if value else col(Application.id).is_not(None)
    return col(Application.holder_id).in_(select(col(Account.id)).where(col(Account.login) == value))


def _overdue_parts(asked: Question) -> ColumnElement[bool]:
    rows = (
        select(col(Part.application_id))
        .join(Application, col(Application.id) == col(Part.application_id))
        .where(parts_at_work(), col(Part.due_at) < asked.now, col(Part.agency) == asked.value)
    )
    return col(Application.id).in_(rows)


def _rated(asked: Question) -> ColumnElement[bool]:
    wanted = asked.selection.within(col(Feedback.made_at))
    return _of_feedback(col(Feedback.grade) == (whole_number(asked.value) or 0), *wanted)


def _complained(asked: Question) -> ColumnElement[bool]:
    wanted = [col(Feedback.kind) == "complaint", *asked.selection.within(col(Feedback.made_at))]
    if asked.value == "open":
        wanted.append(col(Feedback.answered_at).is_(None))
    return _of_feedback(*wanted)


def _of_feedback(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    return col(Application.id).in_(select(col(Feedback.application_id)).where(*wanted))


def _ordered(asked: Question) -> ColumnElement[bool]:
    rows = select(col(SupervisionOrder.application_id))
    if asked.value == "late":
        rows = rows.where(col(SupervisionOrder.due_at) < asked.now)
    if asked.value == "answered":
        at = col(SupervisionOrder.answered_at)
        return col(Application.id).in_(rows.where(at.is_not(None), *asked.selection.within(at)))
    return col(Application.id).in_(rows.where(col(SupervisionOrder.answered_at).is_(None)))


BEHIND: Mapping[str, Callable[[Question], ColumnElement[bool]]] = {
    "received": _received,
    "decided": _decided,
    "refused": _refused,
    "corrected": _corrected,
    "stayed": _stayed,
    "in_time": _in_time,
    "late": _late,
    "at_once": _at_once,
    "overdue": _overdue,
    "overdue_parts": _overdue_parts,
    "held": _held,
    "rated": _rated,
    "complained": _complained,
    "ordered": _ordered,
}
