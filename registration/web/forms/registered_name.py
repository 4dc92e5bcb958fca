"""An organization whose typed name is not the registered one: a button at the field takes that of the register."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from registration import database
from registration.queries.parents import registered_organization
from registration.rules.problems import Problem

BUTTON = "take_registered"
_CODES = frozenset({"firm.name_differs", "parent.name_differs"})


def control_with_button(problems: Iterable[Problem], moved: Mapping[str, str] | None = None) -> str:
    """The id of the control at which the page has the button; empty where the name is the registered one."""
    return next(((moved or {}).get(one.path, one.path) for one in problems if one.code in _CODES), "")


def with_registered_name(raw: dict[str, Any]) -> dict[str, Any]:
    """The answers about an organization, with the register's name for its code if the button was pressed."""
    if BUTTON not in request.form:
        return raw
    with database.reading() as session:
        known = registered_organization(session, raw)
    return {**raw, "name": known.name} if known else raw
