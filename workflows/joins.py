"""The graph of parallel parts: which may start, which waits for which, and when all required parts are done. Pure."""

from collections.abc import Collection, Mapping

from workflows.definition import Parts
from workflows.errors import UnknownPart, UnknownState

States = Mapping[str, str]


def ready(parts: Parts, states: States) -> tuple[str, ...]:
    """The parts still in the start state whose predecessors are all done: they become pending now."""
    waits = waits_for(parts, states)
    return tuple(key for key in parts.graph if states.get(key, parts.start) == parts.start and not waits[key])


def waits_for(parts: Parts, states: States) -> dict[str, tuple[str, ...]]:
    """For each unfinished part, its direct predecessors that are unfinished too."""
    _refuse_strangers(parts, states)
    undone = [key for key in parts.graph if not _is_done(parts, states, key)]
    return {key: tuple(one for one in parts.graph[key].after if one in undone) for key in undone}


def is_complete(parts: Parts, states: States) -> bool:
    """The join: every required part is done (assigned or waived). Silence is never done."""
    return not open_parts(parts, states)


def open_parts(parts: Parts, states: States) -> tuple[str, ...]:
    """The required parts that the join still waits for."""
    _refuse_strangers(parts, states)
    return tuple(key for key, part in parts.graph.items() if part.required and not _is_done(parts, states, key))


def roles_on(parts: Parts, part: str, roles: Collection[str]) -> frozenset[str]:
    """The actor's roles for one part: an actor with the role that the part names also has the acting role."""
    if part not in parts.graph:
        raise UnknownPart(part=part)
    own = frozenset(roles) - {parts.acting_role}
    return own | {parts.acting_role} if parts.graph[part].role in own else own


def _is_done(parts: Parts, states: States, key: str) -> bool:
    return states.get(key, parts.start) in parts.done


def _refuse_strangers(parts: Parts, states: States) -> None:
    for key, state in states.items():
        if key not in parts.graph:
            raise UnknownPart(part=key)
        if state not in parts.states:
            raise UnknownState(state=state)
