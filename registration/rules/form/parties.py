"""The persons of a raw form who may sign it: those that are filled in, and the parent of a branch."""

from collections.abc import Mapping
from typing import Any

from registration.rules.form.parent import PARENT


def parties_in(form: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every such person with its `key`. The parent is an organization for which its representative signs."""
    people = people_in(form)
    parent = form.get(PARENT)
    return [*people, *([{**parent, "key": PARENT, "kind": "legal"}] if isinstance(parent, Mapping) else [])]


def people_in(form: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The persons of the section `people`, as far as they are filled in."""
    typed = form.get("people")
    return [one for one in (typed if isinstance(typed, list | tuple) else ()) if isinstance(one, Mapping)]


def party_in(form: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The person with this key; empty if there is none."""
    return next((one for one in parties_in(form) if one.get("key") == key), {})


def with_parent(name: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """The raw name of a branch with its parent's name, which the section of the parent has."""
    parent = form.get(PARENT)
    known = parent.get("name") if isinstance(parent, Mapping) else None
    return {**name, PARENT: known} if known else dict(name)
