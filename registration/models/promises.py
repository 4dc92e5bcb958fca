"""What has been said about promises, and what is still to be said."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime


class PromiseAlert(SQLModel, table=True):
    """What is to be said about one promise, and when it was: a row for each case, part, promise and kind.

    `part_key` is empty for the case's own promise. `said_at` stays empty until the sweep comes to the row; `said` tells
    whether it spoke then, or was silent because something later had to be said. `roles` were told beside the holder.
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
