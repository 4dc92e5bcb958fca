"""The description says what the API does: every address, every key, every kind of answer."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from pydantic import BaseModel

from registration.access import ACCESS
from registration.api import v1
from registration.rules.form import MODELS
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program

METHODS = {"get", "post", "put", "patch", "delete"}
HAN = re.compile(r"[\u3400-\u9fff]")


database_url = sqlite_only


@pytest.fixture
def told(stranger: Program) -> dict[str, Any]:
    answer = stranger.get("/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json)


def operations(told: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, found in told["paths"].items():
        for method, operation in found.items():
            if method in METHODS:
                yield method, path, operation


def test_it_is_openapi(told: dict[str, Any]) -> None:
    assert told["openapi"].startswith("3.1.")
    assert told["info"]["title"]
    names = [operation["operationId"] for _, _, operation in operations(told)]
    assert len(names) == len(set(names))
    for method, path, operation in operations(told):
        assert HAN.search(operation["summary"]), path
        assert re.search("[a-z]", operation["summary"]), path
        asked = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert asked == set(re.findall(r"{(\w+)}", path)), (method, path)


def test_no_two_shapes_share_a_name() -> None:
    """The parser of requests keeps them by their names: of two alike only one would be described."""
    modules = [*v1.CHAPTERS, v1.shapes, v1.log_shapes, v1.name_shapes, v1.signing_shapes]
    found = {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, BaseModel) and one.__module__.startswith(v1.__name__)
    }
    assert [name for name, times in Counter(one.__name__ for one in found).items() if times > 1] == []


def test_every_reference_leads_somewhere(told: dict[str, Any]) -> None:
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(told)))
    assert references
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in told["components"]["schemas"], reference


def test_every_address_is_described(app: Flask, told: dict[str, Any]) -> None:
    served = {
        (method.lower(), re.sub(r"<([^<:]+:)?(\w+)>", r"{\2}", rule.rule).replace("{section}", section))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint not in ("api.spec", "api.docs")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        for section in (MODELS if "section" in rule.arguments else [""])
    }
    assert served == {(method, path) for method, path, _ in operations(told)}


def test_keys_and_tokens_are_told(app: Flask, told: dict[str, Any]) -> None:
    views = {name.removeprefix("api."): view for name, view in app.view_functions.items()}
    for method, path, operation in operations(told):
        name = operation["operationId"]
        view: Any = views[name.removesuffix(f"_{path.rpartition('/')[2]}") if "/form/" in path else name]
        assert bool(operation["security"]) == (ACCESS[view.access].opens == "account"), path
        headers = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
        assert ("Idempotency-Key" in headers) == (method == "post" and not hasattr(view, "repeatable")), path


def test_refusals_are_told_as_they_come(told: dict[str, Any]) -> None:
    for _, path, operation in operations(told):
        for status, answer in operation["responses"].items():
            if not status.startswith("2"):
                assert set(answer["content"]) == {"application/problem+json"}, path


@pytest.mark.parametrize("path", ["/registrars", "/entity-types", "/forms/llc", "/scope-items?q=软件", "/applications"])
def test_answers_have_the_shape_that_is_told(
    program: Callable[[str], Program], told: dict[str, Any], path: str
) -> None:
    answer = program("lin@example.cn").get(path)
    template = re.sub("/forms/.*", "/forms/{entity_type}", path.partition("?")[0])
    content = told["paths"][f"/api/v1{template}"]["get"]["responses"]["200"]["content"]
    assert answer.mimetype in content
    schema = told["components"]["schemas"][content[answer.mimetype]["schema"]["$ref"].rpartition("/")[2]]
    assert set(answer.json) == set(schema["properties"])


@pytest.mark.parametrize(("lang", "word"), [("zh", "数据结构"), ("en", "Shapes")])
def test_people_can_read_it(stranger: Program, lang: str, word: str) -> None:
    stranger.client.set_cookie("lang", lang)
    page = stranger.get("/docs")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert word in text
    assert "/api/v1/applications/{ref}/actions/{action}" in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "what is shown needs no script"
    assert "http://" not in text.replace("http://www.w3.org", "")
