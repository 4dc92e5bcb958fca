"""What an applicant says of the office's work: ratings of a step, and complaints about one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, text
from sqlmodel import Field, SQLModel

from registration.models.columns import JsonDoc, UtcDateTime

RATINGS = text("kind = 'rating'")
OPEN_COMPLAINTS = text("kind = 'complaint' AND answered_at IS NULL")
TO_ANSWER = text("due_at IS NOT NULL AND answered_at IS NULL")


class Feedback(SQLModel, table=True):
    """A rating or a complaint. `words` and `answer` are encrypted.

    `step` is the key of a rated step in the matter's ratings.yaml, or for a complaint the number of the entry of the
    history, `0` for the case as it is now. `about` is the tag of the person complained of. `grade` is 1 (best) to 5.
    `due_at` is set while the office owes an answer, `check_due_at` by when it must call back: a good rating has
    neither.
    """

    __table_args__ = (
        CheckConstraint("kind in ('rating', 'complaint')", name="feedback_kind"),
        CheckConstraint("grade is null or grade between 1 and 5", name="feedback_grade"),
        Index(
            "feedback_rated_once",
            "application_id",
            "step",
            unique=True,
            postgresql_where=RATINGS,
            sqlite_where=RATINGS,
        ),
        Index(
            "feedback_complained_once",
            "application_id",
            "step",
            unique=True,
            postgresql_where=OPEN_COMPLAINTS,
            sqlite_where=OPEN_COMPLAINTS,
        ),
        Index("feedback_to_answer", "due_at", postgresql_where=TO_ANSWER, sqlite_where=TO_ANSWER),
    )

    id: int = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    application_id: int = Field(sa_column=Column(Integer, ForeignKey("application.id"), nullable=False, index=True))
    kind: str
    step: str
    about: str = ""
    grade: int | None = None
    reasons: list[str] = Field(default_factory=list, sa_column=Column(JsonDoc, nullable=False))
    words: str = ""
    made_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    changed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    check_due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    checked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    answer: str = ""
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    answered_by: str | None = None
    escalated_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
