"""How much each agency has to do with the office now: officers, open parts, the last push. Figures only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration import access
from registration.actor import Actor
from registration.matters import definition_of, shipped
from registration.models import Account, HistoryEntry, Part

_SHARED = ("application:share", "receipt:share")


@dataclass(frozen=True)
class AgencyFigures:
    officers: int
    open_parts: int


def agency_figures(session: Session, agency: str, *, actor: Actor) -> AgencyFigures:
    access.admit("arrangements.read", actor)
    own = select(func.count(col(Account.id))).where(col(Account.agency) == agency, col(Account.disabled_at).is_(None))
    done = {state for key in shipped() if (parts := definition_of(key).parts) is not None for state in parts.done}
    running = select(func.count(col(Part.id))).where(col(Part.agency) == agency, col(Part.state).not_in(sorted(done)))
    return AgencyFigures(session.scalars(own).one(), session.scalars(running).one())


def last_push(session: Session, *, actor: Actor) -> datetime | None:
    """When a registration was last sent; each goes to all agencies that are sent any."""
    access.admit("arrangements.read", actor)
    query = select(func.max(col(HistoryEntry.at))).where(col(HistoryEntry.tag).in_(_SHARED))
    return session.scalars(query).one()
