"""Problems of a form: a path, a code and data; and their messages in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from registration.rules.choices import choices_of
from registration.rules.languages import said, values_in
from registration.rules.reference import texts
from registration.rules.regions import examples
from registration.rules.whole_numbers import whole_number

# Faults of a section that is filled in: what is missing is done on another page afterwards.
DONE_AFTERWARDS = frozenset({"reduction.not_published"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: `path` like `shareholders.1.subscribed_wan`, `code` like `amount.sum_differs`.

    `data` fills the placeholders of the message and has derived values only, never the input of a
    sensitive field.
    """

    path: str
    code: str
    data: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", MappingProxyType(dict(self.data)))

    @property
    def section(self) -> str:
        return self.path.partition(".")[0]

    def as_dict(self) -> dict[str, Any]:
        """A plain mapping for JSON."""
        return {"path": self.path, "code": self.code, "data": dict(self.data)}


class InvalidForm(Exception):
    """Raised with every problem found, in the order of the form."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(f"{problem.path}: {problem.code}" for problem in self.problems))


def message(code: str, lang: str, data: Mapping[str, Any]) -> str:
    """The text of a code in the catalogue with its placeholders filled; a value {zh, en} is used in that language.

    `{field_within}` is the value `field` as it stands inside a sentence.
    """
    template = said(texts("reference/messages.yaml")[code], lang)
    values = examples() | values_in(lang, data)
    return template.format_map(_Data(values, field_within=_within(str(values.get("field", "")))))


def problem_text(problem: Problem, lang: str) -> str:
    """The message of a problem; it names the field (`{field}`) and the row (`{row}`, from 1) where it has one."""
    # The labels are in the schemas, which use problems: imported late to avoid a circular import.
    from registration.rules.fields import label_of

    code = _code_here(problem)
    rows = [row + 1 for part in problem.path.split(".") if (row := whole_number(part)) is not None]
    where = {"field": label_of(problem.path, lang), "row": rows[0] if rows else ""}
    return message(code, lang, {**where, **problem.data})


def _code_here(problem: Problem) -> str:
    """The code of a missing value: a choice is to be chosen, a list to be added to, another field to be filled in."""
    if problem.code == "field.missing" and _is_chosen(problem.path):
        return "choice.missing"
    if problem.code == "text.unseen" and "character" in problem.data:
        return "text.unseen.character"
    of_this_list = f"{problem.code}.{problem.path}"
    return of_this_list if of_this_list in texts("reference/messages.yaml") else problem.code


def _is_chosen(path: str) -> bool:
    """Whether the field has choices."""
    return bool(choices_of(path)) or path.rpartition(".")[2] in ("region", "person", "form")


def _within(label: str) -> str:
    """A label inside a sentence: without the capital of its first word, unless that is an abbreviation (VAT)."""
    first = label.partition(" ")[0]
    return label[:1].lower() + label[1:] if len(first) > 1 and first[1:].islower() else label


class _Data(dict[str, Any]):
    """Prints … for a placeholder without a value, so that the message is always shown."""

    def __missing__(self, name: str) -> str:
        return "…"
