"""Places the states of a table in a picture: the main path in the middle, all others beside it. Draws nothing."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workflows.definition import Table

Column = Literal["left", "main_path", "right"]

# Cost of a step in the search for the main path: the styles of a table say which path a case is meant to take.
_COST = {"main": 1, "second": 3, "stop": 100}


@dataclass(frozen=True, slots=True)
class BoxPlace:
    """A state in its column, at a level counted from the top."""

    state: str
    column: Column
    level: int


@dataclass(frozen=True, slots=True)
class Edge:
    """All actions that lead from one state to another; ``straight`` where no box is between the two."""

    source: str
    target: str
    actions: tuple[str, ...]
    straight: bool = False


@dataclass(frozen=True, slots=True)
class LayoutPlan:
    """``main_path`` is the path that a case is meant to take. ``ends`` holds the other ends with the edges to each.

    ``stays`` names for each state the actions that do not change it.
    """

    main_path: tuple[str, ...]
    places: dict[str, BoxPlace]
    edges: tuple[Edge, ...]
    stays: dict[str, tuple[str, ...]]
    ends: dict[str, tuple[Edge, ...]]


def plan(table: Table) -> LayoutPlan:
    """The layout of a table as places and edges; the same for the same table."""
    pairs = _pairs(table)
    main_path = _main_path(table)
    ends = [key for key in table.states if key not in main_path and _is_end(table, key)]
    inner = {pair: actions for pair, actions in pairs.items() if pair[0] != pair[1] and pair[1] not in ends}
    places = _places(table, main_path, [key for key in table.states if key not in ends], list(inner))
    edges = tuple(Edge(*pair, actions, _is_straight(places, *pair)) for pair, actions in inner.items())
    stays = {source: actions for (source, target), actions in pairs.items() if source == target}
    into = {end: tuple(Edge(*pair, actions) for pair, actions in pairs.items() if pair[1] == end) for end in ends}
    return LayoutPlan(main_path, places, edges, stays, into)


def _is_end(table: Table, state: str) -> bool:
    return table.states[state].kind == "final" and not any(table.rows_from(state))


def _pairs(table: Table) -> dict[tuple[str, str], tuple[str, ...]]:
    """One edge for each pair of states, with its actions in the order of the rows."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in table.rows:
        for source in row.sources:
            actions = found.setdefault((source, row.target_from(source)), [])
            if row.action not in actions:
                actions.append(row.action)
    return {pair: tuple(actions) for pair, actions in found.items()}


def _main_path(table: Table) -> tuple[str, ...]:
    """The cheapest path from the start to an end, by the styles of its actions; the start alone where there is none."""
    waiting: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, (table.start,))]
    seen: set[str] = set()
    found = 0
    while waiting:
        cost, _, path = heapq.heappop(waiting)
        here = path[-1]
        if table.states[here].kind == "final":
            return path
        if here in seen:
            continue
        seen.add(here)
        for row in table.rows_from(here):
            # Of equal paths the one that the table names first.
            found += 1
            price = cost + _COST[table.actions[row.action].style]
            heapq.heappush(waiting, (price, found, (*path, row.target_from(here))))
    return (table.start,)


def _places(
    table: Table, main_path: tuple[str, ...], states: list[str], pairs: list[tuple[str, str]]
) -> dict[str, BoxPlace]:
    after: dict[str, list[str]] = {state: [] for state in states}
    for source, target in pairs:
        after[source].append(target)
    for following in after.values():
        following.sort(key=lambda state: state not in main_path)
    levels = _levels(table.start, main_path, after)
    taken: set[tuple[Column, int]] = set()
    places = {}
    for state in sorted(states, key=lambda one: (levels[one], states.index(one))):
        column, level = _column(table, main_path, state), levels[state]
        while (column, level) in taken:
            level += 1
        taken.add((column, level))
        places[state] = BoxPlace(state, column, level)
    return places


def _column(table: Table, main_path: tuple[str, ...], state: str) -> Column:
    """Beside the main path, states of the office go right, states that wait for others go left."""
    if state in main_path:
        return "main_path"
    return "right" if table.states[state].kind == "office" else "left"


def _levels(start: str, main_path: tuple[str, ...], after: dict[str, list[str]]) -> dict[str, int]:
    """Each state is below all that lead to it; one that only leads back is directly below the first of those."""
    onward = _onward(start, after)
    before: dict[str, list[str]] = {state: [] for state in after}
    for source, target in onward:
        before[target].append(source)
    levels: dict[str, int] = {}

    def level_of(state: str) -> int:
        if state not in levels:
            levels[state] = 1 + max((level_of(one) for one in before[state]), default=-1)
        return levels[state]

    lowest = max((level_of(state) for state in after), default=0)
    leading = {source for source, _ in onward}
    for state in after:
        if state not in leading and state not in main_path:
            levels[state] = 1 + min((levels[one] for one in before[state]), default=lowest)
    return levels


def _onward(start: str, after: dict[str, list[str]]) -> list[tuple[str, str]]:
    """The edges without those that lead back to an earlier state, so that no cycle is left."""
    done: set[str] = set()

    def walk(state: str, behind: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        for following in after[state]:
            if following in (*behind, state):
                continue
            yield state, following
            if following not in done:
                yield from walk(following, (*behind, state))
        done.add(state)

    return list(walk(start, ()))


def _is_straight(places: dict[str, BoxPlace], source: str, target: str) -> bool:
    one, other = places[source], places[target]
    if one.column != other.column or one.level >= other.level:
        return False
    return not any(place.column == one.column and one.level < place.level < other.level for place in places.values())
