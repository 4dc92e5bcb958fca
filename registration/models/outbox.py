"""What must still happen outside: one row per effect, until it is done."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ColumnElement, Index, literal_column, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

# What a printer makes, by the beginning of its name. Written as the index has it, so that the database can use that.
PRINTED: ColumnElement[bool] = literal_column("(substr(effect, 1, 6) in ('issue.', 'paper.', 'letter'))", Boolean)
WAITING = text("parked_at is null and substr(effect, 1, 6) in ('issue.', 'paper.', 'letter')")


class Message(SQLModel, table=True):
    """Written in the transaction that decided it, deleted in the one that records its result.

    `working_until` and `owner` are set while an attempt is made: until then no other may begin.
    """

    # SQLite would give the number of a finished message to the next one, and a worker that comes late would end that.
    __table_args__ = (
        Index("message_due", "parked_at", "due_at"),
        Index("message_case", "application_id"),
        Index("message_printed", "due_at", postgresql_where=WAITING, sqlite_where=WAITING),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    application_id: int | None = Field(default=None, foreign_key="application.id")
    effect: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    attempts: int = 0
    last_error: str | None = None
    working_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    owner: str | None = Field(default=None, max_length=32)
    parked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Lease(SQLModel, table=True):
    """Who runs a job that must run once, and until when."""

    name: str = Field(primary_key=True)
    holder: str
    until: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
