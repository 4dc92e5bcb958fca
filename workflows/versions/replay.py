"""Replays a case's history through its table: every step must be a row, and the last must lead to its current state."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from workflows.definition import Definition, Parts, Row, Table
from workflows.engine import ActorId
from workflows.errors import WorkflowError
from workflows.joins import roles_on

Kind = Literal["opening", "step", "part", "move", "note"]
Fault = Literal["opening", "table", "source", "row", "same_person", "part", "part_row", "note"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry of a history, in order.

    ``opening`` begins the case, ``step`` is an action of its table (also on the ``parts`` that it names), ``part``
    a step of one part alone, ``move`` puts the case under another table (``tables``: from which, to which),
    and a ``note`` changes no state.
    """

    seq: int
    kind: Kind
    action: str
    actor: ActorId
    role: str
    source: str
    target: str
    parts: tuple[str, ...] = ()
    tables: tuple[str, str] | None = None


class Contradiction(WorkflowError):
    """An entry that contradicts the table; ``data``: seq, fault, expected, found."""

    code = "contradiction"

    def __init__(self, *, seq: int | None, fault: str, expected: str, found: str) -> None:
        super().__init__(seq=seq, fault=fault, expected=expected, found=found)
        self.seq, self.fault, self.expected, self.found = seq, fault, expected, found


@dataclass(frozen=True, slots=True)
class Share:
    """The possible states and holders of one part: several only where rows differ by facts that are not recorded."""

    states: frozenset[str]
    holders: frozenset[ActorId]


class Replay:
    """Takes the entries of one case one by one and keeps its state.

    ``tables`` returns the definition for a key, or raises KeyError; ``table`` is the key of the case's first table.
    """

    def __init__(self, table: str, *, tables: Callable[[str], Definition]) -> None:
        self.table = table
        self.state: str | None = None
        self.holders: frozenset[ActorId] = frozenset({None})
        self.parts: dict[str, Share] = {}
        self.steps = 0
        self._tables = tables
        self._unknown: Recorded | None = None
        self._took: dict[str, ActorId] = {}
        self._how: dict[Kind, Callable[[Recorded], None]] = {
            "opening": self._open,
            "step": self._step,
            "part": self._part_alone,
            "move": self._move,
            "note": self._note,
        }

    def take(self, entry: Recorded) -> None:
        """Apply one entry. Raises Contradiction when it cannot follow those before it."""
        if (self.state is None) != (entry.kind == "opening"):
            raise _against(entry, "opening", "opening" if self.state is None else "no second opening", entry.kind)
        if self.state is not None and entry.kind != "part" and entry.source != self.state:
            raise _against(entry, "source", self.state, entry.source)
        if entry.kind == "move":
            self._unknown = None
        elif entry.kind != "note":
            self.end()
        self._how[entry.kind](entry)

    def end(self) -> None:
        """Raises Contradiction where the case was moved to an unknown table and not moved back at once.

        A table that was tried and reverted may be gone; no step may have been taken under it.
        """
        if self._unknown is not None:
            self._definition(self._unknown, self.table)

    def _open(self, entry: Recorded) -> None:
        start = self._definition(entry, self.table).start
        if (entry.source, entry.target) != (start, start):
            raise _against(entry, "opening", start, f"{entry.source} -> {entry.target}")
        self.state = start

    def _note(self, entry: Recorded) -> None:
        if entry.target != entry.source:
            raise _against(entry, "note", entry.source, entry.target)

    def _move(self, entry: Recorded) -> None:
        source, target = entry.tables or ("", "")
        if source != self.table:
            raise _against(entry, "table", self.table, source)
        if not self._knows(target):
            self._unknown = entry
        elif entry.target not in self._definition(entry, target).states:
            raise _against(entry, "table", f"a state of {target}", entry.target)
        self.table, self.state = target, entry.target
        self.steps += 1

    def _step(self, entry: Recorded) -> None:
        table = self._definition(entry, self.table)
        rows = _rows(table, entry.action, entry.source, entry.target, {entry.role})
        if not rows:
            raise _against(entry, "row", _possible(table, entry.action, entry.source), _entry_text(entry))
        if all(self._is_same_person(row, entry) for row in rows):
            raise _against(entry, "same_person", f"not {entry.actor}", str(entry.actor))
        for part in entry.parts:
            self._part_with_case(entry, part)
        self.holders = _holders(rows, self.holders, entry.actor)
        self.state = entry.target
        self._took[entry.action] = entry.actor
        self.steps += 1

    def _is_same_person(self, row: Row, entry: Recorded) -> bool:
        return any(key in self._took and self._took[key] == entry.actor for key in row.not_same_person_as)

    def _part_alone(self, entry: Recorded) -> None:
        for part in entry.parts or ("",):
            graph, share = self._share(entry, part)
            if entry.source not in share.states:
                raise _against(entry, "source", " | ".join(sorted(share.states)), f"{part}: {entry.source}")
            self._take_part(entry, part, graph, Share(frozenset({entry.source}), share.holders), entry.target)

    def _part_with_case(self, entry: Recorded, part: str) -> None:
        graph, share = self._share(entry, part)
        self._take_part(entry, part, graph, share, None)

    def _share(self, entry: Recorded, part: str) -> tuple[Parts, Share]:
        graph = self._definition(entry, self.table).parts
        if graph is None or part not in graph.graph:
            raise _against(entry, "part", " | ".join(graph.graph) if graph else "no parts", part)
        return graph, self.parts.get(part, Share(frozenset({graph.start}), frozenset({None})))

    def _take_part(self, entry: Recorded, part: str, graph: Parts, share: Share, target: str | None) -> None:
        roles = roles_on(graph, part, {entry.role})
        taken = [
            (row, row.target_from(state))
            for state in sorted(share.states)
            for row in _rows(graph, entry.action, state, target, roles)
        ]
        if not taken:
            possible = " | ".join(_possible(graph, entry.action, state) for state in sorted(share.states))
            raise _against(entry, "part_row", possible, f"{part}: {_entry_text(entry)}")
        holders = _holders([row for row, _ in taken], share.holders, entry.actor)
        self.parts[part] = Share(frozenset(state for _, state in taken), holders)

    def _knows(self, key: str) -> bool:
        try:
            return bool(self._tables(key))
        except KeyError:
            return False

    def _definition(self, entry: Recorded, key: str) -> Definition:
        try:
            return self._tables(key)
        except KeyError:
            raise _against(entry, "table", "a table that is known", key) from None


def _rows(table: Table, action: str, source: str, target: str | None, roles: Iterable[str]) -> list[Row]:
    """The rows that may have been taken; ``target`` is None where it was not recorded."""
    named = set(roles)
    return [
        row
        for row in table.rows_from(source)
        if row.action == action and named & set(row.by) and target in (None, row.target_from(source))
    ]


def _holders(rows: Iterable[Row], before: frozenset[ActorId], actor: ActorId) -> frozenset[ActorId]:
    after = {"actor": frozenset({actor}), "nobody": frozenset({None}), None: before}
    return frozenset().union(*(after[row.held_by] for row in rows))


def _possible(table: Table, action: str, source: str) -> str:
    rows = [row for row in table.rows_from(source) if row.action == action]
    described = (f"{action}: {source} -> {row.target_from(source)} by {' | '.join(row.by)}" for row in rows)
    return "; ".join(dict.fromkeys(described)) or f"no {action} from {source}"


def _entry_text(entry: Recorded) -> str:
    return f"{entry.action}: {entry.source} -> {entry.target} by {entry.role}"


def _against(entry: Recorded, fault: Fault, expected: str, found: str) -> Contradiction:
    return Contradiction(seq=entry.seq, fault=fault, expected=expected, found=found)
