"""Decisions that the system makes at once: who switched them on, what came of each, and what a person audits."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

OPEN_CHANGE = text("status = 'open'")
OPEN_SAMPLES = text("audited_at IS NULL")


class StraightThroughChange(SQLModel, table=True):
    """A change of the switch for one type of entity at one registrar, proposed by one person and decided by another.

    In force on a day is the latest confirmed one that is valid then; once decided, a row never changes. `before` is
    what was in force when it was proposed (`is_on`, `sample_percent`), None for nothing.
    """

    __tablename__ = "straight_through_change"
    __table_args__ = (
        CheckConstraint("status in ('open', 'done', 'refused', 'withdrawn')", name="straight_through_status"),
        CheckConstraint(
            "status not in ('done', 'refused') or (decided_by is not null and decided_by <> proposed_by)",
            name="straight_through_two_persons",
        ),
        CheckConstraint("sample_percent between 1 and 100", name="straight_through_percent"),
        Index("straight_through_in_force", "registrar_code", "entity_type", "status", "valid_from"),
        Index(
            "straight_through_one_open",
            *("registrar_code", "entity_type"),
            unique=True,
            postgresql_where=OPEN_CHANGE,
            sqlite_where=OPEN_CHANGE,
        ),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    registrar_code: str = Field(foreign_key="registrar.code")
    entity_type: str
    is_on: bool = Field(sa_column=Column(Boolean, nullable=False))
    sample_percent: int
    valid_from: date = Field(sa_column=Column(Date, nullable=False))
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonDoc))
    reason: str
    status: str = "open"
    proposed_by: str
    proposed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision: str = ""


class DecisionAttempt(SQLModel, table=True):
    """That the system tried to decide one revision of a case at once; never changed.

    `blockers` are the reasons why it could not, for the office alone; none if it `decided`. `drawn` is the number of
    the case for the sample, 0 to 9999, and `sample_percent` the share that was chosen then; both only with a decision.
    """

    __tablename__ = "decision_attempt"
    __table_args__ = (UniqueConstraint("application_id", "revision", name="decision_attempt_once"),)

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False))
    revision: int
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    decided: bool = Field(sa_column=Column(Boolean, nullable=False))
    blockers: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JsonDoc, nullable=False))
    drawn: int | None = None
    sample_percent: int | None = None


class SampleAudit(SQLModel, table=True):
    """A decision of the system that was chosen for a person to look at. `words` are encrypted.

    `verdict`: right or faulty. `escalated_at` is set when its term passed without a verdict.
    """

    __tablename__ = "sample_audit"
    __table_args__ = (
        CheckConstraint("verdict is null or verdict in ('right', 'faulty')", name="sample_audit_verdict"),
        Index("sample_audit_due", "due_at", postgresql_where=OPEN_SAMPLES, sqlite_where=OPEN_SAMPLES),
    )

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False, unique=True))
    chosen_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    audited_by: str | None = None
    audited_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    verdict: str | None = None
    words: str = ""
    escalated_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
