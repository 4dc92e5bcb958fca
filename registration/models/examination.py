"""What the office notes while it examines a case: marks, internal notes, and a decision that has not left yet."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime

WAITING = text("ended_at IS NULL")


class ReviewMark(SQLModel, table=True):
    """One clerk's verdict on one target of a case: `ok`, `bad`, or empty while only words are written.

    `content` is a keyed hash of what was looked at, `revision` the version of the case. Words are encrypted.
    """

    __tablename__ = "review_mark"
    __table_args__ = (UniqueConstraint("application_id", "account_id", "target", name="review_mark_once"),)

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False))
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), nullable=False))
    target: str
    verdict: str
    reason_code: str
    problem: str
    remedy: str
    content: str = Field(max_length=64)
    revision: int
    marked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class CaseNote(SQLModel, table=True):
    """A note of the office about a case, for the office alone; never changed. `words` are encrypted."""

    __tablename__ = "case_note"

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False, index=True))
    author: str
    words: str
    written_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class CheckOverride(SQLModel, table=True):
    """That a person let a case go on in spite of a check, for one revision; never changed. `reason` is encrypted."""

    __tablename__ = "check_override"
    __table_args__ = (UniqueConstraint("application_id", "revision", "check_key", name="check_override_once"),)

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False))
    revision: int
    check_key: str
    reason: str
    by: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class DelayedDecision(SQLModel, table=True):
    """A decision that its author can take back until `leaves_at`; the case is still as it was. One of a case waits.

    The row is deleted with the step that it becomes. Otherwise `ended_at` is set, and the row stays for some days with
    what was typed: `outcome` is `undone` by its author, or `refused` for `reasons` that came up
    meanwhile, and `read` once the author has read those.
    `inputs` and `reasons` are encrypted JSON, `version` is that of the case.
    """

    __tablename__ = "delayed_decision"
    __table_args__ = (
        Index(
            "delayed_decision_waiting", "application_id", unique=True, postgresql_where=WAITING, sqlite_where=WAITING
        ),
        Index("delayed_decision_of", "account_id", "ended_at"),
        Index("delayed_decision_case", "application_id", "account_id"),
    )

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False))
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), nullable=False))
    action: str
    inputs: str
    version: int
    taken_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    leaves_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    outcome: str = ""
    reasons: str = ""
