"""Converts earlier forms to the present shape."""

from collections.abc import Callable, Mapping
from typing import Any

from registration.rules.form.contributions import with_lines
from registration.rules.form.persons import with_holder

_ROWS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"shareholders": with_lines, "people": with_holder}


def in_present_shape(form: Mapping[str, Any]) -> dict[str, Any]:
    """A raw form for reading and comparing; the stored and signed form keeps its shape, and so its digest."""
    return {section: _section(section, value) for section, value in form.items()}


def _section(section: str, value: Any) -> Any:
    in_shape = _ROWS.get(section)
    if in_shape is None or not isinstance(value, list):
        return value
    return [in_shape(row) if isinstance(row, Mapping) else row for row in value]
