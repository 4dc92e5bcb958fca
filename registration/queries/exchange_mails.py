"""Mails to those who look after the system, about an agency that cannot be reached and a day that differs."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from registration.clock import local
from registration.models import ExchangeDay, ExchangePeer
from registration.queries.exchange import with_channel
from registration.queries.letters import Letter, keepers, mail_texts, mail_to
from registration.rules.languages import known, said
from registration.settings import settings

FILE = "reference/exchange_mails.yaml"
AWAY, DIFFERS = "notify.agency_away", "notify.day_differs"


def letters_about_exchange(session: Session, effect: str, payload: Mapping[str, Any]) -> Iterator[Letter]:
    """None where there is nothing to say any more: the agency is back, or has no channel now."""
    name = str(payload["agency"])
    agency = with_channel().get(name)
    told = _away(session, name) if effect == AWAY else _day(session, name, date.fromisoformat(str(payload["day"])))
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


def _day(session: Session, name: str, day: date) -> dict[str, Any] | None:
    query = select(ExchangeDay).where(col(ExchangeDay.agency) == name, col(ExchangeDay.day) == day)
    row = session.exec(query).one_or_none()
    if row is None:
        return None
    return {"day": day.isoformat(), "missing": row.missing, "differs": row.differs, "unknown": row.unknown}
