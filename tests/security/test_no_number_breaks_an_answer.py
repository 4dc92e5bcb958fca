"""Numbers, cursors and versions that nobody counts so far: each is refused or overlooked, and nothing answers 5xx."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from registration import clock
from registration.operations.act import act
from registration.rules.whole_numbers import LARGEST, whole_number
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.visitor import Visitor
from tests.registration.api.conftest import Program, app, program, stranger

__all__ = ["app", "program", "stranger"]

LIN, CLERK, AGENCY = "lin@example.cn", "0318", "3301"
# A clerk opens most addresses; the others try once more what is refused to them.
THE_OTHERS = [pytest.param(login, marks=pytest.mark.thorough) for login in (LIN, AGENCY)]
ODD = ("²", "１", "1" * 5000, "9" * 20, str(LARGEST + 1), "-1", "1e9", " 1")
CURSORS = ("1", "|", "1|1", "x|1", "2026-10-12|1", "2026-10-12T00:00:00|1", "2026-10-12T00:00:00+00:00|" + "9" * 20)
# A part of a rule that stands for a value: <name>, <int:name>, <any(csv,jsonl):form>.
VARIABLE = re.compile(r"<[^<>]*>")
IN_PLACE = {
    "ref": "HY-2026-000001",
    "section": "name",
    "entity_type": "llc",
    "name": "金华市样例有限公司",
    "region": "330702",
}


@given(st.text())
def test_a_number_is_ascii_digits_within_bounds_or_none(text: str) -> None:
    number = whole_number(text, most=50)
    assert number is None or (0 <= number <= 50 and text.strip("0") in ("", str(number).strip("0")))
    assert number is not None or text not in map(str, range(51))


@given(st.integers(min_value=-10, max_value=LARGEST + 10))
def test_a_number_is_read_as_it_was_written(number: int) -> None:
    assert whole_number(str(number)) == (number if 0 <= number <= LARGEST else None)


def _parameters(app: Flask) -> Iterator[tuple[str, list[dict[str, Any]], dict[str, Any]]]:
    """Each reading address of the API, all its parameters, and the one that is odd."""
    described = app.test_client().get("/api/v1/openapi.json").get_json()
    for path, methods in described["paths"].items():
        parameters = methods.get("get", {}).get("parameters", ())
        for odd in parameters:
            yield path.removeprefix("/api/v1"), parameters, odd


@pytest.mark.thorough
@pytest.mark.parametrize("login", [CLERK, *THE_OTHERS])
def test_no_parameter_of_the_api_answers_5xx(app: Flask, program: Callable[[str], Program], login: str) -> None:
    caller = program(login)
    broken = []
    for path, parameters, odd in _parameters(app):
        for value in ODD if odd["name"] != "cursor" else (*ODD, *map(_cursor, CURSORS)):
            answer = _ask(caller, path, parameters, {odd["name"]: value})
            broken += [(path, odd["name"], value[:30])] if answer >= 500 else []
    assert broken == []


def _cursor(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _ask(caller: Program, path: str, parameters: list[dict[str, Any]], odd: dict[str, str]) -> int:
    asked = {}
    for one in parameters:
        value = odd.get(one["name"], IN_PLACE.get(one["name"], "1"))
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", value)
        elif one["in"] == "query" and (one.get("required") or one["name"] in odd):
            asked[one["name"]] = value
    return caller.get(path, query_string=asked).status_code


def test_what_was_found_to_break(program: Callable[[str], Program]) -> None:
    lin, clerk = program(LIN), program(CLERK)
    for path in (
        "/inbox?cursor=MQ==",
        "/inbox?cursor=" + _cursor("2026-10-12|1"),
        "/log/proof?leaf=0&size=" + "9" * 20,
        "/log/proof?leaf=" + "9" * 60,
        "/log/proof?first=1&second=" + "9" * 20,
        "/log/leaves?start=" + "9" * 20,
    ):
        assert clerk.get(path).status_code in (404, 422), path
    assert lin.get("/applications?cursor=Mnwy").status_code == 422


def test_a_version_that_none_has_is_refused(program: Callable[[str], Program]) -> None:
    lin = program(LIN)
    ref = lin.post("/applications", json={"entity_type": "individual", "registrar": "330702"}).json["ref"]
    for tag in ("1" * 5000, "²".encode().decode("latin-1"), "9" * 20, "-1"):
        headers = {"If-Match": f'"{tag}"'}
        written = lin.put(f"/applications/{ref}/form/domicile", json={"street": "样例路1号"}, headers=headers)
        taken = lin.post(f"/applications/{ref}/actions/request_signatures", json={}, headers=headers)
        assert {written.status_code, taken.status_code} <= {412, 422}


def test_a_key_that_no_form_has_is_refused_wherever_it_stands(program: Callable[[str], Program]) -> None:
    lin = program(LIN)
    ref = lin.post("/applications", json={"entity_type": "llc", "registrar": "330702"}).json["ref"]
    for key in ("a.b", ".", "", "\ufffe", "a" * 5000):
        for form in ({"name": {key: 1}}, {"people": [{key: 1}]}, {"domicile": {"region": {key: 1}}}, {key: {"a": "1"}}):
            answer = lin.call("PATCH", f"/applications/{ref}/form", json=form)
            assert 400 <= answer.status_code < 500, (form, answer.json)
            for section, value in form.items():
                answer = lin.put(f"/applications/{ref}/form/{section or 'name'}", json=value)
                assert 400 <= answer.status_code < 500, (form, answer.json)
    assert lin.get(f"/applications/{ref}").status_code == 200


@pytest.mark.parametrize("login", ["", CLERK, *THE_OTHERS])
def test_no_address_of_a_page_answers_5xx(app: Flask, login: str) -> None:
    visitor = Visitor(app, login)
    broken = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith("/api/") or not rule.arguments:
            continue
        for odd in ODD:
            path = odd.join(VARIABLE.split(rule.rule))
            status = visitor.get(path).status_code
            broken += [(rule.rule, odd[:30], status)] if status >= 500 else []
    assert broken == []


@pytest.mark.thorough
def test_a_page_of_the_desk_that_was_posted_oddly_is_answered(app: Flask) -> None:
    ref = submitted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    clerk = Visitor(app, CLERK)
    rules = [one for one in app.url_map.iter_rules() if one.rule.startswith("/desk") and "POST" in (one.methods or ())]
    broken = []
    for rule in rules:
        path = rule.rule.replace("<ref>", ref).replace("<action>", "approve")
        for name in rule.arguments:
            path = path.replace(f"<int:{name}>", "1").replace(f"<{name}>", "x")
        for odd in ODD:
            data = {"version": odd, "seen": odd, "copies": odd, "items.0.problem": odd, f"items.{odd}.problem": "x"}
            broken += [(path, odd[:30])] if clerk.post(path, data=data).status_code >= 500 else []
    assert rules
    assert broken == []
    stale = clerk.post(f"/desk/cases/{ref}/act/approve", data={"version": "0", "seen": "²", "opinion": "符合"})
    assert stale.status_code == 409
