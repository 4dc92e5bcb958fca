"""The shapes of the API for who holds a case, and for absences."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from registration.api.v1.shapes import Given
from registration.api.v1.values import FilledLines, Name, Text, choice
from registration.operations.bulk import MOST, STEPS
from registration.operations.holding import LONGEST_REASON


class Assignment(Given):
    to: Text = Field(description="The number of the colleague")
    reason: FilledLines = Field(max_length=LONGEST_REASON)


class ChangeOfHands(BaseModel):
    by: str = Field(description="The director, by number, or `system` for a file that was put back")
    holder: str = Field(description="For whom the step was taken, by number")
    former: str | None = Field(description="Who held it before, by number")
    reason: str
    at: datetime


class ChangesOfHands(BaseModel):
    items: list[ChangeOfHands]


class NewAbsence(Given):
    first: date
    last: date
    substitute: str = Field("", max_length=20, description="The number of a colleague with the same roles")
    number: str = Field("", max_length=20, description="Who is away, for a director; otherwise it is the sender")


class BulkOrder(Given):
    what: Annotated[str, choice(*STEPS)]
    refs: list[str] = Field(min_length=1, max_length=MOST, description="The applications, each once")
    to: str = Field("", max_length=20, description="For `assign`: the number of the colleague")
    reason: str = Field("", max_length=LONGEST_REASON, description="For `assign`")
    dry_run: bool = Field(True, description="Only say what would happen")


class BulkLine(BaseModel):
    ref: str
    done: bool = Field(description="The step was taken, or in a dry run can be")
    code: str | None = Field(description="What is against it")
    reasons: list[str]


class BulkReport(BaseModel):
    dry_run: bool
    items: list[BulkLine]


class AbsencePath(BaseModel):
    absence: Name


class AbsenceItem(BaseModel):
    absence: str
    number: str
    first: date
    last: date
    substitute: str | None
    entered_by: str


class Absences(BaseModel):
    items: list[AbsenceItem]


class AbsenceGiven(BaseModel):
    absence: str
