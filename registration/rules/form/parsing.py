"""From raw input to a section's model: every fault by our own code, never the parser's prose or the input."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from registration.rules.form.alongside import Addons, Five, Social, Tax
from registration.rules.form.contributions import Shareholder, Shareholders
from registration.rules.form.firm import Capital, Domicile, Name, Scope
from registration.rules.form.owners import Owners
from registration.rules.form.persons import (
    Contacts,
    LegalPerson,
    LegalRep,
    NaturalPerson,
    Officers,
    Operator,
    People,
)
from registration.rules.form.sections import MODELS, sections_for
from registration.rules.problems import InvalidForm, Problem

_CODES = {
    "missing": "field.missing",
    "string_too_short": "field.missing",
    "extra_forbidden": "field.unknown",
    "string_too_long": "text.too_long",
    "string_type": "text.malformed",
    "decimal_type": "amount.malformed",
    "decimal_parsing": "amount.malformed",
    "finite_number": "amount.malformed",
    "decimal_max_digits": "amount.too_large",
    "decimal_whole_digits": "amount.too_large",
    "decimal_max_places": "amount.too_precise",
    "greater_than": "amount.not_positive",
    "greater_than_equal": "number.too_small",
    "less_than_equal": "number.too_large",
    "int_type": "number.malformed",
    "int_parsing": "number.malformed",
    "int_parsing_size": "number.malformed",
    "int_from_float": "number.malformed",
    "bool_type": "choice.unknown",
    "bool_parsing": "choice.unknown",
    "literal_error": "choice.unknown",
    "union_tag_invalid": "choice.unknown",
    "union_tag_not_found": "field.missing",
    "tuple_type": "list.malformed",
    "too_short": "list.too_short",
    "too_long": "list.too_long",
}
_LIMITS = {
    "max_length": "most",
    "min_length": "least",
    "le": "most",
    "ge": "least",
    "max_digits": "digits",
    "decimal_places": "places",
}
# A fault that is seen only when the whole part is read belongs at the field which must be changed.
_FIELDS = {
    "id.length": "id_no",
    "id.characters": "id_no",
    "id.birth": "id_no",
    "id.check": "id_no",
    "id.expiry_missing": "id_expires_on",
    "id.representative": "representative_id_no",
    "person.birth_missing": "born_on",
    "person.birth_differs": "born_on",
    "person.sex_differs": "sex",
    "uscc.malformed": "uscc",
    "contact.incomplete": "name",
    "term.day_missing": "term_until_on",
    "union_tag_not_found": "kind",
    "union_tag_invalid": "kind",
}
_TAGS = frozenset({"natural", "legal"})


@dataclass(frozen=True, slots=True)
class Form:
    """The sections that could be read; None for one that is absent or faulty."""

    name: Name | None = None
    domicile: Domicile | None = None
    scope: Scope | None = None
    capital: Capital | None = None
    people: People | None = None
    shareholders: Shareholders | None = None
    officers: Officers | None = None
    legal_rep: LegalRep | None = None
    operator: Operator | None = None
    contacts: Contacts | None = None
    owners: Owners | None = None
    tax: Tax | None = None
    social: Social | None = None
    five: Five | None = None
    addons: Addons | None = None

    def person(self, key: str | None) -> NaturalPerson | LegalPerson | None:
        return next((person for person in self.persons if person.key == key), None)

    @property
    def persons(self) -> tuple[NaturalPerson | LegalPerson, ...]:
        return self.people.root if self.people else ()

    @property
    def holders(self) -> tuple[Shareholder, ...]:
        return self.shareholders.root if self.shareholders else ()


def parse(section: str, raw: object, *, entity_type: str, regime: str) -> BaseModel:
    """The model of one section; InvalidForm with every fault. Its `model_dump(mode="json")` is what a draft keeps."""
    if section not in MODELS:
        raise InvalidForm([Problem(section, "section.unknown")])
    if section not in {known.key for known in sections_for(entity_type, regime)}:
        raise InvalidForm([Problem(section, "section.not_applicable")])
    try:
        return MODELS[section].model_validate(raw)
    except ValidationError as error:
        raise InvalidForm(problems_of(section, error)) from None


def read(raw: Mapping[str, object], *, entity_type: str, regime: str) -> tuple[Form, tuple[Problem, ...]]:
    """What can be read of a draft, and the faults of the rest. A section that is absent is no fault here."""
    read_sections: dict[str, Any] = {}
    problems: list[Problem] = []
    for section, value in raw.items():
        try:
            read_sections[section] = parse(section, value, entity_type=entity_type, regime=regime)
        except InvalidForm as invalid:
            problems.extend(invalid.problems)
    return Form(**read_sections), tuple(problems)


def dump(form: Form) -> dict[str, Any]:
    """The draft that `read` would read as this form."""
    values = ((item.name, getattr(form, item.name)) for item in fields(form))
    return {key: value.model_dump(mode="json") for key, value in values if value is not None}


def problems_of(section: str, error: ValidationError) -> Iterator[Problem]:
    """The parser's faults as our own problems, with paths that begin with `section`."""
    details = error.errors(include_url=False, include_input=False)
    for detail in details:
        if detail["type"] == "too_short" and _has_faulty_rows(detail["loc"], details):
            continue
        yield Problem(_path(section, detail), _CODES.get(detail["type"], _own(detail["type"])), _limits(detail))


def _has_faulty_rows(loc: tuple[int | str, ...], details: list[ErrorDetails]) -> bool:
    """Faulty rows are not counted by the parser: a list that only they make short is long enough."""
    return any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in details)


def _own(kind: str) -> str:
    """Our own codes have a point; a kind of fault of the parser that nobody foresaw is still told, as malformed."""
    return kind if "." in kind else "field.malformed"


def _path(section: str, detail: ErrorDetails) -> str:
    parts = [str(part) for part in detail["loc"] if part not in _TAGS]
    added = _FIELDS.get(detail["type"])
    return ".".join([section, *parts, *([added] if added else [])])


def _limits(detail: ErrorDetails) -> dict[str, Any]:
    return {_LIMITS[name]: str(value) for name, value in detail.get("ctx", {}).items() if name in _LIMITS}
