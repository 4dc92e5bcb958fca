"""The types of values in a form: how each is normalized, and by which code it is refused."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from registration.rules.characters import is_han
from registration.rules.email_address import DESCRIBED, LONGEST, NotAnAddress, tidy_address
from registration.rules.tidy import Kind, UntidyText, tidy


@dataclass(frozen=True, slots=True)
class About:
    """The metadata of a field, shared by pages, API and papers.

    `sensitive` fields are encrypted, masked and not logged; `public` ones may be published; `printed` ones are on
    the licence. The agency's row says which fields it sees (rules/city.py).
    """

    zh: str
    en: str
    _: KW_ONLY
    sensitive: bool = False
    public: bool = False
    printed: bool = False

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "title": self.en, "x-label-zh": self.zh, "x-sensitive": self.sensitive}


class Unread(Exception):
    """A rule used a field that could not be read, so the rule cannot be checked yet.

    Not an AttributeError: otherwise a property that uses the field would seem to be absent itself.
    """


class Schema(BaseModel):
    """Base of every part of a form: unknown fields are refused, and blank fields are absent.

    `rules` are functions of the whole object that yield codes of faults. In an object that was read in part (see
    reading.py) an unread field raises Unread.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    rules: ClassVar[tuple[Callable[[Any], Iterator[str]], ...]] = ()

    def has(self, name: str) -> bool:
        """Whether this field was read, filled in or not."""
        return name in self.__dict__

    @classmethod
    def settled(cls, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """Normalizes fields that depend on each other, before each is read."""
        return raw

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        return {key: value for key, value in cls.settled(raw).items() if not is_blank(value)}

    @model_validator(mode="after")
    def _keeps_its_rules(self) -> Self:
        for code in (code for rule in self.rules for code in rule(self)):
            # Pydantic requires a literal, so that no text is built from input: these codes are constants.
            raise PydanticCustomError(code, code)
        return self

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            if name in type(self).model_fields:
                raise Unread(name)
            return super().__getattr__(name)


def is_blank(value: Any) -> bool:
    """Whether nothing was filled in."""
    return value is None or (isinstance(value, str) and not value.strip())


def _tidied(kind: Kind) -> Callable[[Any], Any]:
    def tidied(value: Any) -> Any:
        try:
            return tidy(value, kind=kind) if isinstance(value, str) else value
        except UntidyText as error:
            raise PydanticCustomError(error.code, error.code, error.data) from error

    return tidied


@dataclass(frozen=True, slots=True)
class _Pattern(AfterValidator):
    """A check of a text whose pattern (ECMA 262, as in JSON Schema) is part of the form's description."""

    pattern: str

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "pattern": self.pattern}


def _letters_and(marks: str, code: str, *, least: int) -> _Pattern:
    """Letters of any script and these marks, among them at least so many letters."""

    def check(value: str) -> str:
        letters = [char for char in value if _is_letter(char)]
        strange = "".join(dict.fromkeys(char for char in value if not _is_letter(char) and char not in marks))
        if strange:
            raise PydanticCustomError(f"{code}_characters", code, {"characters": strange})
        if len(letters) < least:
            raise PydanticCustomError(code, code)
        return value

    other = "[" + marks.replace("-", r"\-") + "]*"
    letter = r"[\p{L}\p{M}]"
    return _Pattern(check, f"^({other}{letter}){{{least},}}{other}$")


def _is_letter(char: str) -> bool:
    return is_han(char) or unicodedata.category(char)[0] in "LM"


def _narrow(value: Any) -> Any:
    """Full-width figures and letters as ordinary ones, for numbers and codes typed with a Chinese keyboard."""
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def _matching(pattern: str, code: str) -> _Pattern:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise PydanticCustomError(code, code)
        return value

    return _Pattern(check, f"^({pattern})$")


def _figures(pattern: str) -> WithJsonSchema:
    """A decimal number is described as text, because many programs would round it; whole numbers are accepted, too."""
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


def _address(value: str) -> str:
    try:
        return tidy_address(value)
    except NotAnAddress as refused:
        raise PydanticCustomError(refused.code, refused.code, refused.data) from refused


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


def _any(value: str) -> str:
    return value


def _likely_street(value: str) -> str:
    """A place has at least a name of two Han characters, or one and a number (8座), since papers are in Chinese."""
    han, figures = sum(map(is_han, value)), any(char.isdigit() for char in value)
    if han < 2 and not (han and figures):
        raise PydanticCustomError("domicile.street_unlikely", "domicile.street_unlikely")
    return value


_MOBILE = r"1[3-9][0-9]{9}|\+[1-9][0-9]{5,14}"
_PHONE = r"(0[0-9]{2,3}-)?[0-9]{7,8}(-[0-9]{1,6})?|[48]00-[0-9]{3}-[0-9]{4}(-[0-9]{1,6})?|" + _MOBILE
_POSITIVE = "(?!0+([.]0+)?$)"
_PERSON_MARKS = "·' -.,"
_FIRM_MARKS = "·' -.,&/（）()《》“”—+0123456789"

_text, _name, _code = (
    BeforeValidator(_tidied("text")),
    BeforeValidator(_tidied("name")),
    BeforeValidator(_tidied("code")),
)
_phone, _number = BeforeValidator(_tidied("phone")), BeforeValidator(_tidied("amount"))

# Normalization has refused invisible characters and removed blanks before these checks.
_seen = _Pattern(_any, r"^[^\p{C}]*[^\p{C}\p{Z}][^\p{C}]*$")
# Several lines of the same.
seen_lines = _Pattern(_any, r"^([^\p{C}]|\n)*[^\p{C}\p{Z}]([^\p{C}]|\n)*$")
# The pattern has only the basic block of Han: every place name uses it, and many programs know no more.
_street = _Pattern(
    _likely_street,
    r"^[^\p{C}]*[一-鿿][^\p{C}]*[一-鿿0-9][^\p{C}]*$|^[^\p{C}]*[0-9][^\p{C}]*[一-鿿][^\p{C}]*$",
)

Line = Annotated[str, _text, Field(min_length=1, max_length=200), _seen]
Street = Annotated[str, _text, Field(min_length=1, max_length=200), _street]
LongText = Annotated[str, _text, Field(min_length=1, max_length=5000), _seen]
Short = Annotated[str, _text, Field(min_length=1, max_length=60), _seen]
PersonName = Annotated[
    str, _name, Field(min_length=1, max_length=60), _letters_and(_PERSON_MARKS, "person.name", least=2)
]
FirmName = Annotated[str, _name, Field(min_length=1, max_length=60), _letters_and(_FIRM_MARKS, "firm.name", least=2)]
NamePart = Annotated[str, _name, Field(min_length=1, max_length=60), _letters_and("0123456789", "name.part", least=0)]
# The legal forms of some types end in brackets: 店（个人独资）, 合伙企业（有限合伙）.
NameForm = Annotated[
    str, _name, Field(min_length=1, max_length=60), _letters_and("0123456789（）", "name.part", least=0)
]
Day = Annotated[date, BeforeValidator(_day)]
Month = Annotated[str, BeforeValidator(_narrow), _matching(r"[0-9]{4}-(0[1-9]|1[0-2])", "month.malformed")]
Key = Annotated[str, _text, _matching(r"p[1-9][0-9]{0,3}", "person.key_malformed")]
Amount = Annotated[
    Decimal, _number, Field(gt=0, max_digits=18, decimal_places=6), _figures(_POSITIVE + "[0-9]{1,12}([.][0-9]{1,6})?")
]
AmountOrNone = Annotated[
    Decimal, _number, Field(ge=0, max_digits=18, decimal_places=6), _figures("[0-9]{1,12}([.][0-9]{1,6})?")
]
Currency = Literal["CNY", "USD", "EUR", "HKD", "MOP", "JPY", "GBP", "SGD", "AUD", "CAD", "CHF"]
Percent = Annotated[
    Decimal,
    _number,
    Field(gt=0, le=100, max_digits=18, decimal_places=6),
    _figures(_POSITIVE + "([0-9]{1,2}([.][0-9]{1,6})?|100)"),
]
Area = Annotated[
    Decimal, _number, Field(gt=0, max_digits=12, decimal_places=2), _figures(_POSITIVE + "[0-9]{1,10}([.][0-9]{1,2})?")
]
Count = Annotated[int, _number, Field(ge=0, le=10_000_000)]
Voters = Annotated[int, _number, Field(ge=1, le=10_000_000)]
Votes = Annotated[int, _number, Field(ge=1, le=10**13)]
Copies = Annotated[int, _number, Field(ge=1, le=20)]
Region = Annotated[str, _code, _matching("[0-9]{6}", "region.malformed")]
Postcode = Annotated[str, _code, _matching("[0-9]{6}", "postcode.malformed")]
Mobile = Annotated[str, _phone, _matching(_MOBILE, "mobile.malformed")]
Phone = Annotated[str, _phone, _matching(_PHONE, "phone.malformed")]
Email = Annotated[str, _Pattern(_address, DESCRIBED), Field(max_length=LONGEST)]
ClauseName = Annotated[str, _matching(r"[a-z][a-z_]{0,59}\.[a-z][a-z_]{0,59}", "code.malformed")]
ItemKey = Annotated[str, _matching(r"[a-z][a-z0-9_]{0,59}", "choice.unknown")]
Code = Annotated[str, _code, _matching(r"[A-Z0-9]{1,40}", "code.malformed")]
