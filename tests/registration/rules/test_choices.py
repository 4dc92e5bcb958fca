"""Every choice of the form has words in both languages, and no words are kept for a choice that is gone."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, RootModel

from registration.rules.choices import choice_text, choices_of
from registration.rules.form.sections import MODELS
from registration.rules.reference import texts


def literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for inner in get_args(annotation):
            yield from literals(inner)


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for inner in get_args(annotation):
            yield from models(inner)


def choices(pattern: str, model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    if issubclass(model, RootModel):
        for inner in models(model.model_fields["root"].annotation):
            yield from choices(f"{pattern}.*", inner)
        return
    for name, field in model.model_fields.items():
        many = ".*" if "tuple" in str(field.annotation) else ""
        yield from ((f"{pattern}.{name}{many}", value) for value in literals(field.annotation))
        for inner in models(field.annotation):
            yield from choices(f"{pattern}.{name}{many}", inner)


ALL = sorted({found for section, model in MODELS.items() for found in choices(section, model)})


@pytest.mark.parametrize(("pattern", "value"), ALL)
def test_a_choice_has_words_in_both_languages(pattern: str, value: str) -> None:
    words = choices_of(pattern)[value]
    assert words["zh"]
    assert words["en"]


def test_no_words_for_choices_that_do_not_exist() -> None:
    said = {(pattern, value) for pattern, words in texts("reference/choices.yaml").items() for value in words}
    assert said == set(ALL)


def test_a_path_with_a_place_is_found_by_its_pattern() -> None:
    assert choice_text("shareholders.2.lines.0.method", "ip", "zh") == "知识产权"
    assert choice_text("shareholders.2.lines.0.method", "ip", "en") == "Intellectual property"
    assert choice_text("shareholders.2.lines.0.method", "barter", "en") == "barter"
