"""The form in the description: each section as a schema of its own, and an address with the shape that it takes."""

from copy import deepcopy
from typing import Any

from registration.rules.form import MODELS

SECTION = "{section}"


def add_form(described: dict[str, Any]) -> None:
    """Replaces the general section of the views by the sections of the form.

    JSON Schema cannot express that the body depends on the address, so each section has its own address. A program
    that is generated from the description gets one function with one type for each.
    """
    schemas = described["components"]["schemas"]
    schemas |= _sections()
    schemas["SectionValue"] = {"title": "SectionValue", "anyOf": [_section(key) for key in MODELS]}
    schemas["FormValue"] = {
        **{name: schemas["FormValue"][name] for name in ("title", "description", "type")},
        "properties": {key: _section(key) for key in MODELS},
        "additionalProperties": False,
    }
    described["paths"] = dict(_own_addresses(described["paths"]))


def _own_addresses(paths: dict[str, Any]) -> list[tuple[str, Any]]:
    found = []
    for path, operations in paths.items():
        keys = list(MODELS) if SECTION in path else [""]
        found += [(path.replace(SECTION, key), _of_section(operations, key) if key else operations) for key in keys]
    return found


def _of_section(operations: dict[str, Any], key: str) -> dict[str, Any]:
    own = deepcopy(operations)
    for operation in own.values():
        operation["operationId"] += f"_{key}"
        operation["parameters"] = [one for one in operation["parameters"] if one["name"] != "section"]
        if "requestBody" in operation:
            operation["requestBody"]["content"] = {"application/json": {"schema": _section(key)}}
    return own


def _section(key: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/Section.{key}"}


def _sections() -> dict[str, Any]:
    """The sections of the form as schemas, with the schemas that they refer to."""
    found: dict[str, Any] = {}
    for section, model in MODELS.items():
        schema = model.model_json_schema(ref_template="#/components/schemas/Form.{model}")
        for name, inner in schema.pop("$defs", {}).items():
            found[f"Form.{name}"] = inner
        found[f"Section.{section}"] = schema
    return found
