"""Changes of settings that take two persons: proposed by one and decided by another."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

_IS_OPEN = text("status = 'open'")


class SettingChange(SQLModel, table=True):
    """A change of a calendar, a pool of numbers, a list of barred persons, the register of names or a receiver.

    `kind` says which, `subject` of what: a year, a registrar with a scheme, the name of a list. `before` and `after`
    are what the decider is shown; `content` is what would be loaded where that is a file, and is dropped with the
    decision. `proposed_by` and `decided_by` are tags of actors. A file of names is checked by the person who loads it,
    and takes no second one.
    """

    __tablename__ = "setting_change"
    __table_args__ = (
        CheckConstraint("status in ('open', 'approved', 'refused', 'withdrawn')", name="setting_change_status"),
        CheckConstraint(
            "kind = 'names' or status <> 'approved' or decided_by <> proposed_by", name="setting_change_two_persons"
        ),
        Index("setting_change_status_id", "status", "id"),
        Index(
            "setting_change_one_open",
            "kind",
            "subject",
            unique=True,
            postgresql_where=_IS_OPEN,
            sqlite_where=_IS_OPEN,
        ),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    kind: str
    subject: str
    registrar_code: str | None = Field(default=None, foreign_key="registrar.code")
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    reason: str
    status: str = "open"
    proposed_by: str
    proposed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision: str = ""
