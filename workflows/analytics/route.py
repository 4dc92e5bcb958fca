"""Which row of a table a simulated case takes, who takes it, and for how long: read from the table, told by a plan."""

from collections import deque
from collections.abc import Iterator
from random import Random

from workflows.analytics.staffing import Duration, Plan
from workflows.definition import Definition, Parts, Row, Table
from workflows.errors import PlanInvalid, PlanProblem

Holds = dict[str, bool]
Choice = tuple[list[tuple[float, Row]], Row]
NO_TIME = Duration(kind="fixed", values=(0.0,))
# Where nothing is said: twenty minutes of an official's work, two days of an applicant's.
DEFAULTS = {
    "office": Duration(kind="lognormal", values=(1200.0, 0.6)),
    "applicant": Duration(kind="lognormal", values=(172_800.0, 0.8)),
    "start": Duration(kind="lognormal", values=(172_800.0, 0.8)),
}


class Route:
    """The rows of one table as a case meets them. ``own_role`` stands for the acting role of a part."""

    def __init__(self, table: Table, plan: Plan) -> None:
        self.table, self.plan = table, plan
        self._rows = {state: tuple(_leaving(table, state)) for state in table.states}
        self._asked = {state: _asked(rows) for state, rows in self._rows.items()}
        self._ways: dict[tuple[object, ...], Choice] = {}
        self._times: dict[tuple[str, int], Duration] = {}

    def choose(self, state: str, holds: Holds, rng: Random) -> Row:
        """The row by which this case leaves. What the case did not say yet is settled by the row that asks first."""
        known = (state, *(holds.get(name) for name in self._asked[state]))
        if known not in self._ways:
            self._ways[known] = self._way(state, holds)
        told, row = self._ways[known]
        luck = rng.random()
        for share, other in told:
            luck -= share
            if luck < 0:
                row = other
                break
        for condition in row.conditions:
            holds.setdefault(condition.name, condition.holds)
        return row

    def _way(self, state: str, holds: Holds) -> Choice:
        rows = [row for row in self._rows[state] if _fits(row, holds)]
        if not rows:
            raise PlanInvalid([PlanProblem("no_way_on", state, self._asked[state])])
        shares = self.plan.choices
        told = [(shares[key], row) for row in rows if (key := f"{state}:{row.action}") in shares]
        return told, self._main(state, rows)

    def _main(self, state: str, rows: list[Row]) -> Row:
        """No refusal, if there is another way; the main action; taken by whom the case waits for; the first."""
        holder = set(self.table.states[state].holder)

        def rank(row: Row) -> tuple[bool, bool, bool]:
            style = self.table.actions[row.action].style
            return style == "stop", style != "main", not holder & set(row.by)

        return min(rows, key=rank)

    def role(self, row: Row, target: str, *, own_role: str = "") -> str:
        """Who takes it: of the roles that have staff, one that can go on with what it takes on; else the first."""
        acting = self.table.acting_role if isinstance(self.table, Parts) else ""
        roles = [own_role if role == acting and own_role else role for role in row.by]
        staffed = [role for role in roles if role in self.plan.staff]
        if row.held_by == "actor":
            holder = self.table.states[target].holder
            staffed.sort(key=lambda role: role not in holder)
        return (staffed or roles)[0]

    def time(self, state: str, row: Row) -> Duration:
        """How long the action takes. To take a case on takes none: the work comes after it."""
        key = (state, id(row))
        if key not in self._times:
            told = self.plan.service.get(f"{state}:{row.action}") or self.plan.service.get(state)
            self._times[key] = told or self._usual(state, row)
        return self._times[key]

    def _usual(self, state: str, row: Row) -> Duration:
        kind = self.table.states[state].kind
        # A part is opened by the system, while a case is begun by a person, who takes days.
        at_once = row.held_by == "actor" or (kind == "start" and isinstance(self.table, Parts))
        return NO_TIME if at_once else DEFAULTS.get(kind, NO_TIME)


def entry_of(definition: Definition) -> tuple[Row, str]:
    """The row by which a case first comes to the office, and the state it comes from: nearest to the start."""
    waiting, seen = deque([definition.start]), {definition.start}
    while waiting:
        state = waiting.popleft()
        for row in _leaving(definition, state):
            target = row.target_from(state)
            if definition.states[target].kind == "office":
                return row, state
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    raise PlanInvalid([PlanProblem("no_office", definition.start, ())])


def parts_state_of(definition: Definition) -> str | None:
    """Where the parts run: the state that waits for the roles of the parts."""
    if definition.parts is None:
        return None
    roles = {part.role for part in definition.parts.graph.values()}
    return next((key for key, state in definition.states.items() if roles & set(state.holder)), None)


def leaves_by(table: Table, state: str, action: str) -> Row | None:
    """The row by which this action also takes the whole case away from the state, if one does."""
    return next((row for row in _leaving(table, state) if row.action == action), None)


def _leaving(table: Table, state: str) -> Iterator[Row]:
    return (row for row in table.rows_from(state) if row.target_from(state) != state)


def _fits(row: Row, holds: Holds) -> bool:
    return all(holds.get(condition.name, condition.holds) == condition.holds for condition in row.conditions)


def _asked(rows: tuple[Row, ...]) -> tuple[str, ...]:
    return tuple(sorted({condition.name for row in rows for condition in row.conditions}))
