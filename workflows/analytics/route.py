"""Which row of a table a simulated case takes, who takes it, and for how long: from the table and a plan."""

from collections import deque
from collections.abc import Iterator
from random import Random

from workflows.analytics.staffing import Duration, Plan
from workflows.definition import Definition, Parts, Row, Table
from workflows.errors import PlanInvalid, PlanProblem

Holds = dict[str, bool]
Choice = tuple[list[tuple[float, Row]], Row]
NO_TIME = Duration(kind="fixed", values=(0.0,))
# Defaults: twenty minutes of an official's work, two days for an applicant.
DEFAULTS = {
    "office": Duration(kind="lognormal", values=(1200.0, 0.6)),
    "applicant": Duration(kind="lognormal", values=(172_800.0, 0.8)),
    "start": Duration(kind="lognormal", values=(172_800.0, 0.8)),
}


class Route:
    """The rows of one table that a case takes. ``own_role`` replaces the acting role of a part."""

    def __init__(self, table: Table, plan: Plan) -> None:
        self.table, self.plan = table, plan
        self._rows = {state: tuple(_leaving(table, state)) for state in table.states}
        self._asked = {state: _asked(rows) for state, rows in self._rows.items()}
        self._choices: dict[tuple[object, ...], Choice] = {}
        self._times: dict[tuple[str, int], Duration] = {}

    def choose(self, state: str, holds: Holds, rng: Random) -> Row:
        """The row by which this case leaves the state. A condition still open is set by the first row that names it."""
        known = (state, *(holds.get(name) for name in self._asked[state]))
        if known not in self._choices:
            self._choices[known] = self._choice(state, holds)
        options, row = self._choices[known]
        luck = rng.random()
        for share, other in options:
            luck -= share
            if luck < 0:
                row = other
                break
        for condition in row.conditions:
            holds.setdefault(condition.name, condition.holds)
        return row

    def _choice(self, state: str, holds: Holds) -> Choice:
        rows = [row for row in self._rows[state] if _fits(row, holds)]
        if not rows:
            raise PlanInvalid([PlanProblem("no_way_on", state, self._asked[state])])
        shares = self.plan.choices
        options = [(shares[key], row) for row in rows if (key := f"{state}:{row.action}") in shares]
        return options, self._main(state, rows)

    def _main(self, state: str, rows: list[Row]) -> Row:
        """The preferred row: no refusal if possible; the main action; by the role the case waits for; the first."""
        holder = set(self.table.states[state].holder)

        def rank(row: Row) -> tuple[bool, bool, bool]:
            style = self.table.actions[row.action].style
            return style == "stop", style != "main", not holder & set(row.by)

        return min(rows, key=rank)

    def role(self, row: Row, target: str, *, own_role: str = "") -> str:
        """The role that takes it: of the roles with staff, one that can continue in the target; otherwise the first."""
        acting = self.table.acting_role if isinstance(self.table, Parts) else ""
        roles = [own_role if role == acting and own_role else role for role in row.by]
        staffed = [role for role in roles if role in self.plan.staff]
        if row.held_by == "actor":
            holder = self.table.states[target].holder
            staffed.sort(key=lambda role: role not in holder)
        return (staffed or roles)[0]

    def time(self, state: str, row: Row) -> Duration:
        """How long the action takes. Taking a case on takes no time: the work comes after it."""
        key = (state, id(row))
        if key not in self._times:
            planned = self.plan.service.get(f"{state}:{row.action}") or self.plan.service.get(state)
            self._times[key] = planned or self._usual(state, row)
        return self._times[key]

    def _usual(self, state: str, row: Row) -> Duration:
        kind = self.table.states[state].kind
        # The system opens a part; a person begins a case and takes days.
        at_once = row.held_by == "actor" or (kind == "start" and isinstance(self.table, Parts))
        return NO_TIME if at_once else DEFAULTS.get(kind, NO_TIME)


def entry_of(definition: Definition) -> tuple[Row, str]:
    """The row by which a case first reaches the office, and its source state, nearest to the start."""
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
    """The state in which the parts run: the one that waits for their roles."""
    if definition.parts is None:
        return None
    roles = {part.role for part in definition.parts.graph.values()}
    return next((key for key, state in definition.states.items() if roles & set(state.holder)), None)


def leaves_by(table: Table, state: str, action: str) -> Row | None:
    """The row by which this action also moves the whole case out of the state; None if there is none."""
    return next((row for row in _leaving(table, state) if row.action == action), None)


def _leaving(table: Table, state: str) -> Iterator[Row]:
    return (row for row in table.rows_from(state) if row.target_from(state) != state)


def _fits(row: Row, holds: Holds) -> bool:
    return all(holds.get(condition.name, condition.holds) == condition.holds for condition in row.conditions)


def _asked(rows: tuple[Row, ...]) -> tuple[str, ...]:
    return tuple(sorted({condition.name for row in rows for condition in row.conditions}))
