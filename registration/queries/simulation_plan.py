"""The assumptions of a matter's simulation: its file, as far as it concerns one version of the table."""

from typing import Any

import yaml

from registration.rules.matter_folders import file_of
from workflows.definition import Definition

ARRIVALS = 40


def assumptions_of(definition: Definition) -> dict[str, Any]:
    """The content of the matter's file, for `Plan.model_validate`; a matter without one has only arrivals."""
    path = file_of(definition.matter, "simulation.yaml")
    found: dict[str, Any] = {"arrivals": ARRIVALS}
    found |= yaml.safe_load(path.read_text(encoding="utf-8")) if path else {}
    return found | {name: _of_table(found.get(name, {}), definition) for name in ("service", "choices")}


def _of_table(assumed: dict[str, Any], definition: Definition) -> dict[str, Any]:
    """What concerns this version: the matter's versions share one file, and a later one has more states."""
    parts = definition.parts.states if definition.parts else {}
    return {key: value for key, value in assumed.items() if key.partition(":")[0] in {*definition.states, *parts}}
