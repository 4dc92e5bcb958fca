"""Moves of cases to another version of their table: the run, and the earlier state of each case."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime


class DefinitionMove(SQLModel, table=True):
    """One run of `heyi workflows migrate`. `state_map` holds the old states that got another name.

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
