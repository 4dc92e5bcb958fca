"""Every route declares who may use it, with a key of the one access table."""

from collections.abc import Callable, Iterator
from inspect import unwrap
from pathlib import Path
from typing import get_type_hints

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel
from werkzeug.routing import Rule

from registration import keys
from registration.access import ACCESS, access, rule_of
from registration.app import create_app
from registration.errors import Unavailable
from registration.settings import Settings


@pytest.fixture
def app(settings: Settings) -> Flask:
    keys.make(settings.keys)
    return create_app(settings)


def undeclared(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "access", None) not in ACCESS:
            yield f"{rule.endpoint} {rule.rule}"


def test_every_route_names_a_rule_of_the_table(app: Flask) -> None:
    assert not list(undeclared(app))


def test_a_route_without_a_rule_is_found_and_served_to_nobody(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "inside")
    assert list(undeclared(app)) == ["forgotten /forgotten"]
    client: FlaskClient = app.test_client()
    answer = client.get("/forgotten")
    assert answer.status_code == 403
    assert b"inside" not in answer.data


def test_a_rule_that_is_not_in_the_table_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="no access rule"):
        access("aplication.read")


def test_no_route_changes_anything_by_get(app: Flask) -> None:
    """A view for POST must not answer GET."""
    verbs = {rule.rule: rule.methods or set() for rule in app.url_map.iter_rules()}
    assert all("GET" not in methods for path, methods in verbs.items() if path.endswith(("/end", "/sign-out")))


def test_the_shape_of_what_an_address_carries_is_described_once(app: Flask) -> None:
    """Flask-OpenAPI3 asks for the schema of these at each request, and pydantic would make it anew."""
    given = [hint for view in app.view_functions.values() for hint in _carried(view)]
    assert len(given) > 20
    assert [one.__name__ for one in given if one.model_json_schema() is not one.model_json_schema()] == []


def _carried(view: Callable[..., object]) -> list[type[BaseModel]]:
    hints = get_type_hints(unwrap(view))
    return [hints[name] for name in ("query", "form", "header") if isinstance(hints.get(name), type(BaseModel))]


def test_what_needs_a_sign_in_sends_a_stranger_to_it(app: Flask) -> None:
    client = app.test_client()
    guarded = [
        rule
        for rule in app.url_map.iter_rules()
        if ACCESS[rule_of(app.view_functions[rule.endpoint])].opens == "account"
        and "GET" in (rule.methods or set())
        and not rule.rule.startswith("/api/")
    ]
    assert guarded
    for rule in guarded:
        path = rule.build({name: _value(rule, name) for name in rule.arguments}, append_unknown=False)
        answer = client.get(path[1] if path else rule.rule)
        assert answer.status_code == 303, rule
        assert answer.headers["Location"].startswith("/sign-in"), rule


def _value(rule: Rule, name: str) -> object:
    converter = rule._converters[name]
    return 1 if type(converter).__name__ in ("IntegerConverter", "WholeNumber") else "x"


def test_serving_makes_no_keys_but_says_how(settings: Settings, tmp_path: Path) -> None:
    bare = settings.model_copy(update={"home": tmp_path / "bare"})
    with pytest.raises(Unavailable) as refusal:
        create_app(bare)
    assert refusal.value.data["command"] == "heyi keys init"
    assert not bare.keys.exists()
