"""Files that somebody holds and nobody works on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlmodel import Session, col

from registration.models import Application, CaseNote, HistoryEntry, ReviewMark
from registration.queries.holding import gives_back
from registration.queries.state_filters import stands
from workflows.definition import Definition

MOST_LOOKED_AT = 500


def idle_claims(session: Session, *, before: datetime) -> Sequence[tuple[str, datetime]]:
    """(case, when the office last worked on it) of held files that took their last step before then.

    Those that a report of misuse has stopped are left out: nobody can work on them.
    """
    query = (
        _worked_on()
        .where(col(Application.holder_id).is_not(None), col(Application.misuse_reported_at).is_(None))
        .where(stands(_can_be_given_back), col(Application.updated_at) < before)
        .order_by(col(Application.updated_at))
        .limit(MOST_LOOKED_AT)
    )
    return [(row.ref, _latest(row)) for row in session.execute(query)]


def last_worked_on(session: Session, case: Application) -> datetime:
    """When the case came to its state, or the office last took a step, marked something or wrote about it."""
    return _latest(session.execute(_worked_on().where(col(Application.id) == case.id)).one())


def _worked_on() -> Select[*tuple[Any, ...]]:
    # An administrator who moves the case to another table works on no file.
    by_office = and_(col(HistoryEntry.actor).startswith("staff:"), col(HistoryEntry.role) != "sysadmin")
    of_office = or_(by_office, col(HistoryEntry.source) != col(HistoryEntry.target))
    own = col(Application.id)
    steps = select(func.max(col(HistoryEntry.at))).where(col(HistoryEntry.application_id) == own, of_office)
    notes = select(func.max(col(CaseNote.written_at))).where(col(CaseNote.application_id) == own)
    marks = select(func.max(col(ReviewMark.marked_at))).where(col(ReviewMark.application_id) == own)
    times = [query.correlate(Application).scalar_subquery() for query in (steps, notes, marks)]
    return select(col(Application.ref), *times)


def _latest(row: Row[Any]) -> datetime:
    # The step that gave the case its holder is always among them.
    times: tuple[datetime | None, ...] = tuple(row)[1:]
    return max(at for at in times if at is not None)


def _can_be_given_back(table: Definition, state: str) -> bool:
    """Only while the file is with the office: what waits for others stays with its holder."""
    return table.states[state].kind == "office" and any(gives_back(row) for row in table.rows_from(state))
