"""The states that a case has passed through, for its diagram."""

from sqlalchemy import select
from sqlmodel import Session, col

from registration.models import Application, HistoryEntry
from workflows.diagram.svg import Trail


def trail_of(session: Session, case: Application) -> Trail:
    """Every change of its state, the oldest first; other events are left out."""
    query = (
        select(col(HistoryEntry.source), col(HistoryEntry.target))
        .where(
            col(HistoryEntry.application_id) == case.id,
            col(HistoryEntry.tag).startswith("application:"),
            col(HistoryEntry.source) != col(HistoryEntry.target),
        )
        .order_by(col(HistoryEntry.seq))
    )
    return Trail(case.state, tuple((row.source, row.target) for row in session.execute(query)))
