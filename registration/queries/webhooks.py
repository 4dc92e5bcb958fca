"""Receivers of events and what was delivered to each, for the system administrator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from registration.access import admit
from registration.actor import Actor
from registration.errors import NotFound
from registration.models import Webhook, WebhookDelivery
from registration.rules.webhook_consent import MISSING

LISTED = 50


@dataclass(frozen=True)
class Receiver:
    """A receiver with the numbers of its deliveries by state."""

    hook: Webhook
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Deliveries:
    """The newest first; `next` is the number after which the next page begins."""

    rows: Sequence[WebhookDelivery]
    next: int | None


def receivers(session: Session, *, actor: Actor) -> list[Receiver]:
    """Those that are not removed, the oldest first."""
    admit("system.manage", actor)
    hooks = session.scalars(select(Webhook).where(col(Webhook.status) != "removed").order_by(col(Webhook.id))).all()
    return [_with_counts(session, hook) for hook in hooks]


def receiver(session: Session, ref: str, *, actor: Actor) -> Receiver:
    """NotFound where there is none, or it was removed."""
    admit("system.manage", actor)
    hook = session.scalars(select(Webhook).where(col(Webhook.ref) == ref)).one_or_none()
    if hook is None or hook.status == "removed":
        raise NotFound(webhook=ref)
    return _with_counts(session, hook)


def deliveries(session: Session, hook: Webhook, *, before: int | None) -> Deliveries:
    query = select(WebhookDelivery).where(col(WebhookDelivery.webhook_id) == hook.id)
    if before is not None:
        query = query.where(col(WebhookDelivery.id) < before)
    rows = session.scalars(query.order_by(col(WebhookDelivery.id).desc()).limit(LISTED + 1)).all()
    return Deliveries(rows[:LISTED], rows[LISTED - 1].id if len(rows) > LISTED else None)


def parked_deliveries(session: Session) -> int:
    """How many events were not taken after all attempts, of receivers that are not removed."""
    query = select(func.count(col(WebhookDelivery.id))).join(
        Webhook, col(Webhook.id) == col(WebhookDelivery.webhook_id)
    )
    return session.scalars(query.where(col(WebhookDelivery.status) == "parked", col(Webhook.status) != "removed")).one()


def receivers_without_consent(session: Session) -> int:
    """How many active receivers were asked and have not agreed."""
    query = select(func.count(col(Webhook.id))).where(col(Webhook.status) == "active", col(Webhook.consent) == MISSING)
    return session.scalars(query).one()


def _with_counts(session: Session, hook: Webhook) -> Receiver:
    status = col(WebhookDelivery.status)
    query = select(status, func.count()).where(col(WebhookDelivery.webhook_id) == hook.id).group_by(status)
    return Receiver(hook, dict(session.execute(query).all()))
