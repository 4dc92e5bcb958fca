"""The small values that a table is made of: keys, texts in both languages, limits of time, conditions."""

import re
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
CitationKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
EffectName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
StateKind = Literal["start", "applicant", "office", "waiting", "final"]
Style = Literal["main", "second", "stop"]
Look = Literal["plain", "go", "warn", "hold", "ok", "bad"]
Lang = Literal["zh", "en"]


def _listed(value: object) -> object:
    """A single name may be written without the brackets of a list."""
    return [value] if isinstance(value, str) else value


class _OneOrMore:
    """Allows a single name without a list in the JSON Schema too."""

    @staticmethod
    def __get_pydantic_json_schema__(core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        several = handler(core_schema)
        return {"anyOf": [several["items"], several]}


Keys = Annotated[tuple[Key, ...], BeforeValidator(_listed), _OneOrMore]
Citations = Annotated[tuple[CitationKey, ...], BeforeValidator(_listed), _OneOrMore]
Effects = Annotated[tuple[EffectName, ...], BeforeValidator(_listed), _OneOrMore]


class Model(BaseModel):
    """Frozen and closed: an unknown key is a mistake, not an extension."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Model):
    """A text in both languages. An empty text loads without error, so that the checker can list all missing texts."""

    model_config = ConfigDict(json_schema_extra={"required": ["zh", "en"]})

    zh: str = ""
    en: str = ""

    def in_(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


class Limit(Model):
    """A length of time: ``3wd`` is three working days, ``60d`` sixty calendar days."""

    amount: int = Field(gt=0)
    unit: Literal["wd", "d"]

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found = re.fullmatch(r"([0-9]{1,4})(wd|d)", value)
        if found is None:
            raise ValueError("a limit is written like 3wd (working days) or 60d (calendar days)")
        return {"amount": int(found[1]), "unit": found[2]}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": "^(?!0+[wd])[0-9]{1,4}(wd|d)$", "examples": ["3wd", "60d"]}

    @model_serializer
    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


class Condition(Model):
    """A routing fact, or its opposite: ``two_person``, ``not two_person``."""

    name: Key
    holds: bool

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return {"name": value.removeprefix("not "), "holds": not value.startswith("not ")}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": "^(not )?[a-z][a-z0-9_]*$", "examples": ["two_person", "not two_person"]}

    @model_serializer
    def __str__(self) -> str:
        return self.name if self.holds else f"not {self.name}"


Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_listed), _OneOrMore]
