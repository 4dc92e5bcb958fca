"""The shapes of the API for names."""

from typing import Literal

from pydantic import BaseModel, Field

from registration.api.v1.shapes import Given
from registration.api.v1.values import Reason


class NameFinding(BaseModel):
    rule: str
    severity: Literal["pass", "warn", "manual", "reject"]
    part: str
    other: str | None
    message: str
    basis: str = Field(description="The provision by which the rule speaks")


class NameAnswer(BaseModel):
    name: str
    verdict: Literal["pass", "warn", "manual", "reject"]
    parts: dict[str, str]
    findings: list[NameFinding]


class NameDecision(Given):
    approve: bool
    reason: Reason


class NameDecided(BaseModel):
    ref: str
    approved: bool
    version: int
