"""The types of values in the API beside those of the form: their checks and their descriptions; what carries them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from registration.rules.languages import offered


@dataclass(eq=False, slots=True)
class Shown:
    """Adds to the description a constraint that is checked elsewhere, by the operation or the address."""

    schema: Mapping[str, Any]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), **self.schema}


def choice(*values: str) -> Shown:
    return Shown({"enum": list(values)})


class _Offered:
    """Describes a language by those that are offered here."""

    @staticmethod
    def __get_pydantic_json_schema__(core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "enum": list(offered())}


def _offered(lang: str) -> str:
    if lang not in offered():
        raise PydanticCustomError("choice.unknown", "choice.unknown")
    return lang


NOT_BLANK = Shown({"pattern": r"\S"})
Language = Annotated[str, AfterValidator(_offered), _Offered]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), NOT_BLANK]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000), NOT_BLANK]
# Of several lines, checked by rules/prose.py: no control character but tabs and line breaks.
_LINES = r"[^\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]*"
Lines = Annotated[str, Shown({"pattern": f"^{_LINES}$"})]
FilledLines = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    Shown({"pattern": rf"^{_LINES}[^\s\x00-\x1f\x7f-\x9f]{_LINES}$"}),
]
# In an address: another format gives 404, without a check.
CaseRef = Annotated[str, Shown({"pattern": "^HY-[0-9]{4}-[0-9]{6,10}$"})]
Name = Annotated[str, Shown({"pattern": "^[A-Za-z0-9_-]+$"})]
# Six digits of GB/T 2260; the registrars define which of them are valid.
Division = Annotated[str, Shown({"pattern": "^[0-9]{6}$"})]


class Parameters(BaseModel):
    """Base of what an address, a header or a form carries: the parser asks for the schema at each request."""

    _schemas: ClassVar[dict[type[BaseModel], dict[str, Any]]] = {}

    @classmethod
    def model_json_schema(cls, *given: Any, **named: Any) -> dict[str, Any]:
        if given or named:
            return super().model_json_schema(*given, **named)
        if cls not in cls._schemas:
            cls._schemas[cls] = super().model_json_schema()
        return cls._schemas[cls]
