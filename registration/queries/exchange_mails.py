"""Mails to those who look after the system: an agency cannot be reached, a day differs, a list did not come."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from registration.clock import local
from registration.models import ExchangeDay, ExchangeDelivery, ExchangePeer
from registration.queries.exchange import with_channel
from registration.queries.letters import Letter, keepers, mail_texts, mail_to
from registration.rules.languages import known, said
from registration.settings import settings

FILE = "reference/exchange_mails.yaml"
AWAY, DIFFERS, MISSED = "notify.agency_away", "notify.day_differs", "notify.day_missed"


def letters_about_exchange(session: Session, effect: str, payload: Mapping[str, Any]) -> Iterator[Letter]:
    """None where there is nothing to say any more: the agency is back, or has no channel now."""
    name = str(payload["agency"])
    agency = with_channel().get(name)
    told = _away(session, name) if effect == AWAY else _day(session, name, str(payload["day"]), effect)
    if agency is None or told is None:
        return
    values = {**told, "url": f"{settings().public_url}/admin/exchange"}
    for account in keepers(session, rule="system.manage"):
        lang = known(account.locale)
        yield mail_to(account, *mail_texts(FILE, effect, lang, {**values, "agency": said(agency.name, lang)}))


def _away(session: Session, name: str) -> dict[str, Any] | None:
    peer = session.get(ExchangePeer, name)
    if peer is None or peer.away_since is None:
        return None
    return {"since": f"{local(peer.away_since):%Y-%m-%d %H:%M}", "error": peer.error or "-"}


def _day(session: Session, name: str, day: str, effect: str) -> dict[str, Any] | None:
    on = date.fromisoformat(day)
    query = select(ExchangeDay).where(col(ExchangeDay.agency) == name, col(ExchangeDay.day) == on)
    row = session.exec(query).one_or_none()
    if row is None or (effect == MISSED and row.reported_at is not None):
        return None
    if effect == MISSED:
        return {"day": day, **_sent(session, name, on)}
    return {"day": day, "missing": row.missing, "differs": row.differs, "unknown": row.unknown}


def _sent(session: Session, name: str, day: date) -> dict[str, int]:
    """How many records were sent on a day, and how many the agency has answered one by one."""
    answered = col(ExchangeDelivery.status).in_(("acknowledged", "refused"))
    query = select(func.count(), func.count().filter(answered)).select_from(ExchangeDelivery)
    sent, said = session.exec(query.where(col(ExchangeDelivery.agency) == name, col(ExchangeDelivery.day) == day)).one()
    return {"sent": sent, "answered": said}
