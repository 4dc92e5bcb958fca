"""Alerts about promises, sent and pending."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime


class PromiseAlert(SQLModel, table=True):
    """One alert about a promise, and when it was sent: a row for each case, part, promise and kind.

    `part_key` is empty for the case's own promise. `said_at` is empty until a sweep processes the row; `said`:
    the alert was sent, and not replaced by a later one. `roles` received it beside the holder.
    """

    __tablename__ = "promise_alert"
    __table_args__ = (
        UniqueConstraint("application_id", "part_key", "due_at", "kind", name="promise_alert_once"),
        CheckConstraint("kind in ('warning', 'overdue')", name="promise_alert_kind"),
        Index("promise_alert_open", "said_at", "alert_at"),
    )

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False))
    part_key: str = ""
    kind: str
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    alert_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    said_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    said: bool = False
    roles: list[str] = Field(default_factory=list, sa_column=Column(JsonDoc, nullable=False))
