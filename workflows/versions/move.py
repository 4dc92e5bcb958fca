"""Moves an open case to another version of its table: its new state, the obstacles, its new due times."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from workflows.clock import OFFICE_HOURS, Calendar, Clock, OfficeHours, deadline
from workflows.definition import ClockPolicy, Definition, Parts, State
from workflows.definition.values import Limit
from workflows.errors import Blocker, UnknownState


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case before the move. ``regime`` names its clock policy, ``parts`` the state of each of its parts.

    ``holder`` has the roles of the user who holds it, None where no user does; ``staff`` all roles of the office.
    """

    state: str
    regime: str
    parts: Mapping[str, str]
    holder: Collection[str] | None
    staff: Collection[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of state recorded in the history."""

    at: datetime
    source: str
    target: str


def obstacles(standing: CaseState, *, old: Definition, new: Definition, names: Mapping[str, str]) -> list[Blocker]:
    """Every reason why the case cannot move; empty when it can. ``names`` maps old states to new ones.

    Raises UnknownState for a case whose state is missing in its own table.
    """
    if standing.state not in old.states:
        raise UnknownState(state=standing.state)
    target = names.get(standing.state, standing.state)
    if target not in new.states:
        return [Blocker("state_is_gone", {"state": standing.state, "wanted": target})]
    return [
        *_of_kind(standing.state, target, old, new),
        *_of_people(standing, target, old, new),
        *_of_four_eyes(target, old, new),
        *_of_parts(standing.parts, old.parts, new.parts),
        *_of_clock(standing.regime, old, new),
    ]


def _of_kind(source: str, target: str, old: Definition, new: Definition) -> Iterator[Blocker]:
    """Ending a case, or returning it from the office to the applicant, needs an action with a responsible user."""
    before, after = old.states[source].kind, new.states[target].kind
    if before != after:
        yield Blocker("kind_differs", {"state": source, "wanted": target, "before": before, "after": after})


def _of_people(standing: CaseState, target: str, old: Definition, new: Definition) -> Iterator[Blocker]:
    before, able = _able(old, standing.state), _able(new, target)
    roles = {"state": target, "roles": tuple(sorted(able))}
    # The holder of a case that is on hold has no action in it and needs none; the move must not take actions away.
    if standing.holder is not None and before & {*standing.holder} and not able & {*standing.holder}:
        yield Blocker("holder_is_unable", roles)
    if new.states[target].kind == "office" and not able & {*standing.staff, *new.automatic}:
        yield Blocker("nobody_is_able", roles)


def _able(table: Definition, state: str) -> set[str]:
    return {role for row in table.rows_from(state) for role in row.by}


def _of_four_eyes(target: str, old: Definition, new: Definition) -> Iterator[Blocker]:
    """The new table asks who took an action that the old one did not have, so its rule could not be met."""
    watched = {action for row in new.rows_from(target) for action in row.not_same_person_as}
    unknown = tuple(sorted(watched - set(old.actions)))
    if unknown:
        yield Blocker("four_eyes_are_unknown", {"actions": unknown})


def _of_parts(present: Mapping[str, str], old: Parts | None, new: Parts | None) -> Iterator[Blocker]:
    graph = new.graph if new else {}
    gone = tuple(key for key in present if key not in graph)
    if gone:
        yield Blocker("part_is_gone", {"parts": gone})
    lost = tuple(sorted({state for state in present.values() if new is None or state not in new.states}))
    if lost and not gone:
        yield Blocker("part_state_is_gone", {"states": lost})
    fresh = tuple(key for key in graph if key not in present)
    if present and fresh:
        # These parts were never opened for this case, so its join would wait for them for ever.
        yield Blocker("part_is_new", {"parts": fresh})


def _of_clock(regime: str, old: Definition, new: Definition) -> Iterator[Blocker]:
    if regime in old.clock and regime not in new.clock:
        yield Blocker("clock_is_gone", {"regime": regime})


def recomputed(
    clock: Clock,
    standing: CaseState,
    *,
    old: Definition,
    new: Definition,
    names: Mapping[str, str],
    entries: Callable[[], Sequence[Entry]],
    at: datetime,
    calendar: Calendar,
    hours: OfficeHours = OFFICE_HOURS,
) -> Clock:
    """The clock under the new table. ``entries`` returns the case's changes of state, oldest first; called if needed.

    A promise never gets later and none is dropped: a shorter limit brings it forward by the difference in days, but no
    promise is moved into the past. Where a limit is new it counts from the entry into the state. The deadline
    shown to an applicant stays as it is. Raises UnknownYear where a new due time would be a guess.
    """
    target = names.get(standing.state, standing.state)
    before, after = old.states[standing.state], new.states[target]
    past, now = old.clock.get(standing.regime), new.clock.get(standing.regime)
    if after.kind == "applicant":
        return clock
    runs = now is not None and target in now.runs_in
    case_due_at = clock.case_due_at
    if case_due_at is not None and past and now:
        case_due_at = _shorter(case_due_at, past.limit, now.limit, at=at, calendar=calendar, hours=hours)
    elif case_due_at is None and runs and now and clock.state_due_at is None:
        case_due_at = deadline(_running_since(entries(), names, now, at), now.limit, calendar=calendar, hours=hours)
    state_due_at = _state_due(clock, before, after, runs, entries=entries, at=at, calendar=calendar, hours=hours)
    return replace(clock, case_due_at=case_due_at, state_due_at=state_due_at)


def _state_due(
    clock: Clock,
    before: State,
    after: State,
    runs: bool,
    *,
    entries: Callable[[], Sequence[Entry]],
    at: datetime,
    calendar: Calendar,
    hours: OfficeHours,
) -> datetime | None:
    if after.within is None or (runs and clock.state_due_at is None):
        return clock.state_due_at
    if clock.state_due_at is not None:
        return _shorter(clock.state_due_at, before.within, after.within, at=at, calendar=calendar, hours=hours)
    if clock.due_at is not None:
        return None
    moves = [entry.at for entry in entries() if entry.source != entry.target]
    return deadline(moves[-1] if moves else at, after.within, calendar=calendar, hours=hours)


def _shorter(
    due_at: datetime, old: Limit | None, new: Limit, *, at: datetime, calendar: Calendar, hours: OfficeHours
) -> datetime:
    """Earlier by the days that the limit lost. Limits in different units cannot be compared: nothing changes."""
    if old is None or old.unit != new.unit or new.amount >= old.amount:
        return due_at
    earlier = hours.end_of(_back(hours.day_of(due_at), old.amount - new.amount, new.unit, calendar=calendar))
    return due_at if earlier < at else min(due_at, earlier)


def _back(day: date, amount: int, unit: str, *, calendar: Calendar) -> date:
    if unit == "d":
        return calendar.run_on(day - timedelta(days=amount))
    return calendar.before(day, working_days=amount)


def _running_since(entries: Sequence[Entry], names: Mapping[str, str], policy: ClockPolicy, at: datetime) -> datetime:
    """When the case last entered the states in which its time runs now."""
    since = at
    for entry in reversed(entries):
        if entry.source == entry.target:
            continue
        if names.get(entry.target, entry.target) not in policy.runs_in:
            break
        since = entry.at
    return since
