"""The scope items that several others of the same trade chose at an office; no single choice is shown."""

from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, union_all
from sqlmodel import Session, col

from registration.database.statements import Query
from registration.matters import definition_of, shipped
from registration.models import Application
from registration.queries.outbox import LICENCE
from registration.rules.scope import ScopeItem, catalogue, items_of
from registration.rules.scope_trades import division_of
from workflows.definition import Definition

# How many cases must have an item before it is shown.
LEAST_CASES = 3
# Cases that are read in each state. The index of the office's inbox gives them, whatever the number of all cases.
NEWEST = 60


def chosen_by_others(session: Session, *, registrar: str, trade: str, limit: int = 6) -> list[ScopeItem]:
    """The items that most approved cases of this office have whose main item is of the division `trade`, most first.

    An item counts once for a case; one of fewer than LEAST_CASES cases is left out.
    """
    counts = Counter[str]()
    for codes in _scopes(session, registrar):
        main = next(iter(items_of(codes)), None)
        if main is not None and division_of(main) == trade:
            counts.update(set(codes) & catalogue().keys())
    ranked = sorted((-count, code) for code, count in counts.items() if count >= LEAST_CASES)
    return [catalogue()[code] for _count, code in ranked[:limit]]


def _scopes(session: Session, registrar: str) -> Iterator[list[str]]:
    found = _newest_scopes(_approved_states(shipped())).rows(session, registrar=registrar)
    return (items for (items,) in found if isinstance(items, list))


@cache
def _newest_scopes(states: frozenset[str]) -> Query:
    """The newest of each state, in one statement."""
    items: Any = col(Application.form)["scope"]["items"]
    order = (col(Application.due_at).desc(), col(Application.id).desc())
    here = select(items.label("items")).where(col(Application.registrar_code) == bindparam("registrar"))
    newest = [here.where(col(Application.state) == one).order_by(*order).limit(NEWEST) for one in sorted(states)]
    return Query(union_all(*(select(one.subquery().c["items"]) for one in newest)))


@cache
def _approved_states(tables: tuple[str, ...]) -> frozenset[str]:
    """The states of the tables in which the licence is made, and those after it."""
    found = set[str]()
    for table in map(definition_of, tables):
        making = {state for state in table.states if any(LICENCE in row.effects for row in table.rows_from(state))}
        made = {row.target_from(state) for state in making for row in table.rows_from(state) if LICENCE in row.effects}
        before = {state for state in table.states if _reached(table, {state}) & making}
        found |= _reached(table, made, without=before - made)
    return frozenset(found)


def _reached(table: Definition, states: Collection[str], *, without: Collection[str] = ()) -> set[str]:
    """These states and those that can follow them, except `without` and what only follows those."""
    found, waiting = set[str](), [*states]
    while waiting:
        state = waiting.pop()
        if state not in found and state not in without:
            found.add(state)
            waiting += [row.target_from(state) for row in table.rows_from(state)]
    return found
