"""The shapes of the API for supervision orders."""

from datetime import datetime

from pydantic import BaseModel, Field

from registration.api.v1.shapes import Given
from registration.api.v1.values import FilledLines, Name
from registration.operations.supervision import LONGEST, LONGEST_DAYS, SHORTEST_DAYS, USUAL_DAYS


class OrderPath(BaseModel):
    order: Name


class NewOrder(Given):
    words: FilledLines = Field(max_length=LONGEST)
    days: int = Field(USUAL_DAYS, ge=SHORTEST_DAYS, le=LONGEST_DAYS, description="Working days until the answer is due")


class OrderAnswer(Given):
    words: FilledLines = Field(max_length=LONGEST)


class OrderItem(BaseModel):
    order: str
    ref: str
    words: str
    ordered_by: str = Field(description="Who ordered, by number")
    ordered_at: datetime
    due_at: datetime
    answer: str
    answered_by: str | None
    answered_at: datetime | None
    late: bool = Field(description="The term is over without an answer, or was when the answer came")


class Orders(BaseModel):
    items: list[OrderItem]


class OrderGiven(BaseModel):
    order: str
