"""The labels of the form's choices, in both languages."""

from collections.abc import Mapping
from functools import cache

from registration.rules.languages import said
from registration.rules.reference import texts


def choices_of(path: str) -> Mapping[str, Mapping[str, str]]:
    """Value -> {zh, en} of the field at a path or pattern, in display order; empty for a field without choices."""
    return _choices().get(".".join("*" if part.isdigit() else part for part in path.split(".")), {})


def choice_text(path: str, value: str, lang: str) -> str:
    """The label of a chosen value; the value itself if it is not among the choices, which a draft may have."""
    words = choices_of(path).get(value)
    return said(words, lang) if words else value


@cache
def _choices() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    found: Mapping[str, Mapping[str, Mapping[str, str]]] = texts("reference/choices.yaml")
    return found
