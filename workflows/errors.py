"""The errors of the library: a code and data, without texts for users and without HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Blocker:
    """One unmet rule. ``code`` names it, ``data`` holds what a message needs; the caller writes the message."""

    code: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a table's file; line and column count from one, as in editors.

    ``place`` is the path of the key, such as ``states.draft``; ``code`` and ``data`` are for a message in another
    language: a type of error of Pydantic, or ``not_yaml``, ``twice``, ``alias``, ``dangling``, ``version``.
    """

    file: str
    line: int
    column: int
    message: str
    place: str = ""
    code: str = "malformed"
    data: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class WorkflowError(Exception):
    """Base class of all errors here: ``code`` for programs, ``data`` for messages."""

    code: ClassVar[str] = "workflow_error"

    def __init__(self, **data: object) -> None:
        super().__init__(self.code, data)
        self.data = data

    def __reduce__(self) -> tuple[object, ...]:
        """For pickling: an error passed between processes is rebuilt from its data."""
        return _anew, (type(self), self.data)


def _anew(kind: type[WorkflowError], data: Mapping[str, object]) -> WorkflowError:
    return kind(**data)


class DefinitionError(WorkflowError):
    """A table cannot be read; ``problems`` lists every mistake in the order of the file."""

    code = "definition_invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column, problem.message)))
        super().__init__(problems=self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class Unbound(WorkflowError):
    """The table names guards or conditions that were not supplied; ``data`` names all of them."""

    code = "unbound"


class UnknownState(WorkflowError):
    """The table has no such state: the row is old, or of another version."""

    code = "unknown_state"


class UnknownAction(WorkflowError):
    """The table has no such action."""

    code = "unknown_action"


class ActionNotAllowed(WorkflowError):
    """The action is refused; ``blockers`` names every unmet rule and is never empty."""

    code = "action_not_allowed"

    def __init__(self, blockers: Sequence[Blocker], *, action: str, state: str) -> None:
        self.blockers = tuple(blockers)
        super().__init__(blockers=self.blockers, action=action, state=state)


class UnknownPart(WorkflowError):
    """The table's graph has no such part."""

    code = "unknown_part"


class UnknownYear(WorkflowError):
    """This year's holidays are not published yet, so a deadline in it would be a guess. ``data['year']`` has it."""

    code = "unknown_year"

    def __init__(self, *, year: int) -> None:
        super().__init__(year=year)
        self.year = year


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """One mistake in a simulation's plan; ``known`` lists the names that are valid there."""

    code: str
    given: str
    known: tuple[str, ...]


class PlanInvalid(WorkflowError):
    """A simulation's plan names something that the table lacks, or leaves a case no next step; see ``problems``."""

    code = "plan_invalid"

    def __init__(self, problems: Sequence[PlanProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(problems=self.problems)
