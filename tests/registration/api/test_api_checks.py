"""Anybody checks a licence: by number, by QR code, by the file; nothing but what it prints is told."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlmodel import select

from registration import database
from registration.clock import now
from registration.models import LicenceCheck, LicenceEvent
from registration.operations.act import act
from registration.rules.merkle import includes
from tests.fixtures.cases import actor_of, individual, submitted
from tests.fixtures.database import sqlite_only
from tests.fixtures.licences import logged
from tests.fixtures.statements import selects
from tests.registration.api.conftest import Program

database_url = sqlite_only


@pytest.fixture
def sheet(program: Callable[[str], Program], work: Callable[[], None]) -> tuple[dict[str, Any], bytes]:
    """An issued duplicate as the API lists it, and its file."""
    lin, clerk = actor_of("lin@example.cn"), actor_of("0318")
    ref = submitted("individual", individual(), registrar="330702", actor=lin, now=now())
    act(ref, "claim", actor=clerk, now=now())
    act(ref, "approve", actor=clerk, now=now(), opinion="符合法定形式")
    work()
    caller = program("lin@example.cn")
    found: dict[str, Any] = caller.get(f"/applications/{ref}/licences").json["items"][-1]
    return found, caller.get(f"/applications/{ref}/licences/{found['licence']}").data


def test_a_licence_is_checked_in_three_ways(stranger: Program, sheet: tuple[dict[str, Any], bytes]) -> None:
    told, pdf = sheet
    answers = [
        stranger.get(f"/checks/{told['licence']}"),
        stranger.get(f"/checks?code={told['code']}"),
        stranger.post("/checks/file", data={"file": (BytesIO(pdf), "licence.pdf")}),
    ]
    assert [answer.json["checked_by"] for answer in answers] == ["token", "code", "file"]
    for answer in answers:
        assert answer.json["verdict"] == "sample"
        assert answer.json["sample"]
        assert answer.json["particulars"]["uscc"] == told["code"]
        assert not {"id_no", "mobile", "check_url"} & set(answer.json["particulars"])
    assert "330702189503071" not in str([answer.json for answer in answers])
    with database.reading() as session:
        assert [row.by for row in session.exec(select(LicenceCheck)).all()] == ["token", "code", "file"]


def test_the_entry_in_the_log_is_proved_and_little_is_asked_for_it(
    stranger: Program, sheet: tuple[dict[str, Any], bytes]
) -> None:
    told, _ = sheet
    assert stranger.get(f"/checks/{told['licence']}").json["log"] is None
    # A complete tree, so that a proof has hashes of leaves and of nodes above them.
    with database.transaction() as session:
        session.add_all(LicenceEvent(licence_id=1, kind="issue", at=now(), by="0318") for _ in range(9))
    logged(now())
    for address, most in ((f"/checks/{told['licence']}", 3), (f"/checks?code={told['code']}", 3)):
        with selects() as found:
            log = stranger.get(address).json["log"]
        assert len(found) <= most, found
        leaf, head = log["leaf"], log["head"]
        path = [bytes.fromhex(step) for step in log["path"]]
        assert includes(bytes.fromhex(leaf["hash"]), leaf["position"], head["size"], path, bytes.fromhex(head["root"]))
        assert len(path) > 1


def test_an_altered_file_is_told(stranger: Program, sheet: tuple[dict[str, Any], bytes]) -> None:
    _, pdf = sheet
    altered = stranger.post("/checks/file", data={"file": (BytesIO(pdf + b"\n% more"), "licence.pdf")})
    assert altered.json["verdict"] == "altered"
    assert altered.json["doubts"]


def test_what_is_none_is_unknown(stranger: Program) -> None:
    assert stranger.get("/checks/guessed").json["verdict"] == "unknown"
    assert stranger.get("/checks?code=91330701MAT000018X").json["verdict"] == "malformed"
    assert stranger.get("/checks?code=914403001922038216").json["verdict"] == "unknown"
    strange = stranger.post("/checks/file", data={"file": (BytesIO(b"not a pdf"), "a.pdf")})
    assert (strange.json["verdict"], strange.json["doubts"]) == ("not_ours", ["pdf.not_pdf"])
    empty = stranger.post("/checks/file", data={"file": (BytesIO(b""), "a.pdf")})
    assert empty.status_code == 422
    large = stranger.post("/checks/file", data={"file": (BytesIO(b"%PDF-" + bytes(11 * 2**20)), "a.pdf")})
    assert (large.status_code, large.json["errors"][0]["code"]) == (422, "upload.too_large")
    # The test's client keeps what is large in a file of its own, and leaves it to us.
    large.request.input_stream.close()


def test_the_roots_are_public(stranger: Program) -> None:
    answer = stranger.get("/trust-roots")
    assert answer.data.startswith(b"-----BEGIN CERTIFICATE-----")
    assert b"PRIVATE" not in answer.data


def test_the_licence_is_a_credential_for_whom_it_concerns(
    program: Callable[[str], Program], stranger: Program, sheet: tuple[dict[str, Any], bytes]
) -> None:
    told, _ = sheet
    owner = program("lin@example.cn")
    ref = owner.get("/applications").json["items"][0]["ref"]
    path = f"/applications/{ref}/licences/{told['licence']}/credential"
    answer = owner.get(path)
    assert answer.mimetype == "application/dc+sd-jwt"
    assert answer.text.count("~") == 3
    assert stranger.get(path).status_code == 401
    assert program("zhou@example.cn").get(path).status_code == 404
    assert owner.get(f"/applications/{ref}/licences/nothing/credential").status_code == 404


@pytest.mark.thorough
def test_a_wallet_whose_clock_is_a_little_slow_takes_the_credential(
    program: Callable[[str], Program], stranger: Program, sheet: tuple[dict[str, Any], bytes]
) -> None:
    """A strict verifier, without any leeway of its own, one minute behind."""
    told, _ = sheet
    owner = program("lin@example.cn")
    ref = owner.get("/applications").json["items"][0]["ref"]
    credential = owner.get(f"/applications/{ref}/licences/{told['licence']}/credential").text
    keys = stranger.client.get("/.well-known/jwt-vc-issuer").get_json()["jwks"]
    token = jwt.decode(credential.partition("~")[0], KeySet.import_key_set(keys), algorithms=["ES256"])
    behind = int(now().timestamp()) - 60
    rules = jwt.JWTClaimsRegistry(now=behind, leeway=0, iat={"essential": True}, nbf={"essential": True})
    rules.validate(token.claims)
    assert token.claims["iat"] == token.claims["nbf"]
