"""The shapes of automatic checks in the API's answer about an application."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class CheckedEntity(BaseModel):
    name: str
    code: str
    check_url: str


class OverrideRow(BaseModel):
    reason: str
    by: str = Field(description="Number of the member of staff")
    at: datetime


class CheckRow(BaseModel):
    """An automatic check: verdict, rule, articles."""

    key: str
    group: str
    group_label: str
    verdict: Literal["bad", "warn", "info", "ok"]
    message: str
    law: list[str]
    may_be_overridden: bool = Field(description="The law leaves room: a person may let the case go on with a reason")
    override: OverrideRow | None
    count: int | None = Field(description="How many entities of the register it is about")
    entities: list[CheckedEntity] = Field(description="The first of them")
