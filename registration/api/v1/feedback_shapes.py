"""The shapes of the API for ratings and complaints."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from registration.api.v1.shapes import CasePath, Given
from registration.api.v1.values import FilledLines, Lines, Name
from registration.operations.feedback import LONGEST


class FeedbackPath(BaseModel):
    feedback: Name


class RatingPath(CasePath):
    rated: str = Field(description="A step of the `steps` that can be rated")


class Rating(Given):
    grade: int = Field(ge=1, le=5, description="1: very satisfied; 5: very dissatisfied")
    reasons: list[str] = Field(default_factory=list, max_length=30, description="Keys of the matter's reasons")
    words: Lines = Field(default="", max_length=LONGEST)


class Complaint(Given):
    step: str = Field(
        pattern="^(0|[1-9][0-9]{0,8})$", description="`seq` of an entry of the history, or 0 for the case as it is now"
    )
    words: FilledLines = Field(max_length=LONGEST)


class FeedbackAnswer(Given):
    words: FilledLines = Field(max_length=LONGEST)


class FeedbackItem(BaseModel):
    feedback: str
    ref: str
    kind: Literal["rating", "complaint"]
    step: str
    step_label: str
    grade: int | None
    reasons: list[str]
    words: str
    made_at: datetime
    check_due_at: datetime | None = Field(description="By when the office calls back after a poor rating")
    checked_at: datetime | None
    due_at: datetime | None = Field(description="By when the office answers; null where it owes no answer")
    answer: str
    answered_at: datetime | None
    late: bool


class FeedbackList(BaseModel):
    items: list[FeedbackItem]


class CaseFeedback(FeedbackList):
    steps: list[str] = Field(description="The steps of this case that can be rated now")


class FeedbackGiven(BaseModel):
    feedback: str
