"""The exchange with agencies: how each is reached, what it is sent in order, what it said, and each day compared."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

WAITING = text("waits")


class ExchangePeer(SQLModel, table=True):
    """An agency with a channel, by the name that it is sent to. Secrets are encrypted under that name.

    `has_turn`: a message of the outbox delivers to it. `away_since`, `attempts` and `error` are of the failures since
    the last success; before `due_at` nothing is tried.
    """

    __tablename__ = "exchange_peer"

    agency: str = Field(primary_key=True)
    secret: str | None = None
    secret_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    previous_secret: str | None = None
    previous_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    has_turn: bool = False
    last_sequence: int = 0
    attempts: int = 0
    due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    away_since: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    error: str = ""
    visited_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class ExchangeDelivery(SQLModel, table=True):
    """A record for an agency. `record` is encrypted canonical JSON, `digest` its SHA-256; `day` its first sending's.

    `waits`: it is to be sent, for the first time, or again because the agency does not have it. `sent_at`, when it was
    last sent, is shown on no page: it answers an agency that asks about one record.
    """

    __tablename__ = "exchange_delivery"
    __table_args__ = (
        CheckConstraint("status in ('new', 'sent', 'acknowledged', 'refused')", name="exchange_delivery_status"),
        UniqueConstraint("agency", "sequence", name="exchange_delivery_sequence"),
        UniqueConstraint("application_id", "agency", "key", name="exchange_delivery_once"),
        Index("exchange_delivery_day", "agency", "day"),
        Index("exchange_delivery_waiting", "agency", "sequence", postgresql_where=WAITING, sqlite_where=WAITING),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    agency: str
    sequence: int
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False))
    key: str
    record: str
    digest: str
    status: str = "new"
    waits: bool = True
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    day: date | None = Field(default=None, sa_column=Column(Date))
    sent_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    repaired_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class ExchangeMessage(SQLModel, table=True):
    """A message of an agency by its id, with the answer: sent again it gets the same, and is done once."""

    __tablename__ = "exchange_message"
    __table_args__ = (UniqueConstraint("agency", "message_id", name="exchange_message_once"),)

    id: int = Field(default=None, primary_key=True)
    agency: str
    message_id: str
    digest: str
    answer: dict[str, Any] = Field(sa_column=Column(JsonDoc, nullable=False))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))


class ExchangeDay(SQLModel, table=True):
    """What an agency says that it received of a day's deliveries, compared with what was sent.

    `missed_at`: when the agreed hour was over without its list; it may have come since, at `reported_at`.
    """

    __tablename__ = "exchange_day"
    __table_args__ = (UniqueConstraint("agency", "day", name="exchange_day_once"),)

    id: int = Field(default=None, primary_key=True)
    agency: str
    day: date = Field(sa_column=Column(Date, nullable=False))
    received: int = 0
    missing: int = 0
    differs: int = 0
    unknown: int = 0
    reported_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    missed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
