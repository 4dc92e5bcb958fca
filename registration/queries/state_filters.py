"""Filters for cases by properties of their state, for every version of their table."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col

from registration.matters import definition_of, shipped
from registration.models import Application
from workflows.definition import Definition

Wanted = Callable[[Definition, str], bool]
Made = TypeVar("Made")


def per_tables(function: Callable[..., Made]) -> Callable[..., Made]:
    """Keeps what `function` makes of all tables while these stay the same: a page asks for a dozen such conditions.

    Its arguments are kept, too: functions of a module, never new ones.
    """
    known: dict[tuple[Any, ...], tuple[Made, Any]] = {}

    @wraps(function)
    def keeping(*given: Any) -> Made:
        tables = [definition_of(key) for key in shipped()]
        key = (given, *map(id, tables))
        if key not in known:
            # The tables are kept with it, so that no other one gets the identity of one of them.
            known[key] = function(*given), tables
        return known[key][0]

    return keeping


def stands(wanted: Wanted) -> ColumnElement[bool]:
    """The condition that `wanted(table, state)` is true for the state of the case in its own table.

    If all tables agree about each state's name, the condition is on the name alone, so that the index is used.
    """
    chosen = {
        key: {state for state in definition_of(key).states if wanted(definition_of(key), state)} for key in shipped()
    }
    together = set[str]().union(*chosen.values())
    if all(together & set(definition_of(key).states) == states for key, states in chosen.items()):
        return col(Application.state).in_(sorted(together))
    ways = (and_(col(Application.definition) == key, _in(states)) for key, states in chosen.items() if states)
    return or_(false(), *ways)


def each_state(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The same condition as one for each name of a state, so that each is one range of an index by state."""
    tables = {key: definition_of(key) for key in shipped()}
    names = sorted({state for table in tables.values() for state in table.states})
    return [found for name in names if (found := _named(name, tables, wanted)) is not None]


def _named(state: str, tables: Mapping[str, Definition], wanted: Wanted) -> ColumnElement[bool] | None:
    """The condition for one name; of its tables only where they disagree. None where no table wants it."""
    having = {key for key, table in tables.items() if state in table.states}
    chosen = {key for key in having if wanted(tables[key], state)}
    named = col(Application.state) == state
    if chosen == having:
        return named
    return and_(named, col(Application.definition).in_(sorted(chosen))) if chosen else None


def can_take(action: str) -> ColumnElement[bool]:
    """Whether the case is in a state that has the action."""
    return stands(lambda table, state: any(row.action == action for row in table.rows_from(state)))


def is_underway(table: Definition, state: str) -> bool:
    """A case in this state is neither a draft nor ended."""
    return table.states[state].kind not in ("start", "final")


def _in(states: set[str]) -> ColumnElement[bool]:
    return col(Application.state).in_(sorted(states))
