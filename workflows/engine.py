"""One step of a table: which action is allowed now, or every reason why not. The only importer of `transitions`."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from transitions import Machine, Transition

from workflows.definition import Row, Stage, Table
from workflows.definition.references import FINISHED
from workflows.definition.values import Condition, Limit, StateKind
from workflows.errors import ActionNotAllowed, Blocker, Unbound, UnknownAction, UnknownState

F = TypeVar("F")
Guard = Callable[[F], Blocker | None]
Routing = Callable[[F], bool]
ActorId = str | int | None
# Rows and the states that they lead to, by state and action, in the order of the table.
Path = tuple[Row, str]
Paths = dict[str, dict[str, tuple[Path, ...]]]


@dataclass(frozen=True, slots=True)
class Step:
    """The result of an action. ``role`` is the actor's role that allows it.

    ``within`` is the limit that begins in the target, or, where the state stays, the time added to the running limit.
    """

    action: str
    source: str
    target: str
    kind: StateKind
    role: str
    effects: tuple[str, ...]
    within: Limit | None
    row: Row


@dataclass(frozen=True, slots=True)
class Offer:
    """An action of the state, whether this actor may take it now, and if not, every reason.

    Of an action for other roles the only reason is that one: its guards are not asked.
    """

    action: str
    allowed: bool
    blockers: tuple[Blocker, ...]
    row: Row

    @property
    def for_actor(self) -> bool:
        """Whether the actor has a role for it, so that a page may show its button, if need be disabled with reasons."""
        return all(blocker.code != "wrong_role" for blocker in self.blockers)


class Workflow(Generic[F]):
    """A table with its guards and conditions. Immutable after construction, so all threads may share one.

    Facts are what the guards read: they must not change during a call.
    """

    def __init__(
        self, table: Table, *, guards: Mapping[str, Guard[F]], conditions: Mapping[str, Routing[F]] | None = None
    ) -> None:
        conditions = conditions or {}
        missing = {
            "guards": sorted(table.guards - set(guards)),
            "conditions": sorted(table.conditions - set(conditions)),
        }
        if any(missing.values()):
            raise Unbound(**missing)
        self.table = table
        self._guards = {name: guards[name] for name in table.guards}
        self._conditions = {name: conditions[name] for name in table.conditions}
        self.machine = _machine(table)
        self._all_paths = _paths_of(self.machine)

    def step(
        self,
        state: str,
        action: str,
        *,
        roles: Collection[str],
        actor_id: ActorId,
        facts: F,
        took: Mapping[str, ActorId],
    ) -> Step:
        """Take the action, or raise ActionNotAllowed with every blocker.

        ``took`` says who took each earlier action of this case, for rows that require a second person.
        Also raises UnknownState and UnknownAction.
        """
        if state not in self.table.states:
            raise UnknownState(state=state)
        if action not in self.table.actions:
            raise UnknownAction(action=action)
        path = self._path(state, action, _Truths(self._conditions, facts))
        blockers = (
            tuple(self._elsewhere(state, action, roles))
            if path is None
            else tuple(self._blockers(path[0], roles, actor_id, facts, took))
        )
        if path is None or blockers:
            raise ActionNotAllowed(blockers, action=action, state=state)
        return self._step(*path, state, roles)

    def offers(
        self, state: str, *, roles: Collection[str], actor_id: ActorId, facts: F, took: Mapping[str, ActorId]
    ) -> list[Offer]:
        """Every action on the case's route from this state, allowed or not, in the order of the table's actions."""
        if state not in self.table.states:
            raise UnknownState(state=state)
        truths = _Truths(self._conditions, facts)
        here = self._all_paths[state]
        paths = [self._path(state, action, truths) for action in self.table.actions if action in here]
        return [self._offer(path[0], roles, actor_id, facts, took) for path in paths if path is not None]

    def stages(self, state: str, *, facts: F) -> tuple[tuple[Stage, ...], int] | None:
        """The stages on the case's route and how many are complete; None where the case ended before the last one.

        Raises UnknownState. A table of parts has no stages.
        """
        if state not in self.table.states:
            raise UnknownState(state=state)
        truths = _Truths(self._conditions, facts)
        here = {key: one for key, one in getattr(self.table, "stages", {}).items() if truths.hold(one.conditions)}
        reached = self.table.states[state].shown.stage
        if FINISHED in reached:
            return tuple(here.values()), len(here)
        found = next((place for place, key in enumerate(here) if key in reached), None)
        return None if found is None else (tuple(here.values()), found)

    def _path(self, state: str, action: str, truths: "_Truths[F]") -> Path | None:
        """The row on the case's route; None where the state has no such action or no row on this route."""
        for path in self._all_paths[state].get(action, ()):
            if truths.hold(path[0].conditions):
                return path
        return None

    def _step(self, row: Row, target: str, source: str, roles: Collection[str]) -> Step:
        arrived = self.table.states[target]
        within = row.within or (arrived.within if target != source else None)
        role = next(role for role in row.by if role in roles)
        return Step(row.action, source, target, arrived.kind, role, row.effects, within, row)

    def _offer(
        self, row: Row, roles: Collection[str], actor_id: ActorId, facts: F, took: Mapping[str, ActorId]
    ) -> Offer:
        if (others := _for_others(row, roles)) is not None:
            return Offer(row.action, False, (others,), row)
        blockers = tuple(self._blockers(row, roles, actor_id, facts, took))
        return Offer(row.action, not blockers, blockers, row)

    def _blockers(
        self, row: Row, roles: Collection[str], actor_id: ActorId, facts: F, took: Mapping[str, ActorId]
    ) -> Iterator[Blocker]:
        if (others := _for_others(row, roles)) is not None:
            yield others
        for earlier in row.not_same_person_as:
            if earlier in took and took[earlier] == actor_id:
                yield Blocker("same_person", {"action": earlier})
        for name in row.guards:
            blocker = self._guards[name](facts)
            if blocker is not None:
                yield blocker

    def _elsewhere(self, state: str, action: str, roles: Collection[str]) -> Iterator[Blocker]:
        """Why no row applies: the case is in another state, or on another route; and possibly the role is wrong too."""
        rows = [row for row in self.table.rows if row.action == action]
        possible_in = tuple(dict.fromkeys(source for row in rows for source in row.sources))
        code = "wrong_route" if state in possible_in else "wrong_state"
        yield Blocker(code, {"state": state, "possible_in": possible_in})
        able = tuple(dict.fromkeys(role for row in rows for role in row.by))
        if not any(role in roles for role in able):
            yield Blocker("wrong_role", {"roles": able})


def _for_others(row: Row, roles: Collection[str]) -> Blocker | None:
    """The blocker of an actor who has no role for this row."""
    return None if any(role in roles for role in row.by) else Blocker("wrong_role", {"roles": row.by})


class _Transition(Transition):
    """A transition with the row that it was made from."""

    def __init__(self, *args: Any, row: Row, **options: Any) -> None:
        super().__init__(*args, **options)
        self.row = row


class _Machine(Machine):
    transition_cls = _Transition


class _Truths(Generic[F]):
    """The conditions for one set of facts, each evaluated once."""

    def __init__(self, conditions: Mapping[str, Routing[F]], facts: F) -> None:
        self._conditions, self._facts = conditions, facts
        self._known: dict[str, bool] = {}

    def hold(self, conditions: Iterable[Condition]) -> bool:
        return all(self._is(condition.name) == condition.holds for condition in conditions)

    def _is(self, name: str) -> bool:
        if name not in self._known:
            self._known[name] = bool(self._conditions[name](self._facts))
        return self._known[name]


def _machine(table: Table) -> Machine:
    """The table as a `transitions` machine. It moves a model; the conditions come from the event's `truths`."""
    machine = _Machine(
        model=None, states=list(table.states), initial=table.start, auto_transitions=False, send_event=True
    )
    for row in table.rows:
        for source in row.sources:
            machine.add_transition(row.action, source, row.target_from(source), conditions=_on_route(row), row=row)
    return machine


def _paths_of(machine: Machine) -> Paths:
    """The rows out of each state, by action, read from the machine.

    Firing an event makes some sixty calls for callbacks that no table has; a lookup here costs a tenth of that.
    """
    paths: Paths = {state: {} for state in machine.states}
    for action, event in machine.events.items():
        for source, found in event.transitions.items():
            paths[source][action] = tuple((cast("_Transition", one).row, str(one.dest)) for one in found)
    return paths


def _on_route(row: Row) -> Callable[[Any], bool]:
    return lambda event: all(event.kwargs["truths"][one.name] == one.holds for one in row.conditions)
