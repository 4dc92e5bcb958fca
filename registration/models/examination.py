"""What the office notes while it examines a case: marks on sections and documents, and internal notes."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime


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
