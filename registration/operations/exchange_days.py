"""A day of which an agency sent no list by the agreed hour: it is put down as such, and those in charge get a mail."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from registration import database, outbox
from registration.clock import local, local_date
from registration.models import ExchangeDay, ExchangeDelivery
from registration.operations.audit import note
from registration.operations.exchange import peer_locked
from registration.queries.exchange import with_channel
from registration.queries.exchange_mails import MISSED

# After a long outage, and where the exchange has just begun, older days are only shown.
LOOKED_BACK = timedelta(days=3)


def await_lists(*, now: datetime) -> bool:
    """The sweep: days with deliveries whose list is due, and did not come. Never more to do."""
    hours = {name: one.exchange.lists_by for name, one in with_channel().items() if one.exchange}
    # A look first, so that an idle sweep never disturbs a writer.
    with database.reading() as session:
        late = [
            (name, day)
            for name, hour in hours.items()
            if hour is not None
            for day in _days_without_list(session, name, last=_last_due(hour, now=now))
        ]
    for name, day in late:
        with database.transaction() as session:
            # A list that comes now waits for this, or was first.
            peer_locked(session, name)
            if _is_noted(session, name, day):
                continue
            session.add(ExchangeDay(agency=name, day=day, missed_at=now))
            outbox.put(session, MISSED, now=now, agency=name, day=day.isoformat())
            note(session, "exchange:missed", subject=name, now=now, day=day.isoformat())
    return False


def _last_due(hour: int, *, now: datetime) -> date:
    """The last day whose list is due: yesterday from the agreed hour on."""
    return local_date(now) - timedelta(days=1 if local(now).hour >= hour else 2)


def _days_without_list(session: Session, agency: str, *, last: date) -> list[date]:
    day = col(ExchangeDelivery.day)
    query = select(day).where(col(ExchangeDelivery.agency) == agency, day > last - LOOKED_BACK, day <= last).distinct()
    return [one for one in session.scalars(query) if one is not None and not _is_noted(session, agency, one)]


def _is_noted(session: Session, agency: str, day: date) -> bool:
    query = select(col(ExchangeDay.id)).where(col(ExchangeDay.agency) == agency, col(ExchangeDay.day) == day)
    return session.scalars(query).first() is not None
