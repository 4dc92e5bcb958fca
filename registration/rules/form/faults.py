"""Converts Pydantic's errors to codes of this project, at the field where each is corrected."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from registration.rules.problems import Problem

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
    "enum": "choice.unknown",
    "string_pattern_mismatch": "text.malformed",
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
    "character": "character",
    "characters": "characters",
    "instead": "instead",
}
# A fault of the whole part is reported at the field that must be changed.
FIELDS = {
    "id.length": "id_no",
    "id.characters": "id_no",
    "id.region": "id_no",
    "id.birth": "id_no",
    "id.check": "id_no",
    "id.expiry_missing": "id_expires_on",
    "id.representative": "representative_id_no",
    "person.birth_missing": "born_on",
    "person.birth_differs": "born_on",
    "person.sex_differs": "sex",
    "uscc.malformed": "uscc",
    "uscc.missing": "uscc",
    "organization.code_not_wanted": "uscc",
    "organization.number_missing": "number_abroad",
    "organization.number_not_wanted": "number_abroad",
    "organization.country_missing": "country",
    "organization.country_not_wanted": "country",
    "contact.incomplete": "name",
    "term.day_missing": "term_until_on",
    "partners.due_missing": "due_on",
    "name.region_missing": "region",
    "name.trade_missing": "trade",
    "union_tag_not_found": "kind",
    "union_tag_invalid": "kind",
}
_TAGS = frozenset({"natural", "legal"})


def problems_of(section: str, error: ValidationError) -> Iterator[Problem]:
    """Pydantic's errors as problems, with paths that begin with `section`."""
    details = error.errors(include_url=False, include_input=False)
    for detail in details:
        if detail["type"] == "too_short" and _has_faulty_rows(detail["loc"], details):
            continue
        yield Problem(_path(section, detail), _CODES.get(detail["type"], _own(detail["type"])), _limits(detail))


def _has_faulty_rows(loc: tuple[int | str, ...], details: list[ErrorDetails]) -> bool:
    """Whether a list is too short only because the parser does not count faulty rows."""
    return any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in details)


def _own(kind: str) -> str:
    """The code of an error. Codes of this project have a dot; an unknown kind of error is reported as malformed."""
    return kind if "." in kind else "field.malformed"


def _path(section: str, detail: ErrorDetails) -> str:
    parts = [str(part) for part in detail["loc"] if part not in _TAGS]
    added = FIELDS.get(detail["type"])
    return ".".join([section, *parts, *([added] if added else [])])


def _limits(detail: ErrorDetails) -> dict[str, Any]:
    return {_LIMITS[name]: str(value) for name, value in detail.get("ctx", {}).items() if name in _LIMITS}
