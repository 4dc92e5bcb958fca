"""What the API says of the registered entities of an account, and of what an application changes."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from registration.api.v1.shapes import Given
from registration.rules.form.values import ItemKey

# Some matters have a limit that counts from it; being late is recorded, and never a ground to refuse.
EVENT_ON = Field(default=None, description="Day of the event, from which the limit of the items counts")


class OfferedMatter(BaseModel):
    """A matter that this entity has; `reasons` say why it cannot begin now."""

    matter: str
    title: str
    can_begin: bool
    reasons: list[str]
    items: dict[str, str] = Field(description="What can be chosen, by key; empty where nothing is chosen")


class BusinessRow(BaseModel):
    code: str
    name: str
    entity_type: str
    registrar: str
    founded_on: date
    state: str
    state_label: str
    matters: list[OfferedMatter]


class BusinessList(BaseModel):
    items: list[BusinessRow]


class StartForBusiness(Given):
    matter: str = Field(max_length=60)
    items: list[ItemKey] = Field(default=[], max_length=30, description="Keys of `items` of the offered matter")
    event_on: date | None = EVENT_ON


class ChosenItems(Given):
    items: list[ItemKey] = Field(max_length=30)
    event_on: date | None = EVENT_ON


class ItemChange(BaseModel):
    item: str
    label: str
    before: Any
    after: Any
    before_text: list[str]
    after_text: list[str]


class ItemChanges(BaseModel):
    items: list[ItemChange]
