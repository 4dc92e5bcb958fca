"""The shapes of the API for the correction notice, and for objections of agencies that go into it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class CorrectionItem(BaseModel):
    target: str = Field(description="section.<key> or material.<kind>")
    label: str
    reason_code: str
    problem: str
    remedy: str
    material_ref: str | None = Field(description="Of a document: the file that is at fault, where it is known")
    agency: str | None = Field(description="The agency whose objection asks for it")
    changed: bool = Field(description="Whether the target has been changed since")


class CorrectionRow(BaseModel):
    number: str
    opinion: str
    issued_at: datetime
    expires_at: datetime | None
    items: list[CorrectionItem]


class ObjectionPoint(BaseModel):
    ref: str
    target: str
    reason_code: str
    problem: str
    remedy: str
    printed: str = Field(description="The words in the correction notice; empty while there is none")
    left_out: str = Field(description="Why the point is not in the notice")


class PartObjectionRow(BaseModel):
    ref: str
    revision: int
    reason: str
    made_at: datetime
    points: list[ObjectionPoint]
    outcome: Literal["upheld", "overruled"] | None
    answer: str
    answered_role: str | None
    answered_at: datetime | None
    notice: str | None
    answer_by: datetime | None = Field(description="Until when the applicant corrects")
