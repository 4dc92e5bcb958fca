"""What the choices of the form are called, in both languages."""

from collections.abc import Mapping

from registration.rules.problems import Lang
from registration.rules.reference import texts


def choices(path: str, lang: Lang) -> tuple[tuple[str, str], ...]:
    """(value, text) of a field with choices, in the order in which they are offered; empty for any other field."""
    return tuple((value, told[lang]) for value, told in _told(path).items())


def choice_text(path: str, value: object, lang: Lang) -> str | None:
    """What a value is called; None where the field has no such choice."""
    told = _told(path).get(str(value))
    return told[lang] if told else None


def _told(path: str) -> Mapping[str, Mapping[str, str]]:
    pattern = ".".join("*" if part.isdigit() else part for part in path.split("."))
    found: Mapping[str, Mapping[str, str]] = texts("reference/choices.yaml").get(pattern, {})
    return found
