"""The JSON Schema of workflow files: shipped tables validate against it, broken ones do not, and it explains itself."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import registration
import workflows
from workflows.definition import parse
from workflows.definition.schema import schema
from workflows.errors import DefinitionError

SHIPPED = sorted((Path(registration.__path__[0]) / "matters").glob("*/workflow@*.yaml"))
VALIDATOR = Draft202012Validator(schema())


class Editor(yaml.SafeLoader):
    """YAML as editors read it (1.2): `=` and `on` are words, numbers and true are not."""


Editor.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":int", ":float", ":null"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def faults(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(yaml.load(text, Loader=Editor))]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_shipped_table_validates(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


def test_the_small_table_validates(small_text: str) -> None:
    assert faults(small_text) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("within: 2wd", "within: 2 weeks"),
        ("within: 2wd", "within: 0wd"),
        ("kind: waiting, holder: chief", "kind: asleep, holder: chief"),
        ("then: notify.receipt", "then: receipt"),
        ("version: 1", "version: one"),
        ("version: 1", "version: 0"),
        ("if: not big", "if: not  big"),
        ("from: frozen", "from: []"),
        ("style: main}", "style: main, colour: red}"),
        ("correction: restart", "correction: never"),
        ("held_by: nobody", "held_by: clerk"),
        ("  clerk: {zh", "  Clerk: {zh"),
        ("matter: parking\n", ""),
    ],
)
def test_what_the_reader_refuses_the_editor_marks(right: str, wrong: str, small_text: str) -> None:
    assert right in small_text
    text = small_text.replace(right, wrong)
    with pytest.raises(DefinitionError):
        parse(text)
    assert faults(text)


def test_a_text_in_one_language_is_marked_while_it_is_written(broken_text: Callable[..., str]) -> None:
    assert faults(broken_text(lambda data: data["title"].pop("en"), lambda data: data.update(version=1)))


def models() -> Iterator[tuple[str, dict[str, Any]]]:
    made = schema()
    yield "Definition", made
    yield from ((name, model) for name, model in made["$defs"].items() if "properties" in model)


def test_every_key_is_explained_in_both_languages_and_nothing_else_is() -> None:
    texts = yaml.safe_load((Path(workflows.__path__[0]) / "definition" / "schema.yaml").read_text(encoding="utf-8"))
    used = set()
    for name, model in models():
        for key, one in [("", model), *model["properties"].items()]:
            zh, en = one["description"].split("\n")
            assert any("一" <= sign <= "鿿" for sign in zh)
            assert en.isascii()
            used |= {f"{name}.{key}".rstrip("."), f"Table.{key}"} & set(texts)
    assert used == set(texts)
