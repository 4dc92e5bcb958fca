"""Every address of the API, asked with another's object: it looks as if there were none."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from registration import clock
from tests.fixtures.cases import actor_of, attach, draft, file_of, individual, submitted
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program

Programs = Callable[[str], Program]

# A right body for each address that takes one: only then does it come to the object.
BODIES: dict[str, dict[str, Any]] = {
    "begin_elsewhere": {"json": {"registrar": "330701"}},
    "save_form": {"json": {}},
    "save_section": {"json": {"region": "330702"}},
    "attach": {"data": {"kind": "premises_lease", "file": (b"", "a.png")}},
    "take_action": {"json": {}},
    "propose_correction": {
        "json": {"reason_code": "E05", "opinion": "x", "evidence": "x", "changes": {"representative": "江暮云"}}
    },
    "remind": {"json": {"channel": "mail"}},
    "fetch_persons": {"json": {"reason": "核对"}},
    "ask_paper": {"json": {"kind": "name_reservation"}},
    "take_name_decision": {"json": {"approve": True, "reason": "符合"}},
    "see_value": {"json": {"path": "people.0.id_no", "reason": "核对"}},
    "look_at_document": {"json": {"reason": "核对"}},
    "order_edition": {"json": {"reason_code": "E02", "opinion": "损毁"}},
    "write_message": {"json": {"words": "请问"}},
    "write_message_with_files": {"data": {"words": "请问", "file": (b"", "a.png")}},
    "put_marks": {"json": {"items": [{"target": "section.name", "verdict": "ok"}]}},
    "post_note": {"json": {"words": "请核对"}},
    "give_order": {"json": {"words": "请说明", "days": 2}},
    "assign_case": {"json": {"to": "0218", "reason": "均衡工作量"}},
    "override": {"json": {"reason": "已核实"}},
    "rate_step": {"json": {"grade": 5}},
    "make_complaint": {"json": {"step": "0", "words": "等得太久"}},
    "settle_report": {"json": {"settlement": "explained", "words": "已核对"}},
    "choose_items": {"json": {"items": ["scope"]}},
    "propose": {"json": {"kind": "revoke", "reason_code": "V02", "opinion": "属实"}},
}

ANY = dict.fromkeys(
    ("section", "material", "document", "licence", "paper", "party", "action", "rated", "file", "check", "report"), "x"
) | {"ref": "HY-2026-000001"}


database_url = sqlite_only


@pytest.fixture
def now() -> datetime:
    return clock.now()


def routes(app: Flask) -> list[tuple[str, Rule]]:
    found = [
        (method, rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and "ref" in rule.arguments
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    assert len(found) >= 15
    return found


def ask(caller: Program, method: str, rule: Rule, values: dict[str, str]) -> int:
    with caller.client.application.test_request_context():
        path = rule.build({name: values[name] for name in rule.arguments})
    assert path is not None
    given = dict(BODIES.get(rule.endpoint.partition(".")[2], {}))
    if "data" in given:
        given["data"] = {**given["data"], "file": (BytesIO(b"\x89PNG\r\n\x1a\n"), "a.png")}
    return caller.call(method, path[1].removeprefix("/api/v1"), **given).status_code


@pytest.mark.parametrize("made", [draft, submitted])
@pytest.mark.parametrize("login", ["zhou@example.cn", "0218", "0217", "3301"])
def test_another_persons_object_is_none(
    app: Flask, program: Programs, now: datetime, login: str, made: Callable[..., str]
) -> None:
    """Another applicant, clerks of another registrar, an officer without a part in the case."""
    lin = actor_of("lin@example.cn")
    ref = made("individual", individual(), registrar="330702", actor=lin, now=now)
    state = file_of(ref, actor=lin, now=now).case.state
    material = next(file.ref for need in file_of(ref, actor=lin, now=now).needs for file in need.files)
    values = ANY | {"ref": ref, "section": "name", "material": material, "action": "withdraw", "rated": "submission"}
    caller = program(login)
    answers = {f"{method} {rule.rule}": ask(caller, method, rule, values) for method, rule in routes(app)}
    assert {path: status for path, status in answers.items() if status != 404} == {}
    assert file_of(ref, actor=lin, now=now).case.state == state


def test_without_a_token_nothing_is_told(app: Flask, stranger: Program) -> None:
    answers = {f"{method} {rule.rule}": ask(stranger, method, rule, ANY) for method, rule in routes(app)}
    assert set(answers.values()) == {401}, answers


def test_a_document_is_fetched_through_its_own_case(program: Programs, now: datetime) -> None:
    """Two cases of one owner: the address of the one does not open the documents of the other."""
    lin = actor_of("lin@example.cn")
    one = draft("individual", individual(), registrar="330702", actor=lin, now=now)
    other = draft("individual", individual(trade="枫桥望月"), registrar="330702", actor=lin, now=now)
    material = attach(one, "power_of_attorney", actor=lin, now=now)
    caller = program("lin@example.cn")
    assert caller.get(f"/applications/{other}/materials/{material}").status_code == 404


def test_a_link_that_is_none(stranger: Program) -> None:
    for method, path in (("GET", ""), ("POST", "/identity"), ("POST", "/signature")):
        body = {"name": "苏知禾", "id_no": "330702189503071214"} if path == "/identity" else {"digest": "x"}
        sent: dict[str, Any] = {"json": body} if method == "POST" else {}
        answer = stranger.call(method, f"/signing/guessed{path}", **sent)
        assert (answer.status_code, answer.json["code"]) == (404, "signing_link_unknown")
