"""The example office of a demonstration: whether it is being filled, and how far that has come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration.models import Application, AuditEntry, DayRoot

BEGUN, ENDED = "example_office:begin", "example_office:end"


@dataclass(frozen=True)
class Filling:
    """`begun_at` is when it began: every case of the office lies before it. `cases` of `planned` have come in."""

    begun_at: datetime
    planned: int
    cases: int
    ended: bool


def filling(session: Session) -> Filling | None:
    """The filling of this deployment; None where it never began."""
    query = select(AuditEntry).where(col(AuditEntry.tag).in_((BEGUN, ENDED))).order_by(col(AuditEntry.id))
    entries = session.execute(query).scalars().all()
    if not entries:
        return None
    begun = entries[0]
    before = select(func.count(col(Application.id))).where(col(Application.created_at) < begun.at)
    cases = session.execute(before).scalar_one()
    return Filling(begun.at, begun.data["planned"], cases, ended=entries[-1].tag == ENDED)


def has_cases(session: Session) -> bool:
    return session.execute(select(Application.id).limit(1)).first() is not None


def has_gone_on(session: Session, *, since: datetime) -> bool:
    """Whether the sweeps of a relay have sealed a day since then: no case can have a past any more."""
    query = select(DayRoot.day).where(col(DayRoot.made_at) >= since).limit(1)
    return session.execute(query).first() is not None
