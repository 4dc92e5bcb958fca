"""The small values that a table is made of: keys, texts in several languages, limits of time, conditions."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SerializationInfo,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
CitationKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
EffectName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
StateKind = Literal["start", "applicant", "office", "waiting", "final"]
Style = Literal["main", "second", "stop"]
Look = Literal["plain", "go", "warn", "hold", "ok", "bad"]
# The default languages: every text has both. A language is named by its tag (BCP 47), such as `eo` or `pt-BR`.
CHINESE, ENGLISH = DEFAULTS = ("zh", "en")
# On pages Chinese is marked as simplified, because browsers choose the font by it.
MARKED_AS = {CHINESE: "zh-Hans"}
LANGUAGE_TAG = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


def html_tag(lang: str) -> str:
    """The value of the attribute `lang` on a page."""
    return MARKED_AS.get(lang, lang)


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


class Text(Mapping[str, str]):
    """A text by language tag: `{zh: ..., en: ...}`, and any other language beside them.

    A missing or empty text loads without error, so that the checker can list all missing texts.
    """

    __slots__ = ("_words",)

    def __init__(self, **words: str) -> None:
        self._words = dict.fromkeys(DEFAULTS, "") | words

    def in_(self, lang: str) -> str:
        """The words in this language; without them in English, and without these in Chinese."""
        return self._words.get(lang) or self._words[ENGLISH] or self._words[CHINESE]

    def __getitem__(self, lang: str) -> str:
        return self._words[lang]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __hash__(self) -> int:
        return hash(frozenset(self._words.items()))

    def __repr__(self) -> str:
        return f"Text({self._words!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> CoreSchema:
        words = core_schema.dict_schema(core_schema.str_schema(pattern=LANGUAGE_TAG), core_schema.str_schema())
        return core_schema.no_info_after_validator_function(
            lambda found: cls(**found),
            words,
            ref=cls.__qualname__,
            serialization=core_schema.plain_serializer_function_ser_schema(cls._dumped, info_arg=True),
        )

    def _dumped(self, info: SerializationInfo) -> dict[str, str]:
        """All words, or those of the languages that the context names; an empty one is the same as a missing one."""
        languages = (info.context or {}).get("languages", self)
        return {lang: self._words[lang] for lang in languages if self._words[lang]}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {lang: {"type": "string"} for lang in DEFAULTS},
            "patternProperties": {LANGUAGE_TAG: {"type": "string"}},
            "additionalProperties": False,
            "required": list(DEFAULTS),
        }


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
