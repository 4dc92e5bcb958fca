"""What the choices of the form are called, in both languages."""

from collections.abc import Mapping
from functools import cache
from typing import Literal

from registration.rules.reference import texts


def choices_of(path: str) -> Mapping[str, Mapping[str, str]]:
    """Value -> {zh, en} of the field at a path or pattern, in the order to show; empty where nothing is chosen."""
    return _choices().get(".".join("*" if part.isdigit() else part for part in path.split(".")), {})


def choice_text(path: str, value: str, lang: Literal["zh", "en"]) -> str:
    """The words for a chosen value; the value itself where it is none of the choices, as a draft may hold one."""
    words = choices_of(path).get(value)
    return words[lang] if words else value


@cache
def _choices() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    found: Mapping[str, Mapping[str, Mapping[str, str]]] = texts("reference/choices.yaml")
    return found
