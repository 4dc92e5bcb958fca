"""Receivers of events outside, what is delivered to each, and how far each source of events was read."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

WAITING = text("status = 'waiting'")


class Webhook(SQLModel, table=True):
    """A receiver of events. `secret` and `previous_secret` are encrypted under the reference.

    Nothing is sent before it has a secret, and if `asks_consent`, before its `consent` is granted; that is missing
    after an answer without it, whose status or fault `consent_said` keeps. `allowed_rate`: requests a minute.
    `has_turn`: a message of the outbox exists that delivers to it, so that one worker at most is busy with a receiver.
    """

    __table_args__ = (
        CheckConstraint("status in ('active', 'paused', 'removed')", name="webhook_status"),
        CheckConstraint("consent in ('granted', 'missing')", name="webhook_consent"),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    name: str
    url: str
    events: list[str] = Field(sa_column=Column(JsonDoc, nullable=False))
    status: str = "active"
    secret: str | None = None
    secret_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    previous_secret: str | None = None
    previous_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    has_turn: bool = False
    asks_consent: bool = False
    consent: str | None = None
    consent_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    consent_said: str = ""
    consent_tries: int = 0
    allowed_rate: int | None = None
    created_by: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))

    @property
    def agrees(self) -> bool:
        """Whether events may be sent: it said so, or was registered without being asked."""
        return not self.asks_consent or self.consent == "granted"


class WebhookDelivery(SQLModel, table=True):
    """An event for one receiver, delivered in the order of numbers. `body` is the very text that is signed and sent.

    `answer` are the first characters of the receiver's last answer, `code` its status, `duration` in milliseconds.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint("status in ('waiting', 'delivered', 'parked')", name="webhook_delivery_status"),
        UniqueConstraint("webhook_id", "event_id", name="webhook_delivery_once"),
        Index("webhook_delivery_newest", "webhook_id", "id"),
        Index("webhook_delivery_waiting", "webhook_id", "id", postgresql_where=WAITING, sqlite_where=WAITING),
    )

    id: int = Field(default=None, primary_key=True)
    webhook_id: int = Field(sa_column=Column(Integer, ForeignKey("webhook.id"), nullable=False))
    event_id: str
    event_type: str
    subject: str
    body: str
    status: str = "waiting"
    attempts: int = 0
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    tried_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    code: int | None = None
    answer: str = ""
    duration: int | None = None


class EventCursor(SQLModel, table=True):
    """How far a source of events was read: the number of its last row that became an event, or was none."""

    __tablename__ = "event_cursor"

    source: str = Field(primary_key=True)
    position: int
