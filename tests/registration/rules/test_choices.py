"""Every choice of the form has a name in both languages, and nothing else has one."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel, RootModel

from registration.rules.choices import choice_text, choices
from registration.rules.form import MODELS
from registration.rules.reference import texts


def _literals(at: str, annotation: Any) -> Iterator[tuple[str, str]]:
    if get_origin(annotation) is Literal:
        yield from ((at, value) for value in get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _in_model(at, annotation)
    else:
        for inner in get_args(annotation):
            yield from _literals(at, inner)


def _in_model(at: str, model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    if issubclass(model, RootModel):
        yield from _literals(f"{at}.*", model.model_fields["root"].annotation)
        return
    for name, field in model.model_fields.items():
        nested = "tuple" in str(field.annotation) and "form.persons" in str(field.annotation)
        yield from _literals(f"{at}.{name}{'.*' if nested else ''}", field.annotation)


EXPECTED = {pair for section, model in MODELS.items() for pair in _in_model(section, model)}


@pytest.mark.parametrize(("path", "value"), sorted(EXPECTED))
def test_a_choice_is_named_in_both_languages(path: str, value: str) -> None:
    names = {choice_text(path, value, "zh"), choice_text(path, value, "en")}
    assert None not in names
    assert len(names) == 2


def test_nothing_is_named_that_cannot_be_chosen() -> None:
    named = {(path, value) for path, told in texts("reference/choices.yaml").items() for value in told}
    assert named - EXPECTED == set()


def test_a_field_in_a_list_has_the_choices_of_its_pattern() -> None:
    assert choices("shareholders.3.method", "zh")[0] == ("currency", "货币")
    assert choice_text("people.0.name", "林知夏", "zh") is None
