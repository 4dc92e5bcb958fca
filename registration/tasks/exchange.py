"""An agency's turn: its records are sent in order over its channel, and receipts are taken from its folder."""

import json
from datetime import datetime
from time import monotonic

import structlog

from registration import clock, database
from registration.errors import RegistrationError, Unavailable
from registration.gateways.sftp import AgencyFolder, agency_folder
from registration.gateways.webhooks import webhook_sender
from registration.operations import exchange, exchange_messages
from registration.operations.exchange import EFFECT
from registration.outbox import Work
from registration.queries.exchange_mails import AWAY, DIFFERS, MISSED, letters_about_exchange
from registration.rules.channels import Sftp
from registration.rules.exchange import LARGEST, read_message
from registration.rules.problems import InvalidForm
from registration.settings import settings
from registration.tasks.letters import send_and_finish

__all__ = ["EFFECT", "MAILS", "exchange_turn", "mail_about_exchange"]

MAILS = (AWAY, DIFFERS, MISSED)

SECONDS = 15.0
log = structlog.get_logger(__name__)


def mail_about_exchange(work: Work) -> None:
    with database.reading() as session:
        letters = list(letters_about_exchange(session, work.effect, work.payload))
    send_and_finish(work, letters)


def exchange_turn(work: Work) -> None:
    agency = str(work.payload["agency"])
    channel, end = exchange.channel_of(agency), monotonic() + SECONDS
    if channel is not None and channel.webhook is not None:
        _post(agency, channel.webhook, until=end)
    elif channel is not None and channel.sftp is not None:
        _visit(agency, channel.sftp, until=end)
    exchange.end_turn(work.id, agency, now=clock.now())


def _post(agency: str, url: str, *, until: float) -> None:
    sender = webhook_sender(settings())
    while monotonic() < until:
        shipment = exchange.next_shipment(agency, now=clock.now())
        if shipment is None:
            return
        answer = sender.send(url, shipment.headers, shipment.body)
        said = _said(answer.text)
        refused = answer.code in (400, 409, 422) and said.get("kind") == "refuse"
        if not (answer.is_taken or refused):
            exchange.record_failure(agency, f"{answer.code or ''} {answer.text}".strip(), now=clock.now())
            return
        exchange.record_sent(shipment.delivery, now=clock.now())
        if said.get("kind") in ("acknowledge", "refuse") and said.get("delivery") == shipment.delivery:
            _take(agency, f"answer-{shipment.delivery}", json.dumps(said).encode(), now=clock.now())


def _said(text: str) -> dict[str, object]:
    """The agency's receipt in its answer; empty for an answer without one."""
    try:
        said = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _visit(agency: str, place: Sftp, *, until: float) -> None:
    try:
        with agency_folder(settings(), agency, place) as folder:
            while monotonic() < until:
                shipment = exchange.next_shipment(agency, now=clock.now())
                if shipment is None:
                    break
                folder.write(shipment.name, shipment.body)
                exchange.record_sent(shipment.delivery, now=clock.now())
            _take_receipts(agency, folder)
    except Unavailable as away:
        exchange.record_failure(agency, str(away.data.get("kind", "")), now=clock.now())


def _take_receipts(agency: str, folder: AgencyFolder) -> None:
    """Each file is one message, whose id is its name."""
    for receipt in folder.receipts(largest=LARGEST):
        folder.put_away(receipt.name, _take(agency, f"file-{receipt.name}", receipt.content, now=clock.now()))


def _take(agency: str, message_id: str, body: bytes, *, now: datetime) -> str:
    """Takes a message; returns why it was refused, or nothing."""
    try:
        exchange_messages.take(agency, message_id, read_message(body), body, now=now)
    except (InvalidForm, RegistrationError) as refused:
        log.warning("exchange.refused", agency=agency, message=message_id, reason=str(refused))
        return str(refused) or type(refused).__name__
    return ""
