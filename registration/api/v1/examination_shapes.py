"""The shapes of the API for the marks of an examination and for internal notes."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from registration.api.v1.shapes import Given
from registration.api.v1.values import FilledLines, Line, Prose
from registration.operations.marks import MOST_MARKS
from registration.operations.notes import LONGEST_NOTE

_TARGET = (
    "`section.<key>` or `material.<kind>`, with a third part for one person (`section.people.p1`) or one file "
    "(`material.lease.<reference>`)"
)


class NewMark(Given):
    target: Line = Field(description=_TARGET)
    verdict: Literal["ok", "bad", ""] = Field("", description="Empty: not decided; without words the mark is deleted")
    reason_code: Line = ""
    problem: Prose = ""
    remedy: Prose = ""


class NewMarks(Given):
    items: list[NewMark] = Field(max_length=MOST_MARKS)


class MarkRow(BaseModel):
    target: str = Field(description=_TARGET)
    verdict: Literal["ok", "bad", ""]
    reason_code: str
    problem: str
    remedy: str
    staff_no: str = Field(description="Who marked it, by number")
    marked_at: datetime
    own: bool = Field(description="Whether the reader did")


class Marks(BaseModel):
    items: list[MarkRow]


class NewNote(Given):
    words: FilledLines = Field(max_length=LONGEST_NOTE)


class NoteRow(BaseModel):
    staff_no: str
    words: str
    written_at: datetime


class Notes(BaseModel):
    items: list[NoteRow]
