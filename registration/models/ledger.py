"""Events of issued licences, and their public log: events, proposals, leaves, complete subtrees, signed heads."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

OPEN = text("status = 'open'")


class LicenceProposal(SQLModel, table=True):
    """That an edition should be revoked, reinstated or corrected: one person proposes, another decides. One at a time.

    `changes` of a correction maps each fact of the particulars to {"before", "after"}; `evidence` names the documents
    that prove the clerical error.
    """

    __tablename__ = "licence_proposal"
    __table_args__ = (
        CheckConstraint("status in ('open', 'confirmed', 'refused')", name="licence_proposal_status"),
        CheckConstraint("kind in ('revoke', 'reinstate', 'correct')", name="licence_proposal_kind"),
        CheckConstraint("decided_by is null or decided_by <> proposed_by", name="licence_proposal_four_eyes"),
        Index("licence_proposal_open", "application_id", unique=True, postgresql_where=OPEN, sqlite_where=OPEN),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    edition: int
    kind: str
    reason_code: str
    opinion: str
    evidence: str = Field(default="", sa_column_kwargs={"server_default": ""})
    changes: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JsonDoc, nullable=False, server_default="{}")
    )
    proposed_by: str
    proposed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    status: str = "open"
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision: str | None = None


class LicenceEvent(SQLModel, table=True):
    """Append-only: something that happened to one sheet. It is written in the transaction in which it happened."""

    __tablename__ = "licence_event"
    __table_args__ = (
        CheckConstraint(
            "kind in ('issue', 'supersede', 'revoke', 'reinstate', 'declare_void', 'restore')",
            name="licence_event_kind",
        ),
    )

    id: int = Field(default=None, primary_key=True)
    licence_id: int = Field(foreign_key="licence.id", index=True)
    kind: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    by: str
    reason_code: str | None = None
    proposal_id: int | None = Field(default=None, foreign_key="licence_proposal.id")


class LogLeaf(SQLModel, table=True):
    """Append-only: an event at its place in the log. `data` is the very text that is hashed.

    Without a foreign key to the event on purpose: it must remain if the event is removed.
    """

    __tablename__ = "log_leaf"

    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    event_id: int = Field(unique=True)
    code: str = Field(index=True)
    serial: str = Field(index=True)
    data: str
    hash: str = Field(index=True)
    appended_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class LogNode(SQLModel, table=True):
    """Append-only: the hash of a complete subtree above the leaves, so that a proof need not hash the log again."""

    __tablename__ = "log_node"

    level: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    hash: str


class LogHead(SQLModel, table=True):
    """Append-only: the log's tree at one moment, signed. `signed` is a JWS of the same data as the columns."""

    __tablename__ = "log_head"

    id: int = Field(default=None, primary_key=True)
    size: int = Field(index=True)
    root: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    key_id: str
    signed: str
