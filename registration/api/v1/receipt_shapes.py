"""The shapes of the API for deliveries to agencies."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from registration.api.v1.shapes import CasePath, Given, Paging
from registration.api.v1.values import FilledLines, Line, Name, choice
from registration.operations.receipts import LONGEST, LONGEST_NUMBER
from registration.queries.receipts import VIEWS


class ReceiptPath(BaseModel):
    receipt: Name


class ReportPath(CasePath):
    report: Name


class ReceiptsQuery(Paging):
    view: Annotated[str, choice(*VIEWS)] = "sent"


class Acknowledgement(Given):
    number: Annotated[Line, Field(max_length=LONGEST_NUMBER)] = Field("", description="The agency's own number, if any")


class NewReport(Given):
    field: Line = Field("", description="A field of the record, such as `domicile.street`; empty for the whole record")
    words: FilledLines = Field(max_length=LONGEST, description="What is wrong; the applicant does not read it")


class Settlement(Given):
    settlement: Literal["corrected", "explained"] = Field(
        description="`corrected` only after a correction of the licence was confirmed since the report"
    )
    words: FilledLines = Field(max_length=LONGEST, description="The agency reads it")


class ReportItem(BaseModel):
    report: str
    field: str
    words: str
    made_at: datetime
    settlement: Literal["corrected", "explained"] | None
    answer: str
    answered_at: datetime | None


class ReceiptItem(BaseModel):
    receipt: str
    ref: str
    agency: str = Field(description="The name that the delivery was sent to")
    name: str
    code: str
    delivery: str = Field(description="What was sent: a repeat has the same")
    sent_at: datetime
    acknowledged_at: datetime | None
    number: str
    fields: list[str] = Field(description="What a report can be about; for the agency alone")
    reports: list[ReportItem]


class Receipts(BaseModel):
    items: list[ReceiptItem]


class ReceiptPage(Receipts):
    next: str | None
    counts: dict[str, int]


class ReportMade(BaseModel):
    report: str
