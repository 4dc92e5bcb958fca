"""The states that a case has passed through, for its diagram."""

from sqlmodel import Session

from registration.models import Application
from registration.queries.case_rows import HISTORY
from workflows.diagram.svg import Trail


def trail_of(session: Session, case: Application) -> Trail:
    """Every change of its state, the oldest first; other events are left out."""
    steps = (one for one in HISTORY.all(session, case_id=case.id) if one.tag.startswith("application:"))
    return Trail(case.state, tuple((one.source, one.target) for one in steps if one.source != one.target))
