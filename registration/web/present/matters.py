"""Matters as texts: their titles, and those that can be chosen."""

from registration.http.context import say
from registration.matters import current, definition_of, matters


def matter_choices() -> list[tuple[str, str]]:
    return [(key, matter_name(key)) for key in matters()]


def matter_name(matter: str) -> str:
    """The matter's title; of one that is no longer there its key, and nothing for none."""
    if matter not in matters():
        return matter
    return say(definition_of(str(current(matter, chosen={}))).title)
