"""Changes of the tables that cases work by: proposals of two persons, runs of moves, the earlier state of each case."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

LIVING = text("status in ('planning', 'open', 'running', 'reverting')")


class DefinitionMove(SQLModel, table=True):
    """One run of moves. `state_map` holds the old states that got another name, `actor` who runs it.

    `finished_at` stays empty while cases are left, so that the same command goes on where it stopped.
    """

    __tablename__ = "definition_move"

    id: int = Field(default=None, primary_key=True)
    source: str
    target: str
    state_map: dict[str, Any] = Field(sa_column=Column(JsonDoc, nullable=False))
    registrar_code: str | None = Field(default=None, foreign_key="registrar.code")
    actor: str
    started_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    finished_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    reverted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class MovedCase(SQLModel, table=True):
    """A case that a run moved, with its state and clock before. `version` is the case's after the move.

    A case whose version is another one now has acted since, and is not taken back.
    """

    __tablename__ = "moved_case"
    __table_args__ = (Index("moved_case_case", "application_id"),)

    move_id: int = Field(foreign_key="definition_move.id", primary_key=True)
    application_id: int = Field(foreign_key="application.id", primary_key=True)
    state: str
    version: int
    case_due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    state_due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    paused_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    moved_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    reverted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class DefinitionChange(SQLModel, table=True):
    """A change that one person proposes and another decides.

    `kind` is `move`, the open cases of `source` go to `target`, or `use`, new cases of `registrar_code` begin under
    `target`. `subject` is what two living proposals may not both be about. A sweep works on it from case to case:
    `position` is the last one that was looked at, of `total`. `move_id` is the run, once it was confirmed.
    """

    __tablename__ = "definition_change"
    __table_args__ = (
        CheckConstraint("kind in ('move', 'use')", name="definition_change_kind"),
        CheckConstraint(
            "status in ('planning', 'open', 'running', 'done', 'refused', 'withdrawn', 'reverting', 'reverted')",
            name="definition_change_status",
        ),
        CheckConstraint(
            "status not in ('running', 'done', 'reverting', 'reverted') or decided_by <> proposed_by",
            name="definition_change_two_persons",
        ),
        Index("definition_change_one_living", "subject", unique=True, postgresql_where=LIVING, sqlite_where=LIVING),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    kind: str
    subject: str
    source: str
    target: str
    state_map: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))
    registrar_code: str | None = Field(default=None, foreign_key="registrar.code")
    reason: str
    status: str
    total: int = 0
    position: int = 0
    move_id: int | None = Field(default=None, foreign_key="definition_move.id")
    proposed_by: str
    proposed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision: str = ""
    reverted_by: str | None = None
    reverted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    revert_reason: str = ""


class DefinitionChangeCase(SQLModel, table=True):
    """What a plan says of a case, and what became of it.

    `outcome`: `planned` or `stays` by the plan; then `moved`, `stays`, `ended` (it was finished meanwhile), and after a
    revert `returned` or `acted` (it took a step since). `obstacles` are (code, data) of why it stays.
    """

    __tablename__ = "definition_change_case"
    __table_args__ = (Index("definition_change_case_outcome", "change_id", "outcome"),)

    change_id: int = Field(foreign_key="definition_change.id", primary_key=True)
    application_id: int = Field(foreign_key="application.id", primary_key=True)
    state: str
    target: str
    due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    due_then: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    obstacles: list[Any] = Field(default_factory=list, sa_column=Column(JsonDoc, nullable=False))
    outcome: str
