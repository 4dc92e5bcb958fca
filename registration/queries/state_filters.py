"""Which cases stand in states of some kind, whichever version of its table each of them is under."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col

from registration.matters import definition_of, shipped
from registration.models import Application
from workflows.definition import Definition

Wanted = Callable[[Definition, str], bool]


def stands(wanted: Wanted) -> ColumnElement[bool]:
    """Whether the case's own table says `wanted(table, state)` of its state.

    As long as no two tables say different things of a state's name, the name alone is asked, as the index wants it.
    """
    chosen = {
        key: {state for state in definition_of(key).states if wanted(definition_of(key), state)} for key in shipped()
    }
    together = set[str]().union(*chosen.values())
    if all(together & set(definition_of(key).states) == states for key, states in chosen.items()):
        return col(Application.state).in_(sorted(together))
    ways = (and_(col(Application.definition) == key, _in(states)) for key, states in chosen.items() if states)
    return or_(false(), *ways)


def can_take(action: str) -> ColumnElement[bool]:
    """Whether the case is in a state that has the action."""
    return stands(lambda table, state: any(row.action == action for row in table.rows_from(state)))


def _in(states: set[str]) -> ColumnElement[bool]:
    return col(Application.state).in_(sorted(states))
