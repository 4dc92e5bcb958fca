"""Messages to the office without an account, the steps taken on each, and the answers that are published."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

OPEN_VOICES = text("status = 'open'")
LIVING = text("status in ('proposed', 'published')")


class Voice(SQLModel, table=True):
    """A complaint, report, suggestion or question (诉求). `words`, `contact` and `answer` are encrypted.

    `matter` is empty where it is about none. `due_at` and `escalate_at` are counted from the receipt, whoever has it
    later; `escalated_at` is set when the second of them passed without an answer. `answer` of a closed one is the
    reason why there is none.
    """

    __table_args__ = (
        CheckConstraint("kind in ('complaint', 'report', 'suggestion', 'question')", name="voice_kind"),
        CheckConstraint("status in ('open', 'answered', 'closed')", name="voice_status"),
        CheckConstraint("(status = 'open') = (ended_at is null)", name="voice_ended"),
        Index("voice_to_answer", "registrar_code", "due_at", postgresql_where=OPEN_VOICES, sqlite_where=OPEN_VOICES),
        Index("voice_to_escalate", "escalate_at", postgresql_where=OPEN_VOICES, sqlite_where=OPEN_VOICES),
        Index("voice_of", "registrar_code", "ended_at"),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    registrar_code: str = Field(foreign_key="registrar.code")
    kind: str
    matter: str = ""
    words: str
    contact: str = ""
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    escalate_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    escalated_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    assignee_id: int | None = Field(default=None, foreign_key="account.id")
    status: str = "open"
    answer: str = ""
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class VoiceEntry(SQLModel, table=True):
    """One step of a voice, append-only. `words` is an encrypted reason, `data` what changed: `from` and `to`."""

    __tablename__ = "voice_entry"

    id: int = Field(default=None, primary_key=True)
    voice_id: int = Field(sa_column=Column(Integer, ForeignKey("voice.id"), nullable=False, index=True))
    step: str
    by: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    words: str = ""
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonDoc, nullable=False))


class PublishedVoice(SQLModel, table=True):
    """A question and its answer without names, for everybody; it needs a second person, as the table itself checks."""

    __tablename__ = "published_voice"
    __table_args__ = (
        CheckConstraint(
            "status in ('proposed', 'published', 'refused', 'withdrawn', 'ended')", name="published_voice_status"
        ),
        CheckConstraint(
            "status not in ('published', 'ended') or decided_by <> proposed_by", name="published_voice_two_persons"
        ),
        Index("published_voice_once", "voice_id", unique=True, postgresql_where=LIVING, sqlite_where=LIVING),
        Index("published_voice_newest", "status", "decided_at"),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    voice_id: int = Field(sa_column=Column(Integer, ForeignKey("voice.id"), nullable=False, index=True))
    kind: str
    matter: str
    question: str
    answer: str
    status: str = "proposed"
    proposed_by: str
    proposed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision: str = ""
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
