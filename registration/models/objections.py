"""Objections of agencies to a case: the points that they mark, and what the office answered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, text
from sqlmodel import Field, SQLModel

from registration.models.columns import UtcDateTime

UNSEEN = text("answered_at is not null and seen_at is null")


class Objection(SQLModel, table=True):
    """An agency's objection on its part, about one revision. Open until the office answers it.

    `reason` and `answer` are encrypted. `answered_role` is the role in which the office answered; the agency reads no
    number of its staff. `notice_id` is the correction notice into which an upheld objection went, `seen_at` when an
    officer of the agency confirmed to have read the answer.
    """

    __table_args__ = (
        CheckConstraint("outcome in ('upheld', 'overruled')", name="objection_outcome"),
        Index("objection_unseen", "agency", "registrar_code", postgresql_where=UNSEEN, sqlite_where=UNSEEN),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False, index=True))
    part_id: int = Field(sa_column=Column(Integer, ForeignKey("part.id"), nullable=False))
    agency: str
    registrar_code: str
    revision: int
    reason: str
    made_by: str
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    outcome: str | None = None
    answer: str = ""
    answered_by: str | None = None
    answered_role: str | None = None
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    notice_id: int | None = Field(default=None, foreign_key="notice.id")
    seen_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class ObjectionItem(SQLModel, table=True):
    """One point of an objection: a target as of a mark, and encrypted words.

    Once the objection is upheld, the point is an item of the notice, or `left_out` says why it is not (encrypted).
    """

    __tablename__ = "objection_item"

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    objection_id: int = Field(sa_column=Column(Integer, ForeignKey("objection.id"), nullable=False, index=True))
    target: str
    reason_code: str
    problem: str
    remedy: str
    notice_item_id: int | None = Field(default=None, foreign_key="notice_item.id")
    left_out: str = ""
