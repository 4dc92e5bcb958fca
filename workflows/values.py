"""The small values that a table is made of: keys, texts in both languages, limits of time, conditions."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_serializer, model_validator

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
CitationKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
EffectName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
StateKind = Literal["start", "applicant", "office", "waiting", "final"]
Style = Literal["main", "second", "stop"]
Lang = Literal["zh", "en"]


def _listed(value: object) -> object:
    """One name may stand without the brackets of a list."""
    return [value] if isinstance(value, str) else value


Keys = Annotated[tuple[Key, ...], BeforeValidator(_listed)]
Citations = Annotated[tuple[CitationKey, ...], BeforeValidator(_listed)]
Effects = Annotated[tuple[EffectName, ...], BeforeValidator(_listed)]


class Model(BaseModel):
    """Frozen, and closed: a key that nobody knows is a mistake, not an extension."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Model):
    """A text in both languages. An empty one can be read, so that the checker can name all that are missing."""

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

    @model_serializer
    def __str__(self) -> str:
        return self.name if self.holds else f"not {self.name}"


Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_listed)]
