"""The guide's questions lead to every entity type, each path to one, by the rows alone."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.entity_types import EntityType, entity_types
from registration.rules.guide import accepted, fitting, next_question, questions
from registration.rules.norms import cited, in_force, is_citation

ANSWERS = {question.key: sorted(question.options) for question in questions()}
ANY_ANSWERS = st.dictionaries(
    st.sampled_from([*ANSWERS, "colour"]),
    st.one_of(st.sampled_from(sorted({answer for known in ANSWERS.values() for answer in known})), st.text(max_size=5)),
)


def paths(answers: dict[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Every way through the questions to its end."""
    answers = answers or {}
    question = next_question(answers)
    if question is None:
        yield answers
        return
    for option in question.options:
        yield from paths(answers | {question.key: option})


def test_every_path_ends_at_one_type_and_every_type_has_a_path() -> None:
    ends = [fitting(answers) for answers in paths()]
    assert all(len(rows) == 1 for rows in ends)
    assert {rows[0].key for rows in ends} == {row.key for row in entity_types()}


def test_no_path_is_long() -> None:
    assert max(map(len, paths())) <= 3


@given(ANY_ANSWERS)
def test_answers_that_were_not_asked_for_are_left_out(given_answers: dict[str, str]) -> None:
    kept = accepted(given_answers)
    assert kept.items() <= given_answers.items()
    assert accepted(kept) == kept
    assert fitting(kept)
    question = next_question(kept)
    assert (question is None) == (len(fitting(kept)) == 1)
    # Each answer that is offered leaves a type, and leaves out another.
    if question is None:
        return
    for option in question.options:
        assert 0 < len(fitting(kept | {question.key: option})) < len(fitting(kept))


@pytest.mark.parametrize("row", entity_types(), ids=lambda row: row.key)
def test_a_row_names_answers_and_law_that_exist(row: EntityType) -> None:
    for key, answers in row.suits.items():
        assert set(answers) <= set(ANSWERS[key])
    assert all(map(is_citation, row.compare.law))
    day = row.regimes[row.known_regimes[0]]
    assert all(in_force(one, max(day, day.replace(year=2024, month=7, day=1))) for one in row.compare.law)
    for lang in ("zh", "en"):
        assert len(cited(row.compare.law, day.replace(year=2026), lang)) == len(row.compare.law)
        assert len({text[lang] for text in (row.compare.fits, row.compare.liability, row.compare.tax)}) == 3
