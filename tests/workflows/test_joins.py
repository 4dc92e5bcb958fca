"""The graph of parts: who may start, who waits, when all is done."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import joins
from workflows.definition import Definition, Parts
from workflows.errors import UnknownPart, UnknownState


@pytest.fixture
def parts(small: Definition) -> Parts:
    assert small.parts is not None
    return small.parts


def test_only_what_waits_for_nobody_starts_first(parts: Parts) -> None:
    assert joins.ready(parts, {}) == ("sweep",)


def test_a_done_part_frees_those_behind_it(parts: Parts) -> None:
    assert joins.ready(parts, {"sweep": "ready"}) == ("lines", "sign")
    assert joins.ready(parts, {"sweep": "skipped", "lines": "open"}) == ("sign",)


def test_who_waits_for_whom(parts: Parts) -> None:
    waits = joins.waits_for(parts, {"sweep": "ready"})
    assert waits == {"lines": (), "sign": (), "survey": ("lines",)}


def test_the_join_wants_the_required_parts_only(parts: Parts) -> None:
    states = {"sweep": "ready", "lines": "skipped", "sign": "open", "survey": "open"}
    assert joins.open_parts(parts, states) == ("survey",)
    assert not joins.is_complete(parts, states)
    assert joins.is_complete(parts, states | {"survey": "ready"})


def test_the_acting_role_belongs_to_who_has_the_part_s_role(parts: Parts) -> None:
    assert joins.roles_on(parts, "lines", {"painter", "clerk"}) == {"painter", "clerk", "crew"}
    assert joins.roles_on(parts, "sweep", {"painter"}) == {"painter"}
    assert joins.roles_on(parts, "sweep", {"crew"}) == frozenset(), "the acting role is never held by itself"


def test_strange_names_are_errors(parts: Parts) -> None:
    with pytest.raises(UnknownPart):
        joins.ready(parts, {"polish": "open"})
    with pytest.raises(UnknownState):
        joins.is_complete(parts, {"sweep": "asleep"})
    with pytest.raises(UnknownPart):
        joins.roles_on(parts, "polish", set())


@given(data=st.data())
def test_however_the_parts_are_done_nobody_starts_early_and_all_get_done(
    establishment: Definition, data: st.DataObject
) -> None:
    parts = establishment.parts
    assert isinstance(parts, Parts)
    states: dict[str, str] = {}
    while not joins.is_complete(parts, states):
        for key in joins.ready(parts, states):
            assert all(states.get(earlier) in parts.done for earlier in parts.graph[key].after)
            states[key] = "pending"
        waiting = sorted(key for key, state in states.items() if state == "pending")
        states[data.draw(st.sampled_from(waiting))] = data.draw(st.sampled_from(parts.done))
    assert not joins.ready(parts, states)
    assert set(states) == set(parts.graph)
