"""What the public register answers."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from registration.api.v1.shapes import Page, Paging
from registration.api.v1.values import Parameters, choice
from registration.rules.register_items import STATES, register_items

_Item = Annotated[str, choice(*(key for key, row in register_items().items() if row.is_public))]
_State = Annotated[str, choice(*STATES)]


class RegisterQuery(Paging):
    q: str = Field(
        min_length=1,
        max_length=60,
        description="The beginning of a name, of its trade name or of their Pinyin (two characters or more), "
        "or a whole code or name of a representative",
    )


class EntityPath(BaseModel):
    code: str = Field(min_length=1, max_length=60, description="Unified social credit code or registration number")


class OnQuery(Parameters):
    on: str = Field("", max_length=20, description="As of this day, such as 2026-10-12; today without it")


class RegisterRow(BaseModel):
    code: str
    name: str = Field(description="Empty for an individual business without a name")
    entity_type: str
    representative: str
    registrar: str
    founded_on: date
    state: _State
    state_label: str


RegisterPage = Page[RegisterRow]


class ItemVersion(BaseModel):
    """A version of one item, valid from `valid_on` until the next one."""

    item: _Item
    label: str
    version: int
    valid_on: date
    cause: str = Field(description="establish, correct, revoke, reinstate, or the matter of the case")
    value: Any
    text: list[str] = Field(description="The value in lines for people")


class RegisteredEntity(BaseModel):
    """What everybody may read of an entity, as of a day; without numbers of documents, telephones and homes."""

    code: str
    name: str
    entity_type: str
    registrar: str
    founded_on: date
    on: date
    state: _State
    state_label: str
    items: list[ItemVersion]
    history: list[ItemVersion] = Field(description="Every version up to the day, the newest first")
