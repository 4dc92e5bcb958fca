"""What a search of the desk answers."""

from typing import Literal

from pydantic import BaseModel, Field

from registration.api.v1.shapes import Page


class FoundBy(BaseModel):
    kind: Literal["ref", "name", "pinyin", "person", "address", "number", "licence", "identity"]
    text: str = Field(description="What matched, normalized; empty for an identity number")


class FoundRow(BaseModel):
    ref: str
    name: str
    state: str
    state_label: str
    found_by: list[FoundBy]


FoundPage = Page[FoundRow]
