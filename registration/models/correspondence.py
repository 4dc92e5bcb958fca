"""Messages between an applicant and the office about a case, with their files."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime

UNANSWERED = text("from_office = false AND answered_at IS NULL")


class CaseMessage(SQLModel, table=True):
    """A message; `words` are encrypted. `author` is the tag of an actor, `from_office` the side.

    `sent_key` is that of the form with which it was sent, so that a form that is sent twice is one message.
    `answered_at` is set on the applicant's messages when the office answers, or settles them without an answer.
    """

    __tablename__ = "case_message"
    __table_args__ = (
        UniqueConstraint("application_id", "sent_key", name="case_message_sent_once"),
        Index("case_message_unanswered", "application_id", postgresql_where=UNANSWERED, sqlite_where=UNANSWERED),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False))
    from_office: bool
    author: str
    words: str
    sent_key: str
    written_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class CaseMessageFile(SQLModel, table=True):
    """A file sent with a message, checked as a document is."""

    __tablename__ = "case_message_file"

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    message_id: int = Field(foreign_key="case_message.id", index=True)
    filename: str
    content_type: str
    size: int
    pages: int = 1
    sha256: str
    storage_key: str
