"""The API does what its description says: what it allows is taken, all else is refused."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import schemathesis
from flask import Flask

from registration import clock, db
from registration.queries.casefile import casefile
from registration.settings import Settings
from tests.fixtures.cases import actor_of, at_the_agencies, company, draft, individual, submitted
from tests.fixtures.contract import examine, operations
from tests.fixtures.licences import LIN, issued, sheets
from tests.fixtures.scenes import scene
from tests.registration.api.conftest import Program

CLERK, DIRECTOR, OFFICER = "0318", "0320", "3301"
# Each address is tried in all corners by those whose work it is, and a little by everybody else.
OWN = {
    LIN: ("账户", "申请", "材料", "签名"),
    CLERK: ("办理", "待办", "文书", "证照"),
    DIRECTOR: ("执照台账", "签发信息"),
    OFFICER: (),
}
# It would end the token of the test itself; see test_api_road.py.
LEFT_OUT = frozenset({"end_token"})


def alike(name: str) -> bool:
    """Whether it saves or clears a section as others do: the corners of two are enough, all are tried by examples."""
    return name.startswith(("save_", "clear_")) and not name.endswith(("_capital", "_owners"))


def made() -> dict[str, list[str]]:
    """A draft, a case at the desk, one with its licence and one at the agencies, and what stands in them."""
    now, lin = clock.now(), actor_of(LIN)
    refs = [
        draft("individual", individual(trade="枫桥望月"), registrar="330702", actor=lin, now=now),
        submitted("llc", company(trade="云岫听禾"), registrar="330702", actor=lin, now=now),
        at_the_agencies(now, trade="溪桥听雨"),
        issued(now),
    ]
    with db.reading() as session:
        files = [casefile(session, ref, actor=lin, now=now) for ref in refs]
        return {
            "ref": refs,
            "material": [one.ref for file in files for need in file.needs for one in need.files][:4],
            "paper": [paper.ref for file in files for paper in file.papers],
            "party": [signature.party.ref for file in files for signature in file.signatures][:4],
            "licence": [sheet.ref for sheet in sheets(refs[-1])],
        }


@pytest.fixture
def known(app: Flask, settings: Settings) -> Mapping[str, list[str]]:
    return scene("a case of every kind", settings, made)


@pytest.fixture
def described(stranger: Program) -> dict[str, Any]:
    return dict(stranger.get("/openapi.json").json)


def test_it_is_a_right_description(described: dict[str, Any]) -> None:
    schemathesis.openapi.from_dict(described).validate()


def test_for_a_stranger(app: Flask, known: Any, described: dict[str, Any]) -> None:
    public = [name for name, operation in operations(described).items() if not operation["security"]]
    found = examine(app, described, token="", known=known, operations=public, phases={"fuzzing": 1})
    assert not found.breaches, "\n".join(found.breaches)
    assert {200, 422} <= found.sent.keys()


@pytest.mark.thorough
def test_for_a_stranger_in_all_corners(app: Flask, known: Any, described: dict[str, Any]) -> None:
    public = [name for name, operation in operations(described).items() if not operation["security"]]
    phases = {"coverage": 1, "fuzzing": 5}
    found = examine(app, described, token="", known=known, operations=public, phases=phases)
    assert not found.breaches, "\n".join(found.breaches)


@pytest.mark.thorough
@pytest.mark.timeout(600)
@pytest.mark.parametrize("login", OWN)
def test_for_those_who_sign_in(
    app: Flask, known: Any, described: dict[str, Any], program: Callable[[str], Program], login: str
) -> None:
    token = program(login).token
    closed = {name: one for name, one in operations(described).items() if one["security"] and name not in LEFT_OUT}
    own = [name for name, one in closed.items() if one["tags"][0].partition(" ")[0] in OWN[login] and not alike(name)]
    asked = {"token": token, "known": known}
    for names, phases in ((own, {"coverage": 1}), (closed, {"fuzzing": 2, "stateful": 2})):
        if names:
            found = examine(app, described, operations=list(names), phases=phases, **asked)
            assert not found.breaches, "\n".join(found.breaches)


def test_no_token_or_a_wrong_one_opens_nothing(stranger: Program, described: dict[str, Any]) -> None:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for token in ("", "guessed"):
                stranger.token = token
                address = path.removeprefix("/api/v1").replace("{", "").replace("}", "")
                answer = stranger.call(method.upper(), address)
                if operation["security"]:
                    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in"), (method, path)
