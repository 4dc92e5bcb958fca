"""Absences, notices of a change of holder, and the file that each member of staff has open."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime


class Absence(SQLModel, table=True):
    """Days on which a member of the office is away, both included. `ended_at`: it was ended before its last day.

    The substitute, of the same registrar, is shown the files of who is away.
    """

    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="absence_days"),
        Index("absence_of", "account_id", "last_on"),
        Index("absence_for", "substitute_id", "last_on"),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    registrar_code: str = Field(foreign_key="registrar.code", index=True)
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), nullable=False))
    substitute_id: int | None = Field(default=None, foreign_key="account.id")
    first_on: date = Field(sa_column=Column(Date, nullable=False))
    last_on: date = Field(sa_column=Column(Date, nullable=False))
    entered_by: str
    entered_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class HolderNotice(SQLModel, table=True):
    """A history entry by which a case changed hands, for a person who did not make it."""

    __tablename__ = "holder_notice"
    __table_args__ = (Index("holder_notice_of", "account_id", "at"),)

    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), primary_key=True))
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), primary_key=True))
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class OpenFile(SQLModel, table=True):
    """The file that a member of staff has open, and when the page last said so. What was before is not kept."""

    __tablename__ = "open_file"

    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), primary_key=True))
    application_id: int = Field(foreign_key="application.id", index=True)
    seen_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
