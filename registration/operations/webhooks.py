"""Receivers of events: proposed by one person and confirmed by another; secrets, pauses, tests and repeats."""

import os
import secrets
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlmodel import Session, col

from registration import outbox
from registration.access import admit
from registration.actor import Actor
from registration.database import transaction
from registration.errors import Conflict, InvalidInput, NotFound
from registration.keys.field_encryption import encrypt
from registration.models import SettingChange, Webhook, WebhookDelivery
from registration.operations import webhook_deliveries
from registration.operations.audit import note
from registration.operations.setting_changes import Proposal, begin
from registration.queries.setting_changes import WEBHOOK
from registration.rules.languages import pair
from registration.rules.outside_addresses import address_problems
from registration.rules.problems import Problem
from registration.rules.signed_requests import overlap_end, secret_text
from registration.rules.webhooks import TEST, Event, event_kinds
from registration.settings import settings

LONGEST_NAME = 60
_NAME = pair("名称", "the name")


def propose(
    name: str, url: str, events: list[str], *, reason: str, asks_consent: bool = True, actor: Actor, now: datetime
) -> SettingChange:
    """Proposes a receiver to a second person. InvalidInput with every fault, and as `begin` does.

    `asks_consent`: it must agree before anything is sent to it.
    """
    admit("system.manage", actor)
    name, url = name.strip(), url.strip()
    problems = [] if name else [Problem("name", "field.missing", {"field": _NAME})]
    if len(name) > LONGEST_NAME:
        problems.append(Problem("name", "text.too_long", {"most": LONGEST_NAME, "field": _NAME}))
    problems += address_problems("url", url, private=settings().webhook_private_networks)
    chosen = [kind for kind in event_kinds() if kind in events and kind != TEST]
    if not chosen:
        problems.append(Problem("events", "webhook.no_events"))
    if problems:
        raise InvalidInput(problems)
    with transaction() as session:
        after = {"name": name, "url": url, "events": chosen, "asks_consent": asks_consent}
        return begin(session, Proposal(WEBHOOK, url, {}, after, reason), actor=actor, now=now)


def take_effect(session: Session, change: SettingChange, actor: Actor, now: datetime) -> None:
    """Enters the receiver. It gets nothing before it has a secret."""
    webhook_deliveries.start_cursors(session)
    hook = Webhook(
        ref=secrets.token_hex(8),
        name=change.after["name"],
        url=change.after["url"],
        events=list(change.after["events"]),
        # Proposed before receivers were asked, it is not.
        asks_consent=change.after.get("asks_consent", False),
        created_by=change.proposed_by,
        created_at=now,
    )
    session.add(hook)
    note(session, "webhook:register", subject=change.proposed_by, now=now, webhook=hook.ref, url=hook.url)


def give_secret(ref: str, *, actor: Actor, now: datetime) -> str:
    """Makes a secret and returns it, for this once; the one before is valid for another day."""
    with transaction() as session:
        hook = _locked(session, ref, actor)
        made = secret_text(os.urandom(32))
        if hook.secret is not None:
            hook.previous_secret, hook.previous_until = hook.secret, overlap_end(now)
        hook.secret, hook.secret_at = encrypt(made, case=hook.ref), now
        webhook_deliveries.order_turn(session, hook, now=now)
        note(session, "webhook:secret", subject=actor.tag, now=now, webhook=ref, again=hook.previous_secret is not None)
    return made


def set_state(ref: str, state: str, *, actor: Actor, now: datetime) -> None:
    """`active`, `paused` (events wait) or `removed`, for ever; what waits for a removed receiver is dropped."""
    if state not in ("active", "paused", "removed"):
        raise NotFound(state=state)
    with transaction() as session:
        hook = _locked(session, ref, actor)
        before, hook.status = hook.status, state
        if state == "removed":
            hook.secret = hook.previous_secret = None
            waiting = col(WebhookDelivery.webhook_id) == hook.id, col(WebhookDelivery.status) == "waiting"
            session.execute(update(WebhookDelivery).where(*waiting).values(status="parked"))
        webhook_deliveries.order_turn(session, hook, now=now)
        note(session, f"webhook:{state}", subject=actor.tag, now=now, webhook=ref, before=before, after=state)


def send_test(ref: str, *, actor: Actor, now: datetime) -> None:
    """Puts a test event into the receiver's queue, and asks at once one that has not agreed.

    Conflict("webhook_not_ready") where nothing is sent to it.
    """
    with transaction() as session:
        hook = _locked(session, ref, actor)
        if not webhook_deliveries.is_sendable(hook):
            raise Conflict("webhook_not_ready")
        first = None if hook.agrees else webhook_deliveries.first_waiting(session, hook)
        if first is not None:
            first.due_at = now
            session.flush()
            outbox.hasten(session, webhook_deliveries.EFFECT, {"webhook": hook.id}, now=now)
        else:
            event = Event(secrets.token_hex(16), TEST, hook.ref, now, {"links": {"home": settings().public_url}})
            webhook_deliveries.put_for(session, hook, [event], now=now)
        note(session, "webhook:test", subject=actor.tag, now=now, webhook=ref)


def send_again(ref: str, delivery: int, *, actor: Actor, now: datetime) -> None:
    """Has a delivery made again, whether it was parked or taken; the receiver knows it by its id."""
    with transaction() as session:
        hook = _locked(session, ref, actor)
        row = session.scalars(_deliveries(hook).where(col(WebhookDelivery.id) == delivery)).one_or_none()
        if row is None:
            raise NotFound(delivery=delivery)
        row.status, row.attempts, row.due_at = "waiting", 0, now
        session.flush()
        outbox.hasten(session, webhook_deliveries.EFFECT, {"webhook": hook.id}, now=now)
        webhook_deliveries.order_turn(session, hook, now=now)
        note(session, "webhook:repeat", subject=actor.tag, now=now, webhook=ref, delivery=delivery)


def _locked(session: Session, ref: str, actor: Actor) -> Webhook:
    """The receiver, locked. NotFound for one that was removed."""
    admit("system.manage", actor)
    hook = session.scalars(select(Webhook).where(col(Webhook.ref) == ref).with_for_update()).one_or_none()
    if hook is None or hook.status == "removed":
        raise NotFound(webhook=ref)
    return hook


def _deliveries(hook: Webhook) -> Select[WebhookDelivery]:
    return select(WebhookDelivery).where(col(WebhookDelivery.webhook_id) == hook.id)
