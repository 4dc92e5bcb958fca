"""Files that somebody holds and nobody works on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from registration.models import Application, CaseNote, HistoryEntry, ReviewMark
from registration.queries.holding import gives_back
from registration.queries.state_filters import stands
from workflows.definition import Definition

MOST_LOOKED_AT = 500


def idle_claims(session: Session, *, before: datetime) -> Sequence[tuple[str, datetime]]:
    """(case, when the office last worked on it) of held files that took their last step before then."""
    query = (
        select(Application)
        .where(
            col(Application.holder_id).is_not(None), stands(_can_be_given_back), col(Application.updated_at) < before
        )
        .order_by(col(Application.updated_at))
        .limit(MOST_LOOKED_AT)
    )
    return [(case.ref, last_worked_on(session, case)) for case in session.scalars(query)]


def last_worked_on(session: Session, case: Application) -> datetime:
    """When the case came to its state, or the office last took a step, marked something or wrote about it."""
    of_office = or_(col(HistoryEntry.actor).startswith("staff:"), col(HistoryEntry.source) != col(HistoryEntry.target))
    steps = select(func.max(col(HistoryEntry.at))).where(col(HistoryEntry.application_id) == case.id, of_office)
    notes = select(func.max(col(CaseNote.written_at))).where(col(CaseNote.application_id) == case.id)
    marks = select(func.max(col(ReviewMark.marked_at))).where(col(ReviewMark.application_id) == case.id)
    found = [session.scalars(query).one() for query in (steps, notes, marks)]
    return max((at for at in found if at is not None), default=case.updated_at)


def _can_be_given_back(table: Definition, state: str) -> bool:
    """Only while the file is with the office: what waits for others stays with its holder."""
    return table.states[state].kind == "office" and any(gives_back(row) for row in table.rows_from(state))
