"""Supervision orders: what a director wants to know about a case, and what the person who holds it answers."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, text
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime

OPEN_ORDERS = text("answered_at IS NULL")


class SupervisionOrder(SQLModel, table=True):
    """An order about one case (督办). `words` and `answer` are encrypted; `days` are working days.

    At most one of a case is open. `escalated_at` is set when its term passed without an answer.
    """

    __tablename__ = "supervision_order"
    __table_args__ = (
        Index(
            "supervision_order_open",
            "application_id",
            unique=True,
            postgresql_where=OPEN_ORDERS,
            sqlite_where=OPEN_ORDERS,
        ),
        Index("supervision_order_due", "due_at", postgresql_where=OPEN_ORDERS, sqlite_where=OPEN_ORDERS),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False, index=True))
    words: str
    days: int
    ordered_by: str
    ordered_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    answer: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    escalated_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
