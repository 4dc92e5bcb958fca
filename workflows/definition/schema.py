"""The JSON Schema (2020-12) of a workflow file, made from the models, for completion and checks in an editor."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from workflows.definition import source
from workflows.definition.inheritance import LIKE, MAPS, NAMED, OVER
from workflows.definition.model import Definition
from workflows.definition.values import DEFAULTS, Text

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema as plain data. It also refuses a missing text, which the models accept and the checker refuses.

    References between names are checked by ``definition.load``, the rules of the whole table by the checker.
    """
    made = Definition.model_json_schema(by_alias=True)
    for name, model in (("Definition", made), *made["$defs"].items()):
        _explain(name, model)
    for key in (LIKE, OVER):
        made["properties"][key] = {
            "type": "string",
            "pattern": f"^{NAMED.pattern}$",
            "description": _said(_texts()[f"Definition.{key}"]),
        }
    for name in MAPS:
        _let_take_away(made["properties"][name])
    # What a table takes over it need not say again.
    made["anyOf"] = [{"required": made.pop("required")}, {"required": ["matter", "version", LIKE]}]
    made["dependentRequired"] = {OVER: [LIKE]}
    return {"$schema": DIALECT, **made, "title": "Heyi workflow", "$comment": "made by `heyi workflows schema`"}


def _let_take_away(mapping: dict[str, Any]) -> None:
    """A key without a value takes away what another table has for it."""
    for kind in ("additionalProperties", "patternProperties"):
        rows = mapping.get(kind)
        if isinstance(rows, dict) and kind == "patternProperties":
            mapping[kind] = {pattern: {"anyOf": [one, {"const": ""}]} for pattern, one in rows.items()}
        elif isinstance(rows, dict):
            mapping[kind] = {"anyOf": [rows, {"const": ""}]}


def _explain(name: str, model: dict[str, Any]) -> None:
    if "properties" not in model:
        return
    model["description"] = _said(_texts()[name])
    model["properties"] = {key: _property(name, key, one) for key, one in model["properties"].items()}


def _property(model: str, key: str, made: Mapping[str, Any]) -> dict[str, Any]:
    """Removes what only Python needs: None for an absent key, titles made from names, and defaults."""
    kept = {name: value for name, value in made.items() if name not in ("title", "default", "anyOf")}
    choices = [one for one in made.get("anyOf", []) if one != {"type": "null"}]
    if len(choices) == 1:
        kept |= choices[0]
    elif choices:
        kept["anyOf"] = choices
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    return kept | {"description": _said(_texts().get(f"{model}.{key}") or _texts()[f"Table.{key}"])}


def _said(text: Text) -> str:
    return "\n".join(text[lang] for lang in DEFAULTS)


@cache
def _texts() -> Mapping[str, Text]:
    text = files("workflows.definition").joinpath("schema.yaml").read_text(encoding="utf-8")
    data = source.read(text, file="schema.yaml").data
    assert isinstance(data, dict)
    return {key: Text(**value) for key, value in data.items()}
