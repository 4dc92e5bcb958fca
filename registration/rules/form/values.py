"""The kinds of value that the fields of a form hold: how each is tidied, and by which code it is refused."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

# Invisible characters can make two different texts look alike, or turn the direction of a line on paper.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class About:
    """What the project knows about a field beside its type, one truth for pages, API, papers and agencies.

    `agencies` holds the letters of those who may see it (M registrar, Q quality and organization codes, T tax,
    H social insurance, N statistics); `sensitive` fields are encrypted, masked and kept from logs; `public` ones may
    be published; `printed` ones stand on the licence.
    """

    zh: str
    en: str
    agencies: str = "M"
    sensitive: bool = False
    public: bool = False
    printed: bool = False

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "title": self.en, "x-label-zh": self.zh, "x-sensitive": self.sensitive}


class Schema(BaseModel):
    """Base of every part of a form: unknown fields are refused, and what was left blank counts as absent."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, raw: Any) -> Any:
        return {key: value for key, value in raw.items() if not _is_blank(value)} if isinstance(raw, dict) else raw


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _tidy(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _narrow(value: Any) -> Any:
    """Full-width figures and letters as ordinary ones, for numbers and codes typed with a Chinese keyboard."""
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def _seen(value: str) -> str:
    if any(unicodedata.category(char) in _UNSEEN for char in value):
        raise PydanticCustomError("text.unseen", "text.unseen")
    return value


def _matching(pattern: str, code: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.ASCII)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            # Pydantic asks for a literal so that nobody builds a text out of input: our codes are constants.
            raise PydanticCustomError(code, code)
        return value

    return check


def _number(value: Any) -> Any:
    narrow = _narrow(value)
    return narrow.replace(",", "") if isinstance(narrow, str) else narrow


def _day(value: Any) -> Any:
    """A date or ISO text alone: a bare number would otherwise be read as seconds since 1970."""
    if isinstance(value, date):
        return value
    narrow = _narrow(value)
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", narrow, re.ASCII) if isinstance(narrow, str) else None
    if found is None:
        raise PydanticCustomError("date.malformed", "date.malformed")
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError as error:
        raise PydanticCustomError("date.impossible", "date.impossible") from error


def _upper(value: Any) -> Any:
    narrow = _narrow(value)
    return narrow.upper() if isinstance(narrow, str) else narrow


def _phone_figures(value: Any) -> Any:
    narrow = _narrow(value)
    return re.sub(r"[\s()]", "", narrow) if isinstance(narrow, str) else narrow


_MOBILE = r"1[3-9]\d{9}|\+\d{6,15}"
_PHONE = r"(\d{3,4}-)?\d{7,8}(-\d{1,6})?|" + _MOBILE
_EMAIL = r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"

Line = Annotated[str, BeforeValidator(_tidy), AfterValidator(_seen), Field(min_length=1, max_length=200)]
Short = Annotated[str, BeforeValidator(_tidy), AfterValidator(_seen), Field(min_length=1, max_length=60)]
Day = Annotated[date, BeforeValidator(_day)]
Month = Annotated[str, BeforeValidator(_narrow), AfterValidator(_matching(r"\d{4}-(0[1-9]|1[0-2])", "month.malformed"))]
Key = Annotated[str, BeforeValidator(_tidy), AfterValidator(_matching(r"p[1-9]\d{0,3}", "person.key_malformed"))]
Amount = Annotated[Decimal, BeforeValidator(_number), Field(gt=0, max_digits=18, decimal_places=6)]
AmountOrNone = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, max_digits=18, decimal_places=6)]
Area = Annotated[Decimal, BeforeValidator(_number), Field(gt=0, max_digits=12, decimal_places=2)]
Count = Annotated[int, BeforeValidator(_number), Field(ge=0, le=10_000_000)]
Copies = Annotated[int, BeforeValidator(_number), Field(ge=1, le=20)]
Region = Annotated[str, BeforeValidator(_narrow), AfterValidator(_matching(r"\d{6}", "region.malformed"))]
Postcode = Annotated[str, BeforeValidator(_narrow), AfterValidator(_matching(r"\d{6}", "postcode.malformed"))]
Mobile = Annotated[str, BeforeValidator(_phone_figures), AfterValidator(_matching(_MOBILE, "mobile.malformed"))]
Phone = Annotated[str, BeforeValidator(_phone_figures), AfterValidator(_matching(_PHONE, "phone.malformed"))]
Email = Annotated[
    str, BeforeValidator(_narrow), AfterValidator(_matching(_EMAIL, "email.malformed")), Field(max_length=254)
]
Code = Annotated[str, BeforeValidator(_upper), AfterValidator(_matching(r"[A-Z0-9]{1,40}", "code.malformed"))]
