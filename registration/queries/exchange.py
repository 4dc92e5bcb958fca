"""The exchange with agencies: who has a channel, how far each is, and each day as both sides saw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.models import ExchangeDay, ExchangeDelivery, ExchangePeer
from registration.rules.city import Agency, city
from registration.settings import settings

DAYS = 14


@dataclass(frozen=True)
class Day:
    """A day of an agency; `row` is None before it has sent its list or the hour for it is over."""

    day: date
    sent: int
    repaired: int
    row: ExchangeDay | None

    @property
    def reported(self) -> ExchangeDay | None:
        """What the agency received; None without its list."""
        return self.row if self.row is not None and self.row.reported_at is not None else None

    @property
    def is_missed(self) -> bool:
        """Whether the list did not come by the agreed hour, and not since."""
        return self.row is not None and self.reported is None


@dataclass(frozen=True)
class PeerState:
    """An agency with its channel, how many records wait for it, and how many have each status."""

    agency: Agency
    peer: ExchangePeer
    waiting: int
    counts: Mapping[str, int]
    days: Sequence[Day]

    @property
    def lacks_list(self) -> bool:
        """Whether the list of one of the days that are shown is missing."""
        return any(one.is_missed for one in self.days)

    @property
    def is_away(self) -> bool:
        """Whether all attempts of the usual back-off have failed, so that somebody should call the agency."""
        return self.peer.attempts >= settings().attempts_before_parking


def with_channel() -> dict[str, Agency]:
    """The agencies of the city that have a channel, by the name that they are sent to."""
    return {one.shared_as: one for one in city().agencies if one.shared_as and one.exchange}


def peer_states(session: Session, *, actor: Actor) -> list[PeerState]:
    admit("system.manage", actor)
    return [_state(session, name, agency) for name, agency in with_channel().items()]


def agencies_away(session: Session) -> int:
    """How many agencies have not been reached by all attempts of the usual back-off."""
    most = settings().attempts_before_parking
    query = select(func.count(col(ExchangePeer.agency))).where(col(ExchangePeer.attempts) >= most)
    return session.scalars(query.where(col(ExchangePeer.agency).in_(list(with_channel())))).one()


def lists_missed(session: Session, *, today: date) -> int:
    """How many lists of the days that are shown did not come by their hour, and not since."""
    query = select(func.count(col(ExchangeDay.id))).where(
        col(ExchangeDay.agency).in_(list(with_channel())),
        col(ExchangeDay.reported_at).is_(None),
        col(ExchangeDay.day) >= today - timedelta(days=DAYS),
    )
    return session.scalars(query).one()


def _state(session: Session, name: str, agency: Agency) -> PeerState:
    here = col(ExchangeDelivery.agency) == name
    waiting = select(func.count(col(ExchangeDelivery.id))).where(here, col(ExchangeDelivery.waits))
    status = col(ExchangeDelivery.status)
    counts = session.execute(select(status, func.count()).where(here).group_by(status)).all()
    peer = session.get(ExchangePeer, name) or ExchangePeer(agency=name)
    return PeerState(agency, peer, session.scalars(waiting).one(), dict(counts), _days(session, name))


def _days(session: Session, name: str) -> list[Day]:
    day = col(ExchangeDelivery.day)
    query = (
        select(day, func.count(), func.count(col(ExchangeDelivery.repaired_at)))
        .where(col(ExchangeDelivery.agency) == name, day.is_not(None))
        .group_by(day)
        .order_by(day.desc())
        .limit(DAYS)
    )
    sent = {row[0]: (row[1], row[2]) for row in session.execute(query)}
    reports = select(ExchangeDay).where(col(ExchangeDay.agency) == name).order_by(col(ExchangeDay.day).desc())
    reported = {one.day: one for one in session.scalars(reports.limit(DAYS))}
    return [
        Day(one, *sent.get(one, (0, 0)), reported.get(one))
        for one in sorted({*sent, *reported}, reverse=True)[:DAYS]
        if one is not None
    ]
