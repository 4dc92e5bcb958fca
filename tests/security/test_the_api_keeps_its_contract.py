"""The API does what its description says: what it allows is taken, all else is refused."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import schemathesis
from flask import Flask

from registration import clock, database
from registration.queries.casefile import casefile
from registration.settings import Settings
from tests.fixtures.cases import actor_of, at_the_agencies, company, draft, individual, submitted
from tests.fixtures.contract import examine, operations
from tests.fixtures.licences import LIN, issued, sheets
from tests.fixtures.scenes import scene
from tests.registration.api.conftest import Program

CLERK, DIRECTOR, OFFICER = "0318", "0320", "3301"
# It would end the token of the test itself; see test_api_road.py.
LEFT_OUT = frozenset({"end_token"})


def made() -> dict[str, list[str]]:
    """A draft, a case at the desk, one with its licence and one at the agencies, and what stands in them."""
    now, lin = clock.now(), actor_of(LIN)
    refs = [
        draft("individual", individual(trade="枫桥望月"), registrar="330702", actor=lin, now=now),
        submitted("llc", company(trade="云岫听禾"), registrar="330702", actor=lin, now=now),
        at_the_agencies(now, trade="溪桥听雨"),
        issued(now, papers=True),
    ]
    with database.reading() as session:
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


@pytest.mark.thorough
def test_for_a_stranger(app: Flask, known: Any, described: dict[str, Any]) -> None:
    public = [name for name, operation in operations(described).items() if not operation["security"]]
    found = examine(app, described, token="", known=known, operations=public, phases={"fuzzing": 1})
    assert not found.breaches, "\n".join(found.breaches)
    assert {200, 422} <= found.sent.keys()


@pytest.mark.exhaustive
@pytest.mark.timeout(600)
def test_for_a_stranger_in_all_corners(app: Flask, known: Any, described: dict[str, Any]) -> None:
    public = [name for name, operation in operations(described).items() if not operation["security"]]
    phases = {"coverage": 1, "fuzzing": 10}
    found = examine(app, described, token="", known=known, operations=public, phases=phases)
    assert not found.breaches, "\n".join(found.breaches)


@pytest.mark.thorough
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "login", [LIN, *(pytest.param(one, marks=pytest.mark.exhaustive) for one in (CLERK, DIRECTOR, OFFICER))]
)
def test_for_those_who_sign_in(
    app: Flask, known: Any, described: dict[str, Any], program: Callable[[str], Program], login: str
) -> None:
    closed = [name for name, one in operations(described).items() if one["security"] and name not in LEFT_OUT]
    phases, token = {"fuzzing": 2, "stateful": 2}, program(login).token
    found = examine(app, described, token=token, known=known, operations=closed, phases=phases)
    assert not found.breaches, "\n".join(found.breaches)
    assert {200, 404, 422} <= found.sent.keys()


def test_other_methods_are_refused_by_name(stranger: Program, described: dict[str, Any]) -> None:
    for path, methods in described["paths"].items():
        address = path.removeprefix("/api/v1").replace("{", "").replace("}", "")
        for method in {"get", "put", "patch", "delete"} - methods.keys():
            answer = stranger.call(method.upper(), address)
            if path == "/api/v1/checks/file" and method == "get":
                continue  # It is also an address that a QR code may name.
            assert (answer.status_code, answer.mimetype) == (405, "application/problem+json"), (method, path)
            allowed = {one.strip().lower() for one in answer.headers["Allow"].split(",")} - {"head", "options"}
            assert allowed == methods.keys() | ({"get"} if path == "/api/v1/checks/file" else set()), path


def test_no_token_or_a_wrong_one_opens_nothing(stranger: Program, described: dict[str, Any]) -> None:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for token in ("", "guessed"):
                stranger.token = token
                address = path.removeprefix("/api/v1").replace("{", "").replace("}", "")
                answer = stranger.call(method.upper(), address)
                if operation["security"]:
                    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in"), (method, path)
