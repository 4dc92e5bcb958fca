"""Changes of the accounts of staff: proposed by one security administrator, decided by another."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

_IS_OPEN = text("status = 'open'")


class StaffChange(SQLModel, table=True):
    """A change of the account with this `number`: see `operations/staff_changes.py` for the kinds.

    `before` and `after` have name, roles, registrar_code, agency and whether the account is `active`; `before` is
    empty for a new account. `proposed_by` and `decided_by` are tags of actors. A decided row never changes.
    """

    __tablename__ = "staff_change"
    __table_args__ = (
        CheckConstraint("status in ('open', 'done', 'refused', 'withdrawn')", name="staff_change_status"),
        CheckConstraint(
            "kind not in ('add', 'change', 'enable') or status <> 'done' or decided_by <> proposed_by",
            name="staff_change_two_persons",
        ),
        Index("staff_change_status_id", "status", "id"),
        Index("staff_change_one_open", "number", unique=True, postgresql_where=_IS_OPEN, sqlite_where=_IS_OPEN),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    number: str = Field(index=True)
    kind: str
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    reason: str
    status: str = "open"
    proposed_by: str
    proposed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision: str = ""
