"""Runs of the checks of the records, and the faults that they found."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

RUNNING = text("status = 'running'")


class Verification(SQLModel, table=True):
    """One run. `counts` has for each check how much was checked and how many faults it has; `step` is the check that
    is running and `position` how far it came. `status` is `running` or `done`: one runs at a time.
    """

    __tablename__ = "verification"
    __table_args__ = (
        Index("verification_one_running", "status", unique=True, postgresql_where=RUNNING, sqlite_where=RUNNING),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    asked_by: str
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    status: str = "running"
    step: str
    position: int = 0
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    faults: int = 0
    finished_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class VerificationFault(SQLModel, table=True):
    """One fault. `place` says in what: registrar, case, day, entry, licence or file, as far as it is about one."""

    __tablename__ = "verification_fault"
    __table_args__ = (Index("verification_fault_of", "verification_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    verification_id: int = Field(foreign_key="verification.id")
    check: str
    code: str
    place: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
