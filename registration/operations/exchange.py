"""Sends agencies their records in order, over the channel of each. One that is away is tried for as long as it takes.

A turn is a message of the outbox, as for receivers of events. Nothing is set aside here: an agency gets every record,
in its order, and the administrator sees since when it has been away.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import select
from sqlmodel import Session, col

from certificates.canonical import canonical_text, digest
from registration import database, outbox
from registration.access import admit
from registration.actor import Actor
from registration.clock import local_date
from registration.database.insert_if_absent import insert_if_absent
from registration.errors import NotFound
from registration.keys.field_encryption import decrypt, encrypt
from registration.models import Application, ExchangeDelivery, ExchangePeer
from registration.models.columns import table_of
from registration.operations.audit import note
from registration.queries.exchange import with_channel
from registration.queries.exchange_mails import AWAY
from registration.queries.sharing import AgencyEnvelope
from registration.rules.channels import Exchange
from registration.rules.signed_requests import overlap_end, secret_text, signed_headers, valid_secrets
from registration.rules.tree_heads import moment
from registration.settings import settings

EFFECT = "exchange.turn"
# How often a folder is looked into for receipts.
VISIT_EVERY = timedelta(minutes=10)
LONGEST_ERROR = 200


@dataclass(frozen=True)
class Shipment:
    """A record to send now; `headers` sign `body`, `name` is that of its file in a folder."""

    delivery: str
    name: str
    headers: Mapping[str, str]
    body: bytes


def put(session: Session, case: Application, envelopes: Sequence[AgencyEnvelope], *, now: datetime) -> None:
    """Puts a record down for each agency, once for each key, with the agency's next number."""
    for one in envelopes:
        peer = peer_locked(session, one.agency)
        known = select(col(ExchangeDelivery.id)).where(
            col(ExchangeDelivery.application_id) == case.id,
            col(ExchangeDelivery.agency) == one.agency,
            col(ExchangeDelivery.key) == one.key,
        )
        if session.execute(known).first() is not None:
            continue
        peer.last_sequence += 1
        session.add(
            ExchangeDelivery(
                ref=token_hex(12),
                agency=one.agency,
                sequence=peer.last_sequence,
                application_id=case.id,
                key=one.key,
                record=encrypt(canonical_text(one.content), case=case.ref),
                digest=digest(one.content),
                created_at=now,
            )
        )
        session.flush()
        order_turn(session, peer, now=now)


def order_turn(session: Session, peer: ExchangePeer, *, now: datetime, visit: bool = False) -> None:
    """Orders a turn of this agency, whose row is locked, if something waits or it is to be visited."""
    if peer.has_turn or not (visit or (_is_ready(peer) and _first(session, peer.agency))):
        return
    at = max(now, min(peer.due_at or now, now + outbox.longest_wait()))
    outbox.put_for_later(session, EFFECT, at=at, now=now, payload={"agency": peer.agency})
    peer.has_turn = True


def visit_folders(*, now: datetime) -> bool:
    """The sweep: agencies with a folder are visited for receipts every ten minutes."""
    folders = [name for name, agency in with_channel().items() if agency.exchange and agency.exchange.sftp]
    # A look first, so that an idle sweep never disturbs a writer.
    with database.reading() as session:
        chosen = [name for name in folders if _is_to_visit(session.get(ExchangePeer, name), now=now)]
    for name in chosen:
        with database.transaction() as session:
            peer = peer_locked(session, name)
            if _is_to_visit(peer, now=now):
                peer.visited_at = now
                order_turn(session, peer, now=now, visit=True)
    return False


def _is_to_visit(peer: ExchangePeer | None, *, now: datetime) -> bool:
    return peer is None or peer.visited_at is None or now - peer.visited_at >= VISIT_EVERY


def next_shipment(agency: str, *, now: datetime) -> Shipment | None:
    """The agency's next record; None where nothing waits, or it is to be tried later."""
    with database.reading() as session:
        peer, first = session.get_one(ExchangePeer, agency), _first(session, agency)
        if first is None or not _is_ready(peer) or (peer.due_at is not None and peer.due_at > now):
            return None
        case = session.get_one(Application, first.application_id)
        head = {"delivery": first.ref, "sequence": first.sequence, "agency": agency, "key": first.key}
        about = canonical_text(head | {"digest": first.digest, "at": moment(first.created_at)})
        # The record is the very text of the digest.
        body = f'{about[:-1]},"record":{decrypt(first.record, case=case.ref)}}}'.encode()
        secrets = secrets_of(peer, now=now)
        headers = {"Content-Type": "application/json", **signed_headers(first.ref, body, secrets=secrets, now=now)}
        return Shipment(first.ref, f"{first.sequence:08d}-{first.ref}.json", headers, body)


def secrets_of(peer: ExchangePeer, *, now: datetime) -> list[str]:
    """The secrets in the clear that are valid now, the newest first."""
    valid = valid_secrets(peer.secret, peer.previous_secret, peer.previous_until, now=now)
    return [decrypt(one, case=peer.agency) for one in valid]


def record_sent(delivery: str, *, now: datetime) -> None:
    """The agency has the record, or at least its server."""
    with database.transaction() as session:
        row = session.scalars(select(ExchangeDelivery).where(col(ExchangeDelivery.ref) == delivery)).one()
        peer = peer_locked(session, row.agency)
        if row.waits and row.day is not None:
            # It was sent before, and the agency does not have it.
            row.repaired_at = now
        row.waits, row.sent_at, row.day = False, now, row.day or local_date(now)
        row.status = "sent" if row.status == "new" else row.status
        peer.attempts, peer.due_at, peer.away_since, peer.error = 0, None, None, ""


def record_failure(agency: str, error: str, *, now: datetime) -> None:
    """The agency was not reached; it is tried again by the outbox's back-off, at its longest for ever."""
    with database.transaction() as session:
        peer = peer_locked(session, agency)
        peer.attempts += 1
        peer.due_at, peer.away_since = now + outbox.wait_after(peer.attempts), peer.away_since or now
        peer.error = error.replace("\x00", "")[:LONGEST_ERROR]
        if peer.attempts == settings().attempts_before_parking:
            outbox.put(session, AWAY, now=now, agency=agency)


def end_turn(message: int, agency: str, *, now: datetime) -> None:
    """Ends the turn and orders the next where something waits."""
    with database.transaction() as session:
        peer = peer_locked(session, agency)
        if outbox.finish(session, message):
            peer.has_turn = False
            order_turn(session, peer, now=now)


def give_secret(agency: str, *, actor: Actor, now: datetime) -> str:
    """Makes the agency's secret and returns it, for this once; the one before is valid for another day."""
    admit("system.manage", actor)
    if agency not in with_channel():
        raise NotFound(agency=agency)
    with database.transaction() as session:
        peer, made = peer_locked(session, agency), secret_text(os.urandom(32))
        if peer.secret is not None:
            peer.previous_secret, peer.previous_until = peer.secret, overlap_end(now)
        peer.secret, peer.secret_at = encrypt(made, case=agency), now
        order_turn(session, peer, now=now)
        note(session, "exchange:secret", subject=actor.tag, now=now, agency=agency)
    return made


def try_now(agency: str, *, actor: Actor, now: datetime) -> None:
    """Tries an agency that is away at once."""
    admit("system.manage", actor)
    if agency not in with_channel():
        raise NotFound(agency=agency)
    with database.transaction() as session:
        peer = peer_locked(session, agency)
        peer.due_at = now
        outbox.hasten(session, EFFECT, {"agency": agency}, now=now)
        order_turn(session, peer, now=now)
        note(session, "exchange:try", subject=actor.tag, now=now, agency=agency)


def channel_of(agency: str) -> Exchange | None:
    """The channel of an agency; None for one whose channel was taken out of the city's folder."""
    found = with_channel().get(agency)
    return found.exchange if found else None


def _is_ready(peer: ExchangePeer) -> bool:
    """Whether something can be sent: to an address only with a secret to sign with."""
    channel = channel_of(peer.agency)
    return channel is not None and (channel.sftp is not None or peer.secret is not None)


def peer_locked(session: Session, agency: str) -> ExchangePeer:
    """The agency's row, locked; it is made at its first use."""
    query = select(ExchangePeer).where(col(ExchangePeer.agency) == agency).with_for_update()
    found = session.scalars(query).one_or_none()
    if found is None:
        row = {"agency": agency, "has_turn": False, "last_sequence": 0, "attempts": 0, "error": ""}
        session.execute(insert_if_absent(session, table_of(ExchangePeer)).values(**row))
        found = session.scalars(query).one()
    return found


def _first(session: Session, agency: str) -> ExchangeDelivery | None:
    query = select(ExchangeDelivery).where(col(ExchangeDelivery.agency) == agency, col(ExchangeDelivery.waits))
    return session.scalars(query.order_by(col(ExchangeDelivery.sequence)).limit(1)).first()
