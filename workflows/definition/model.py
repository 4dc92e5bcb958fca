"""The table of a matter as frozen models (states, actions, rows, parts, clocks), and its YAML reader."""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError, model_validator

from workflows.definition import source
from workflows.definition.inheritance import resolved
from workflows.definition.references import dangling
from workflows.definition.values import (
    DEFAULTS,
    CitationKey,
    Citations,
    Conditions,
    Effects,
    Key,
    Keys,
    Limit,
    Look,
    Model,
    StateKind,
    Style,
    Text,
)
from workflows.errors import DefinitionError, Problem

# Files write `to: same`; inside it is "=", which cannot be a state's key and is part of the recorded checksums.
UNCHANGED = "="
WRITTEN_UNCHANGED = "same"
# How a case is shown decides nothing: these texts may be corrected in a table that is in use.
_SHOWN = {"states": {"__all__": {"shown"}}, "actions": {"__all__": {"shown"}}}
_PRESENTATION: Any = {"stages": True, **_SHOWN, "parts": _SHOWN}


def _unchanged(to: object) -> object:
    return UNCHANGED if to == WRITTEN_UNCHANGED else to


class StateShown(Model):
    """How a state is shown to an applicant; every text is optional, and the pages have defaults for each kind of state.

    ``stage`` names the stages that the case has reached: the first one on the case's route is used, and ``finished``
    means that all are complete. ``label`` replaces the office's name of the state, ``holder`` says who has the case,
    ``next`` what comes next, and ``notice`` what the page shows instead of "nothing to do".
    """

    stage: Keys = ()
    look: Look | None = None
    label: Text | None = None
    holder: Text | None = None
    next: Text | None = None
    notice: Text | None = None


class ActionShown(Model):
    """How an action is shown: ``means`` before it is taken, ``done`` afterwards in the applicant's history.

    ``internal`` marks an action of the office, hidden from the applicant. ``hints`` explains the inputs in ``asks``;
    ``page`` is the page from which it is taken, where that is not the usual one.
    """

    done: Text | None = None
    means: Text | None = None
    internal: bool = False
    hints: dict[Key, Text] = {}
    page: Key | None = None


class Stage(Model):
    """A step of the progress bar on the applicant's page; ``if`` says on which routes it appears."""

    label: Text
    conditions: Conditions = Field(default=(), alias="if")


class State(Model):
    """A state of a case. ``within`` counts where the case's clock does not run; ``holder`` names the role it waits for.

    ``escalates_to`` names the roles that are informed when the deadline of an office state has passed.
    """

    label: Text
    kind: StateKind
    within: Limit | None = None
    holder: Keys = ()
    escalates_to: Keys = ()
    shown: StateShown = StateShown()

    @property
    def is_with_applicant(self) -> bool:
        """Whether the applicant works on the case: a draft, or one that was returned."""
        return self.kind in ("start", "applicant")

    @property
    def is_period(self) -> bool:
        """Whether the case waits for calendar days to pass, such as those of a public notice, and for no office."""
        return self.kind == "waiting" and self.within is not None and self.within.unit == "d"


class Action(Model):
    """What a user can do. ``asks`` names the inputs of its form, ``concerns`` the roles that are informed of it."""

    label: Text
    asks: Keys = ()
    style: Style = "second"
    concerns: Keys = ()
    shown: ActionShown = ActionShown()


class Row(Model):
    """One line of the table: this action, from these states, to that one, by these roles, under these rules.

    ``if`` names conditions, which choose among the rows of an action without message; ``when`` names guards, which may
    block with a reason; ``then`` names effects. ``within`` sets the limit of the target, or adds to the running one
    where the state stays. ``held_by`` says who holds the case afterwards: the actor, no user, or (absent) as before.
    ``since`` says from when the limit of the target counts: from the step, or from the end of the limit that has
    passed, so that a step that the program takes late gives nobody more time.
    """

    action: Key
    sources: Keys = Field(alias="from", min_length=1)
    to: Annotated[str, StringConstraints(pattern=r"^(=|[a-z][a-z0-9_]*)$"), BeforeValidator(_unchanged)]
    by: Keys
    conditions: Conditions = Field(default=(), alias="if")
    guards: Keys = Field(default=(), alias="when")
    effects: Effects = Field(default=(), alias="then")
    within: Limit | None = None
    basis: Citations = ()
    not_same_person_as: Keys = ()
    held_by: Literal["actor", "nobody"] | None = None
    since: Literal["now", "end"] = "now"

    def target_from(self, state: str) -> str:
        return state if self.to == UNCHANGED else self.to


class Table(Model):
    """States, actions and the rows between them: the shape that a case and each of its parts share."""

    states: dict[Key, State]
    actions: dict[Key, Action]
    rows: tuple[Row, ...]

    @cached_property
    def start(self) -> str:
        return next(key for key, state in self.states.items() if state.kind == "start")

    @cached_property
    def conditions(self) -> frozenset[str]:
        return frozenset(condition.name for row in self.rows for condition in row.conditions)

    @cached_property
    def guards(self) -> frozenset[str]:
        return frozenset(name for row in self.rows for name in row.guards)

    @cached_property
    def effects(self) -> frozenset[str]:
        return frozenset(name for row in self.rows for name in row.effects)

    def rows_from(self, state: str) -> Iterator[Row]:
        return (row for row in self.rows if state in row.sources)


class Part(Model):
    """One agency's share of a case: it waits for the parts in ``after``; ``gives`` names the number that it assigns."""

    label: Text
    role: Key
    after: Keys = ()
    within: Limit | None = None
    required: bool = True
    gives: Key | None = None


class Parts(Table):
    """The small table that every part goes through, and the graph of which part waits for which.

    ``acting_role`` is used in the rows for the role that each part names; ``done`` lists the states that end a wait.
    ``runs_in`` names the states of the case in which parts are worked on, ``join`` the action that leaves them once all
    required parts are done, and ``join_guard`` the guard that checks this.
    """

    acting_role: Key
    done: Keys = Field(min_length=1)
    runs_in: Keys = ()
    join: Key | None = None
    join_guard: Key | None = None
    graph: dict[Key, Part]


class ClockPolicy(Model):
    """How much time a regime allows for a case, in which states it runs, and what stops it (AL art. 45).

    A correction either restarts the time or pauses it; states in ``excluded`` always pause it.
    """

    limit: Limit
    runs_in: Keys = Field(min_length=1)
    correction: Literal["restart", "pause"]
    excluded: Keys = ()
    basis: Citations = ()


class Definition(Table):
    """A whole table: one version of one matter. A version in use is never edited; a new version is a new file.

    ``automatic`` names the roles of the program itself, which no person has.
    """

    matter: Key
    version: int = Field(ge=1)
    title: Text
    roles: dict[Key, Text]
    automatic: Keys = ()
    citations: dict[CitationKey, Text] = {}
    stages: dict[Key, Stage] = {}
    clock: dict[Key, ClockPolicy] = {}
    parts: Parts | None = None

    @cached_property
    def intake(self) -> str | None:
        """The state in which an office receives the case from its applicant; None where there is none."""
        handed_over = (row.to for row in self.rows for state in row.sources if self._is_with_people(state))
        return next((to for to in handed_over if to in self.states and self.states[to].kind == "office"), None)

    def _is_with_people(self, state: str) -> bool:
        return self.states[state].kind in ("start", "applicant")

    @cached_property
    def conditions(self) -> frozenset[str]:
        asked = {condition.name for stage in self.stages.values() for condition in stage.conditions}
        return super().conditions | asked

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 (hex) of the canonical JSON (RFC 8785); comments, layout and absent defaults do not count.

        The texts for applicants (``stages``, ``shown``) do not count either, so they can be corrected while cases run;
        nor do words in other languages than the default ones, so that a table in use can be translated.
        Keys are ASCII and there are no fractions, so sorted keys without spaces are all that RFC 8785 requires.
        """
        counted = {"languages": DEFAULTS}
        content = self.model_dump(
            mode="json", by_alias=True, exclude_defaults=True, exclude=_PRESENTATION, context=counted
        )
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @model_validator(mode="after")
    def _states_are_sound(self) -> Self:
        for name, table in (("the table", self), ("parts", self.parts)):
            if table is None:
                continue
            if sum(state.kind == "start" for state in table.states.values()) != 1:
                raise ValueError(f"{name} must have exactly one state of the kind start")
            if WRITTEN_UNCHANGED in table.states:
                raise ValueError(
                    f"{name} must not name a state {WRITTEN_UNCHANGED}: `to: same` means that a case stays"
                )
        return self


def parse(text: str, *, file: str = "<text>") -> Definition:
    """Read a table from YAML text; raises DefinitionError that names every mistake with its line and column."""
    read = resolved(source.read(text, file=file))
    try:
        definition = Definition.model_validate(read.data)
    except ValidationError as error:
        raise DefinitionError([_problem(read, item) for item in error.errors()]) from None
    problems = [
        read.problem(path, f"there is no {kind} {name!r} in this table", code="dangling", kind=kind, name=name)
        for path, kind, name in dangling(definition)
    ]
    if problems:
        raise DefinitionError(problems)
    return definition


def _problem(read: source.Source, item: Any) -> Problem:
    data = {name: str(value) for name, value in item.get("ctx", {}).items()}
    return read.problem(_path(item["loc"]), item["msg"], code=item["type"], **data)


def _path(loc: source.Path) -> source.Path:
    """A mistake in a key itself is reported one level below the key, a place that the file does not have."""
    return loc[:-1] if loc and loc[-1] == "[key]" else loc


def load(path: Path) -> Definition:
    """Read ``workflow@N.yaml``; raises DefinitionError, also where N is not the version that the file states."""
    text = path.read_text(encoding="utf-8")
    definition = parse(text, file=str(path))
    named = re.search(r"@([0-9]+)$", path.stem)
    if named is not None and int(named[1]) != definition.version:
        message = f"is {definition.version}, but the file is named version {named[1]}"
        read = source.read(text, file=str(path))
        raise DefinitionError([read.problem(("version",), message, code="version", named=named[1])])
    return definition


def load_versions(folder: Path) -> dict[int, Definition]:
    """Every version of a matter in its folder, the oldest first."""
    found = [load(path) for path in folder.glob("workflow@*.yaml")]
    return {definition.version: definition for definition in sorted(found, key=lambda one: one.version)}
