"""Every refusal is problem+json: a stable code, a sentence in the asker's language, every field named."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from registration import clock
from registration.http.context import limiter
from registration.rules.entity_types import entity_type_keys
from registration.rules.privacy_notice import notice_version
from registration.rules.reference import texts
from tests.fixtures.database import sqlite_only
from tests.fixtures.sign_up import code_for
from tests.registration.api.conftest import Program

Programs = Callable[[str], Program]
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


database_url = sqlite_only


def refusal(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = answer.json
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:heyi:problem:{code}")
    assert body["title"]
    assert body["request_id"] == answer.headers["X-Request-Id"]
    return body


def draft(lin: Program, entity_type: str = "individual") -> str:
    answer = lin.post("/applications", json={"entity_type": entity_type, "registrar": "330702"})
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(answer.json["ref"])
    ref: str = answer.json["ref"]
    return ref


def test_each_language_has_its_sentence(stranger: Program) -> None:
    chinese = refusal(stranger.get("/applications"), 401, "not_signed_in")
    english = refusal(stranger.get("/applications", headers=ENGLISH), 401, "not_signed_in")
    assert chinese["title"] != english["title"]
    assert english["title"].isascii()


def test_an_address_that_is_none(stranger: Program) -> None:
    refusal(stranger.get("/nowhere"), 404, "not_found")
    wrong_method = stranger.call("DELETE", "/registrars")
    refusal(wrong_method, 405, "method_not_allowed")
    assert "GET" in wrong_method.headers["Allow"]


def test_signing_in_and_out(stranger: Program, program: Programs) -> None:
    wrong = {"login": "lin@example.cn", "password": "not the one"}
    answer = stranger.post("/tokens", json=wrong)
    refusal(answer, 401, "wrong_credentials")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    lin = program("lin@example.cn")
    assert lin.get("/accounts/me").json["login"] == "lin@example.cn"
    assert lin.call("DELETE", "/tokens/current").status_code == 204
    refusal(lin.get("/accounts/me"), 401, "not_signed_in")


def test_signing_up(stranger: Program) -> None:
    wanted = {"email": "su@example.cn", "password": "a long enough one", "name": "苏知禾"}
    wanted["consent"] = notice_version()
    begun = stranger.post("/accounts", json=wanted)
    assert (begun.status_code, begun.json.keys()) == (202, {"secret", "code_expires_at"})
    secret = {"secret": begun.json["secret"]}
    code = code_for("su@example.cn", now=clock.now())
    assert stranger.post("/accounts/code", json=secret).status_code == 204
    other = f"{(int(code) + 1) % 10**6:06d}"
    wrong = refusal(stranger.post("/accounts/confirmation", json={**secret, "code": other}), 422, "invalid_input")
    assert [error["code"] for error in wrong["errors"]] == ["code.wrong"]
    made = stranger.post("/accounts/confirmation", json={**secret, "code": code})
    assert made.status_code == 201
    assert (made.json["login"], made.json["name"]) == ("su@example.cn", "苏知禾")
    assert "password" not in made.json
    refusal(stranger.post("/accounts/confirmation", json={**secret, "code": code}), 404, "sign_up_over")
    token = stranger.post("/tokens", json={"login": "su@example.cn", "password": wanted["password"]})
    assert token.status_code == 201
    poor = refusal(stranger.post("/accounts", json={**wanted, "email": "x", "password": "1"}), 422, "invalid_input")
    assert {error["path"] for error in poor["errors"]} == {"email", "password"}


@pytest.mark.parametrize(
    "body", [b"{", b'{"login": NaN}', b"[" * 100_000], ids=["cut short", "not a number", "too deep"]
)
def test_broken_json(stranger: Program, body: bytes) -> None:
    refusal(stranger.post("/tokens", data=body, content_type="application/json"), 400, "malformed_json")


@pytest.mark.parametrize(
    "body",
    [
        '{"login": "lin@example.cn", "login": "zhou@example.cn", "password": "x"}',
        '{"login": "lin@example.cn", "\\u006cogin": "zhou@example.cn"}',
        '{"deep": [{"a": {"b": 1, "b": 1}}]}',
    ],
)
def test_a_key_that_stands_twice_is_refused(stranger: Program, body: str) -> None:
    refusal(stranger.post("/tokens", data=body, content_type="application/json"), 400, "repeated_json_key")


def test_other_media(stranger: Program) -> None:
    refusal(stranger.post("/tokens", data=b"login=lin", content_type="text/plain"), 415, "unsupported_media_type")
    large = b'"' + b"x" * (1024 * 1024 + 1) + b'"'
    refusal(stranger.post("/tokens", data=large, content_type="application/json"), 413, "too_large")


def test_text_that_no_database_holds(program: Programs) -> None:
    lin = program("lin@example.cn")
    ref = draft(lin)
    for poison in ('{"region": "\\u0000"}', '{"region": "\\ud800"}', '{"region": 1e999}'):
        answer = lin.put(f"/applications/{ref}/form/name", data=poison, content_type="application/json")
        body = refusal(answer, 422, "invalid_input")
        assert [error["path"] for error in body["errors"]] == ["region"]
    refusal(lin.get("/applications/a%00b"), 404, "not_found")
    refusal(program("0318").get("/inbox?search=%00"), 422, "invalid_input")


def test_every_field_is_named(program: Programs) -> None:
    lin = program("lin@example.cn")
    unknown = {"entity_type": "castle", "registrar": "999999", "matter": "baptism"}
    body = refusal(lin.post("/applications", json=unknown, headers=ENGLISH), 422, "invalid_input")
    assert {error["path"] for error in body["errors"]} == {"entity_type", "registrar", "matter"}
    assert all(error["message"].isascii() for error in body["errors"])
    extra = refusal(lin.post("/applications", json={"colour": "red"}), 422, "invalid_input")
    assert {error["path"]: error["code"] for error in extra["errors"]} == {
        "entity_type": "field.missing",
        "registrar": "field.missing",
        "colour": "field.unknown",
    }
    assert "red" not in str(extra)


def test_a_faulty_section_is_kept_and_told(program: Programs) -> None:
    lin = program("lin@example.cn")
    ref = draft(lin)
    person = {"key": "p1", "kind": "natural", "name": "苏知禾", "sex": "male", "id_no": "330702189503071215"}
    body = refusal(lin.put(f"/applications/{ref}/form/people", json=[person]), 422, "invalid_input")
    assert all(error["path"].startswith("people.0.") for error in body["errors"])
    assert "330702189503071215" not in str(body)
    seen = lin.get(f"/applications/{ref}").json
    assert seen["form"]["people"][0]["name"] == "苏知禾"
    assert next(task for task in seen["tasks"] if task["section"] == "people")["state"] == "started"
    for shape in ({"a": 1}, [1], "text", 5, None):
        refusal(lin.put(f"/applications/{ref}/form/people", json=shape), 422, "invalid_input")
    refusal(lin.put(f"/applications/{ref}/form/castle", json={}), 422, "invalid_input")
    assert lin.put(f"/applications/{ref}/form/people?judge=false", json=[{"key": "p2"}]).status_code == 200
    assert lin.call("DELETE", f"/applications/{ref}/form/people").status_code == 204
    assert "people" not in lin.get(f"/applications/{ref}").json["form"]


def test_a_refused_action_names_every_rule(program: Programs) -> None:
    lin = program("lin@example.cn")
    ref = draft(lin, "llc")
    body = refusal(lin.act(ref, "request_signatures"), 409, "action_refused")
    assert {blocker["code"] for blocker in body["blockers"]} >= {"form_is_invalid", "name_is_not_reserved"}
    invalid = next(blocker for blocker in body["blockers"] if blocker["code"] == "form_is_invalid")
    assert {"name", "people"} <= {error["path"] for error in invalid["errors"]}
    assert lin.get(f"/applications/{ref}").json["state"] == "draft"
    refusal(lin.act(ref, "fly"), 404, "unknown_action")
    refusal(lin.act(ref, "claim", colour="red"), 422, "invalid_input")


def test_a_version_is_compared(program: Programs) -> None:
    lin = program("lin@example.cn")
    ref = draft(lin)
    read = lin.get(f"/applications/{ref}")
    address = {"region": "330702", "street": "样例街道1号", "tenure": "own", "phone": "0579-82000000"}
    tag = {"If-Match": read.headers["ETag"]}
    saved = lin.put(f"/applications/{ref}/form/domicile", json=address, headers=tag)
    assert saved.status_code == 200
    assert saved.headers["ETag"] == f'"{saved.json["version"]}"'
    stale = lin.put(f"/applications/{ref}/form/domicile", json=address, headers=tag)
    assert refusal(stale, 412, "stale_version")["version"] == saved.json["version"]
    strange = lin.put(f"/applications/{ref}/form/domicile", json=address, headers={"If-Match": '"1", "2"'})
    assert (strange.status_code, strange.json["errors"][0]["code"]) == (422, "if_match.malformed")
    strange = lin.put(f"/applications/{ref}/form/domicile", json=address, headers={"If-Match": '"x"'})
    refusal(strange, 422, "invalid_input")


def test_documents_are_judged_by_what_they_are(program: Programs) -> None:
    lin = program("lin@example.cn")
    ref = draft(lin)
    lying = {"kind": "premises_lease", "file": (BytesIO(b"MZ this is a program"), "lease.pdf")}
    refusal(lin.post(f"/applications/{ref}/materials", data=lying), 422, "invalid_input")
    no_file = {"data": {"kind": "premises_lease"}, "content_type": "multipart/form-data"}
    body = refusal(lin.post(f"/applications/{ref}/materials", **no_file), 422, "invalid_input")
    assert [error["path"] for error in body["errors"]] == ["file"]
    unknown = {"kind": "castle", "file": (BytesIO(b"\x89PNG\r\n\x1a\n"), "a.png")}
    refusal(lin.post(f"/applications/{ref}/materials", data=unknown), 422, "invalid_input")


def test_lists_have_pages(program: Programs) -> None:
    lin = program("lin@example.cn")
    refs = [draft(lin) for _ in range(3)]
    first = lin.get("/applications?limit=2").json
    second = lin.get(f"/applications?limit=2&cursor={first['next']}").json
    assert [row["ref"] for row in first["items"] + second["items"]] == refs[::-1]
    assert second["next"] is None
    refusal(lin.get("/applications?cursor=strange"), 422, "invalid_input")
    refusal(lin.get("/applications?limit=0"), 422, "invalid_input")
    refusal(program("0318").get("/inbox?view=strange"), 422, "invalid_input")


def test_too_many_requests(app: Flask, stranger: Program) -> None:
    limiter.enabled = True
    answers = [stranger.post("/tokens", json={"login": f"x{n}@example.cn", "password": "x"}) for n in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {401}
    refusal(answers[30], 429, "too_many_attempts")
    assert answers[30].headers["Retry-After"]


def test_what_nobody_foresaw_tells_nothing(app: Flask, stranger: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("330702189503071214")

    monkeypatch.setattr("registration.api.v1.catalogue.registrars", broken)
    body = refusal(stranger.get("/registrars"), 500, "internal_error")
    assert "330702" not in str(body)
    assert "Zero" not in str(body)


def test_catalogues(stranger: Program) -> None:
    assert {row["code"] for row in stranger.get("/registrars").json["items"]} >= {"330701", "330784"}
    kinds = {row["key"]: row["regimes"] for row in stranger.get("/entity-types").json["items"]}
    assert list(kinds) == list(entity_type_keys())
    assert kinds["llc"] == ["company_law_2024", "five_numbers_2015"]
    assert kinds["sole_prop"] == ["market_entity_2022"]
    assert "investor" in stranger.get("/forms/sole_prop").json["form_schema"]["properties"]
    form = stranger.get("/forms/llc?regime=five_numbers_2015", headers=ENGLISH).json
    assert "five" in form["form_schema"]["properties"]
    assert next(section["label"] for section in form["sections"]) == "Name"
    assert form["matter"] == "establishment"
    refusal(stranger.get("/forms/llc?matter=castle"), 422, "invalid_input")
    refusal(stranger.get("/forms/castle"), 422, "invalid_input")
    refusal(stranger.get("/forms/individual?regime=five_numbers_2015"), 422, "invalid_input")
    found = stranger.get("/scope-items?q=rjkf").json["items"]
    assert found[0]["text"] == "软件开发"
    taken = stranger.get("/names/check?name=金华市尖峰实业有限公司&region=330702").json
    assert taken["verdict"] == "reject"
    assert taken["findings"][0]["message"]
    assert taken["findings"][0]["basis"] == "《企业名称登记管理规定》第十七条"
    branch = stranger.get("/names/check?name=金华市霜花餐饮有限公司义乌分公司&region=330702&entity_type=branch").json
    assert (branch["verdict"], branch["parts"]["form"]) == ("pass", "有限公司义乌分公司")
    refusal(stranger.get("/names/check?name=金华市尖峰实业有限公司&region=330702&entity_type=x"), 422, "invalid_input")
    refusal(stranger.get("/names/check?name=金华市尖峰实业有限公司&region=110101"), 422, "invalid_input")


def test_every_code_has_its_sentence() -> None:
    """Codes that are raised by name anywhere below the edges; a new one without words would speak for its status."""
    import ast
    from pathlib import Path

    import registration

    named = set()
    for path in Path(registration.__file__).parent.rglob("*.py"):
        if path.parent.name in ("cli", "gateways", "keys") or path.name == "broker.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                called = getattr(node.exc.func, "id", "")
                if called in ("NotFound", "Forbidden", "Conflict", "NotSignedIn", "TooManyAttempts") and node.exc.args:
                    first = node.exc.args[0]
                    named |= {first.value} if isinstance(first, ast.Constant) else set()
    assert named
    assert named <= set(texts("reference/refusals.yaml"))
