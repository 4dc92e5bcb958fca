"""What the library raises: a code and data, never prose for users and never HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Blocker:
    """One unmet rule. ``code`` names it, ``data`` holds what a message needs; the caller words it."""

    code: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a table's file; line and column count from one, as editors do."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class WorkflowError(Exception):
    """The parent of every error here: ``code`` for programs, ``data`` for messages."""

    code: ClassVar[str] = "workflow_error"

    def __init__(self, **data: object) -> None:
        super().__init__(self.code, data)
        self.data = data

    def __reduce__(self) -> tuple[object, ...]:
        """An error that crosses from one process into another is made anew from its data."""
        return _anew, (type(self), self.data)


def _anew(kind: type[WorkflowError], data: Mapping[str, object]) -> WorkflowError:
    return kind(**data)


class DefinitionError(WorkflowError):
    """A table cannot be read; ``problems`` lists everything that is wrong with it, in the order of the file."""

    code = "definition_invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column, problem.message)))
        super().__init__(problems=self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class Unbound(WorkflowError):
    """The table names guards or conditions that nobody gave; ``data`` names all of them."""

    code = "unbound"


class UnknownState(WorkflowError):
    """The state is not one of the table's: an old row, or another version's."""

    code = "unknown_state"


class UnknownAction(WorkflowError):
    """The action is not one of the table's."""

    code = "unknown_action"


class ActionNotAllowed(WorkflowError):
    """The action is refused; ``blockers`` names every unmet rule and is never empty."""

    code = "action_not_allowed"

    def __init__(self, blockers: Sequence[Blocker], *, action: str, state: str) -> None:
        self.blockers = tuple(blockers)
        super().__init__(blockers=self.blockers, action=action, state=state)


class UnknownPart(WorkflowError):
    """The part is not one of the table's graph."""

    code = "unknown_part"


class UnknownYear(WorkflowError):
    """Nobody published this year's holidays yet, so a deadline in it would be a guess. ``data['year']`` says which."""

    code = "unknown_year"

    def __init__(self, *, year: int) -> None:
        super().__init__(year=year)
        self.year = year


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """One mistake in what a simulation is told; ``known`` lists the names that could have stood there."""

    code: str
    given: str
    known: tuple[str, ...]


class PlanInvalid(WorkflowError):
    """A simulation was told of something that the table does not have, or of no way on; ``problems`` lists all."""

    code = "plan_invalid"

    def __init__(self, problems: Sequence[PlanProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(problems=self.problems)
