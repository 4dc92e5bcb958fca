"""Finds texts that are missing in a default language: labels, titles, and names of the laws that rows cite."""

from collections.abc import Iterator

from workflows.check.finding import Found, found
from workflows.definition import Definition, Table
from workflows.definition.values import DEFAULTS, Text


def faults(definition: Definition) -> Iterator[Found]:
    for place, text in _texts(definition):
        for lang in DEFAULTS:
            if not text[lang].strip():
                code = "missing_basis" if place.startswith("citations.") else "missing_label"
                yield found(code, place, lang=lang)


def _texts(definition: Definition) -> Iterator[tuple[str, Text]]:
    yield "title", definition.title
    yield from ((f"roles.{key}", text) for key, text in definition.roles.items())
    yield from ((f"citations.{key}", text) for key, text in definition.citations.items())
    yield from _labels_of(definition, "")
    if definition.parts is not None:
        yield from _labels_of(definition.parts, "parts.")
        yield from ((f"parts.graph.{key}", part.label) for key, part in definition.parts.graph.items())


def _labels_of(table: Table, at: str) -> Iterator[tuple[str, Text]]:
    yield from ((f"{at}states.{key}", state.label) for key, state in table.states.items())
    yield from ((f"{at}actions.{key}", action.label) for key, action in table.actions.items())
