"""The way that a case has come, for its picture."""

from sqlalchemy import select
from sqlmodel import Session

from registration.models import Application, HistoryEntry
from workflows.diagram.svg import Trail


def trail_of(session: Session, case: Application) -> Trail:
    """Every change of its state, the oldest first; what happened without one is not part of the way."""
    query = (
        select(HistoryEntry.source, HistoryEntry.target)
        .where(
            HistoryEntry.application_id == case.id,
            HistoryEntry.tag.startswith("application:"),  # type: ignore[attr-defined]
            HistoryEntry.source != HistoryEntry.target,
        )
        .order_by(HistoryEntry.seq)  # type: ignore[arg-type]
    )
    return Trail(case.state, tuple((row.source, row.target) for row in session.execute(query)))
