"""Programs do with issued licences what the desk does, and anybody checks the log as its own words allow."""

import json
from collections.abc import Callable
from hashlib import sha256

import pytest
from flask import Flask

from registration.clock import now
from registration.operations.act import act
from registration.rules import tree_heads
from registration.rules.merkle import includes, is_extended
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.database import sqlite_only
from tests.fixtures.licences import (
    APPROVER,
    CLERK,
    LICENSING,
    LIN,
    WINDOW,
    issued,
    logged,
    replaced,
    replacement,
    sheets,
)
from tests.fixtures.scenes import scene
from tests.fixtures.visitor import work_off
from tests.registration.api.conftest import Program

database_url = sqlite_only


@pytest.fixture
def ref(app: Flask, settings: Settings) -> str:
    return scene("a licence of today", settings, lambda: issued(now()))


@pytest.mark.thorough
def test_a_licence_s_whole_life(program: Callable[[str], Program], stranger: Program, ref: str) -> None:
    clerk, approver = program(CLERK), program(APPROVER)
    first = sheets(ref)[0]
    replaced(ref, now())
    body = {"kind": "revoke", "reason_code": "V02", "opinion": "属实"}
    proposal = clerk.post(f"/applications/{ref}/proposals", json=body).json["proposal"]
    again = clerk.post(f"/applications/{ref}/proposals", json=body)
    assert (again.status_code, again.json["code"]) == (409, "proposal_open")
    assert [row["own"] for row in clerk.get("/proposals").json["items"]] == [True]
    assert [row["proposal"] for row in approver.get("/proposals").json["items"]] == [proposal]
    decided = approver.post(f"/proposals/{proposal}", json={"decision": "confirm"})
    assert decided.json == {"ref": ref, "status": "confirmed"}
    logged(now())
    told = approver.get(f"/applications/{ref}/ledger").json
    assert [(one["edition"], one["status"]) for one in told["sheets"]] == [(2, "revoked")] * 2 + [(1, "superseded")] * 2
    assert [one["kind"] for one in told["sheets"][0]["events"]] == ["issue", "revoke"]
    assert told["sheets"][0]["events"][-1]["log_position"] is not None
    assert told["blocked"]["propose_reinstate"] is None
    check = stranger.get(f"/checks/{first.ref}").json
    assert (check["verdict"], check["reason"]["code"]) == ("revoked", "V02")
    assert check["since"]
    assert "属实" not in json.dumps(check, ensure_ascii=False)


def test_no_single_person_changes_what_a_licence_says(program: Callable[[str], Program], ref: str) -> None:
    licensing, approver = program(LICENSING), program(APPROVER)
    alone = {"reason_code": "E05", "opinion": "录入有误", "changes": {"capital": "990000000"}}
    assert licensing.post(f"/applications/{ref}/reissue", json=alone).status_code == 404
    asked = alone | {"evidence": "身份证明", "changes": {"representative": "江暮云"}}
    proposal = licensing.post(f"/applications/{ref}/corrections-of-licence", json=asked).json["proposal"]
    (row,) = licensing.get("/proposals").json["items"]
    assert (row["kind"], row["changes"]["representative"]["after"]) == ("correct", "江暮云")
    assert program(LICENSING).post(f"/proposals/{proposal}", json={"decision": "confirm"}).status_code == 403
    assert approver.post(f"/proposals/{proposal}", json={"decision": "confirm"}).status_code == 200
    work_off()
    assert sheets(ref, edition=2)[0].particulars["representative"] == "江暮云"


def test_a_superseded_one_names_the_edition_in_force(stranger: Program, ref: str) -> None:
    first = sheets(ref)[0]
    begun = replacement(ref, now(), "lost")
    check = stranger.get(f"/checks/{first.ref}").json
    assert (check["verdict"], check["reason"]["code"]) == ("declared_void", "L01")
    act(begun, "withdraw", actor=actor_of(LIN), now=now())
    replaced(ref, now())
    check = stranger.get(f"/checks/{first.ref}").json
    assert check["verdict"] == "superseded"
    assert (check["in_force"]["edition"], check["in_force"]["serial"]) == (2, sheets(ref, edition=2)[0].serial)


def test_a_reprint_is_counted_once_however_often_it_is_sent(program: Callable[[str], Program], ref: str) -> None:
    window, sheet = program(WINDOW), sheets(ref)[0]
    path = f"/applications/{ref}/licences/{sheet.ref}/reprint"
    answers = [window.post(path, key="the-same") for _ in range(2)]
    assert [answer.json["reprints"] for answer in answers] == [1, 1]
    assert sha256(window.get(answers[0].json["download"].removeprefix("/api/v1")).data).hexdigest() == sheet.sha256


@pytest.mark.parametrize(("login", "status"), [(LIN, 403), ("0218", 404), (WINDOW, 403)])
def test_who_may_not_is_refused(program: Callable[[str], Program], ref: str, login: str, status: int) -> None:
    caller = program(login)
    body = {"kind": "revoke", "reason_code": "V02", "opinion": "属实"}
    assert caller.post(f"/applications/{ref}/proposals", json=body).status_code == status
    proposal = program(CLERK).post(f"/applications/{ref}/proposals", json=body).json["proposal"]
    assert caller.post(f"/proposals/{proposal}", json={"decision": "confirm"}).status_code == status


def test_a_stranger_checks_the_log_with_nothing_but_its_own_words(stranger: Program, ref: str) -> None:
    assert stranger.get("/log/head").status_code == 404
    logged(now())
    old = stranger.get("/log/head").json
    replaced(ref, now())
    logged(now())
    keys = stranger.get("/log/key").json["keys"]
    leaves = stranger.get("/log/leaves?start=0&limit=3").json
    assert (leaves["size"], [leaf["position"] for leaf in leaves["items"]]) == (6, [0, 1, 2])
    for leaf in leaves["items"]:
        digest = sha256(b"\x00" + leaf["data"].encode()).digest()
        assert digest.hex() == leaf["hash"]
        for asked in (leaf["position"], leaf["hash"]):
            proof = stranger.get(f"/log/proof?leaf={asked}").json["inclusion"]
            head = tree_heads.read(proof["head"]["signed"], keys)
            path = [bytes.fromhex(step) for step in proof["path"]]
            assert includes(digest, leaf["position"], head.size, path, bytes.fromhex(head.root))
    grown = stranger.get(f"/log/proof?first={old['size']}").json["consistency"]
    first, second = (tree_heads.read(grown[name]["signed"], keys) for name in ("first", "second"))
    roots = (bytes.fromhex(first.root), bytes.fromhex(second.root))
    assert is_extended(first.size, second.size, *roots, [bytes.fromhex(step) for step in grown["path"]])
    assert [row["size"] for row in stranger.get("/log/heads").json["items"]] == [6, 2]
    check = stranger.get(f"/checks/{sheets(ref, edition=2)[0].ref}").json
    assert json.loads(check["log"]["leaf"]["data"])["event"] == "issue"


@pytest.mark.parametrize(
    ("asked", "status"),
    [("", 422), ("leaf=0&first=2", 422), ("leaf=77", 404), ("leaf=zz", 404), ("first=1", 404), ("first=0", 422)],
)
def test_what_has_no_proof_is_told(stranger: Program, ref: str, asked: str, status: int) -> None:
    logged(now())
    assert stranger.get(f"/log/proof?{asked}").status_code == status
