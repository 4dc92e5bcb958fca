"""Delivers events to receivers in order: each has one turn at a time, so that one that is away holds up nobody else.

A turn is a message of the outbox. It delivers what waits for the receiver until something is not taken, and orders the
next turn for the time at which that is tried again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from registration import database, outbox
from registration.keys.field_encryption import decrypt
from registration.models import EventCursor, Webhook, WebhookDelivery
from registration.queries.webhook_events import SOURCES, events_after, newest_of
from registration.rules.signed_requests import signed_headers, valid_secrets
from registration.rules.webhook_consent import origin_header
from registration.rules.webhooks import CONTENT_TYPE, Event, cloud_event
from registration.settings import settings

EFFECT = "webhook.turn"
ANSWER_KEPT = 200
# What was delivered is forgotten after this time.
KEPT = timedelta(days=30)
_WAITING = col(WebhookDelivery.status) == "waiting"


@dataclass(frozen=True)
class Order:
    """A request to make now: `delivery` is its number."""

    delivery: int
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Result:
    """What became of a request; `code` is None without an answer, `milliseconds` is how long it took, and `rest` how
    long the receiver asks to be left alone."""

    taken: bool
    code: int | None
    text: str
    milliseconds: int
    rest: timedelta = timedelta()


def spread(*, now: datetime, most: int) -> bool:
    """The sweep: queues new events for their receivers. Returns whether more may remain."""
    # A look first, so that an idle sweep never disturbs a writer.
    with database.reading() as session:
        sources = [one for one in SOURCES if _has_more(session, one, now=now)] if _living(session) else []
    more = False
    for source in sources:
        with database.transaction() as session:
            cursor = session.get(EventCursor, source, with_for_update=True)
            if cursor is None:
                continue
            batch = events_after(session, source, cursor.position, now=now, most=most)
            for hook in _living(session, lock=True) if batch.events else ():
                put(session, hook, batch.events, now=now)
            cursor.position = batch.position
            more |= batch.rows == most
    return more


def _has_more(session: Session, source: str, *, now: datetime) -> bool:
    """Whether a source has a row that was not read."""
    cursor = session.get(EventCursor, source)
    return cursor is not None and events_after(session, source, cursor.position, now=now, most=1).rows > 0


def start_cursors(session: Session) -> None:
    """Before the first receiver: what happened earlier is nobody's event."""
    if _living(session):
        return
    session.execute(delete(EventCursor))
    session.add_all(EventCursor(source=source, position=newest_of(session, source)) for source in SOURCES)


def put(session: Session, hook: Webhook, events: Sequence[Event], *, now: datetime) -> None:
    """Puts down the events that this receiver wants, once each, and orders its turn."""
    wanted = [one for one in events if one.kind in hook.events and one.at >= hook.created_at]
    if wanted:
        put_for(session, hook, wanted, now=now)


def put_for(session: Session, hook: Webhook, wanted: Sequence[Event], *, now: datetime) -> None:
    """The same for events that it gets whatever its types are."""
    known = set(
        session.scalars(
            select(col(WebhookDelivery.event_id)).where(
                col(WebhookDelivery.webhook_id) == hook.id,
                col(WebhookDelivery.event_id).in_([one.id for one in wanted]),
            )
        )
    )
    session.add_all(
        WebhookDelivery(
            webhook_id=hook.id,
            event_id=one.id,
            event_type=one.kind,
            subject=one.subject,
            body=cloud_event(one, source=settings().public_url),
            due_at=now,
            created_at=now,
        )
        for one in wanted
        if one.id not in known
    )
    session.flush()
    order_turn(session, hook, now=now)


def order_turn(session: Session, hook: Webhook, *, now: datetime) -> None:
    """Orders a turn of this receiver, whose row is locked, unless one is ordered or nothing can be sent."""
    first = first_waiting(session, hook)
    if hook.has_turn or first is None or not is_sendable(hook):
        return
    at = max(now, min(first.due_at, now + outbox.longest_wait()))
    outbox.put_for_later(session, EFFECT, at=at, now=now, payload={"webhook": hook.id})
    hook.has_turn = True


def next_order(hook_id: int, *, now: datetime) -> Order | None:
    """The request that the receiver gets now; None where nothing waits, or it is to be tried later."""
    with database.reading() as session:
        hook = session.get_one(Webhook, hook_id)
        first = first_waiting(session, hook)
        if first is None or first.due_at > now or not (hook.agrees and is_sendable(hook)) or hook.secret is None:
            return None
        body = first.body.encode()
        valid = valid_secrets(hook.secret, hook.previous_secret, hook.previous_until, now=now)
        secrets = [decrypt(one, case=hook.ref) for one in valid]
        headers = {"Content-Type": CONTENT_TYPE, **signed_headers(first.event_id, body, secrets=secrets, now=now)}
        if hook.asks_consent:
            headers |= origin_header(settings().public_url)
        return Order(first.id, hook.url, headers, body)


def record(delivery: int, result: Result, *, now: datetime) -> None:
    """Writes what became of a request: delivered, to be tried again by the outbox's back-off, or parked."""
    with database.transaction() as session:
        row = session.get_one(WebhookDelivery, delivery, with_for_update=True)
        row.attempts, row.tried_at, row.code, row.duration = row.attempts + 1, now, result.code, result.milliseconds
        row.answer = result.text.replace("\x00", "")[:ANSWER_KEPT]
        if result.taken:
            row.status = "delivered"
            _keep_rate(session, row.webhook_id, now=now)
        elif row.attempts >= settings().attempts_before_parking:
            row.status = "parked"
        else:
            row.due_at = now + max(outbox.wait_after(row.attempts), result.rest)


def _keep_rate(session: Session, hook_id: int, *, now: datetime) -> None:
    """Has the next event wait, where the receiver takes only so many requests a minute."""
    hook = session.get_one(Webhook, hook_id)
    following = first_waiting(session, hook) if hook.allowed_rate else None
    if following is not None and hook.allowed_rate:
        following.due_at = max(following.due_at, now + timedelta(seconds=60 / hook.allowed_rate))


def end_turn(message: int, hook_id: int, *, now: datetime) -> None:
    """Ends the turn and orders the next where something waits."""
    with database.transaction() as session:
        hook = session.get_one(Webhook, hook_id, with_for_update=True)
        if outbox.finish(session, message):
            hook.has_turn = False
            order_turn(session, hook, now=now)


def forget(session: Session, *, now: datetime) -> None:
    """Deletes what was delivered long ago."""
    old = col(WebhookDelivery.status) == "delivered", col(WebhookDelivery.created_at) < now - KEPT
    session.execute(delete(WebhookDelivery).where(*old))


def is_sendable(hook: Webhook) -> bool:
    """Whether it is asked for its consent and gets events: it has a secret and is neither paused nor removed."""
    return hook.status == "active" and hook.secret is not None


def first_waiting(session: Session, hook: Webhook) -> WebhookDelivery | None:
    """The event that is next for this receiver."""
    query = select(WebhookDelivery).where(col(WebhookDelivery.webhook_id) == hook.id, _WAITING)
    return session.scalars(query.order_by(col(WebhookDelivery.id)).limit(1)).first()


def _living(session: Session, *, lock: bool = False) -> Sequence[Webhook]:
    """The receivers that are not removed; one that is paused gets its events later."""
    query = select(Webhook).where(col(Webhook.status) != "removed").order_by(col(Webhook.id))
    return session.scalars(query.with_for_update() if lock else query).all()
