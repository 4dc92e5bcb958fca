"""The shapes of the API for messages about a case."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from registration.api.v1.shapes import Given
from registration.api.v1.values import FilledLines
from registration.operations.correspondence import LONGEST_MESSAGE


class MessageRow(BaseModel):
    message: str
    side: Literal["applicant", "office"]
    staff_no: str | None = Field(description="Who wrote for the office, by number")
    words: str
    written_at: datetime
    waits: bool = Field(description="Whether this message of the applicant waits for an answer")
    files: list[str] = Field(description="Names of the files that were sent with it")


class Messages(BaseModel):
    items: list[MessageRow]
    closed: bool = Field(description="The application has ended: messages are read, and no more are written")


class NewMessage(Given):
    words: FilledLines = Field(max_length=LONGEST_MESSAGE)


class Written(BaseModel):
    message: str


class Settled(BaseModel):
    settled: int = Field(description="How many messages waited")
