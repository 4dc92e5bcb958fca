"""The guide before the form: questions (reference/guide.yaml) whose answers lead to the entity types that fit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from pydantic import TypeAdapter

from registration.rules.entity_types import EntityType, entity_types
from registration.rules.folder_files import Closed
from registration.rules.reference import Said, texts

Answers = Mapping[str, str]


class _Row(Closed):
    question: Said
    hint: Said | None = None
    options: Mapping[str, Said]


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `options` are its possible answers in their order, `hint` what to know before."""

    key: str
    words: Said
    options: Mapping[str, Said]
    hint: Said | None = None


@cache
def questions() -> tuple[Question, ...]:
    """All questions in their order."""
    rows = TypeAdapter(dict[str, _Row]).validate_python(dict(texts("reference/guide.yaml")))
    return tuple(Question(key, row.question, row.options, row.hint) for key, row in rows.items())


def fitting(answers: Answers) -> tuple[EntityType, ...]:
    """The types that fit every answer, in the order of the start page."""
    return tuple(row for row in entity_types() if all(_suits(row, key, answer) for key, answer in answers.items()))


def next_question(answers: Answers) -> Question | None:
    """The first question that narrows the choice, with the answers that leave a type; None if none does."""
    rows = fitting(answers)
    for question in questions():
        left = {key: frozenset(row.key for row in rows if _suits(row, question.key, key)) for key in question.options}
        offered = {key: words for key, words in question.options.items() if left[key]}
        if question.key not in answers and len({left[key] for key in offered}) > 1:
            return replace(question, options=offered)
    return None


def accepted(given: Answers) -> dict[str, str]:
    """The given answers in the order of the questions, as far as each was offered after those before it."""
    kept: dict[str, str] = {}
    while (question := next_question(kept)) and given.get(question.key) in question.options:
        kept[question.key] = given[question.key]
    return kept


def _suits(row: EntityType, question: str, answer: str) -> bool:
    return answer in row.suits.get(question, (answer,))
