"""The shapes of the API for messages about a case."""

from datetime import datetime
from typing import Literal

from flask_openapi3 import FileStorage
from pydantic import BaseModel, ConfigDict, Field

from registration.api.v1.shapes import CasePath, Given
from registration.api.v1.values import FilledLines, Name, Parameters
from registration.documents.uploads import MOST_IN_A_MESSAGE
from registration.operations.correspondence import LONGEST_MESSAGE


class MessageFile(BaseModel):
    ref: str
    filename: str
    content_type: str
    size: int
    sha256: str


class MessageRow(BaseModel):
    message: str
    side: Literal["applicant", "office"]
    staff_no: str | None = Field(description="Who wrote for the office, by number")
    words: str
    written_at: datetime
    waits: bool = Field(description="Whether this message of the applicant waits for an answer")
    files: list[MessageFile]


class Messages(BaseModel):
    items: list[MessageRow]
    closed: bool = Field(description="The application has ended: messages are read, and no more are written")


class NewMessage(Given):
    words: FilledLines = Field(max_length=LONGEST_MESSAGE)


class NewMessageWithFiles(Parameters):
    """Files are PDF, JPEG, PNG or HEIC by their content, each of the size that a document may have."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    words: FilledLines = Field(max_length=LONGEST_MESSAGE)
    file: list[FileStorage] = Field(min_length=1, max_length=MOST_IN_A_MESSAGE)


class MessageFilePath(CasePath):
    file: Name


class Written(BaseModel):
    message: str


class Settled(BaseModel):
    settled: int = Field(description="How many messages waited")
