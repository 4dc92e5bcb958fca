"""Whole roads over HTTP: from an account to a licence that anybody can check."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from certificates.signatures.verify import verify
from registration import keys
from registration.settings import Settings
from tests.fixtures.cases import company, five_numbers, individual
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program

Programs = Callable[[str], Program]


database_url = sqlite_only


def picture() -> BytesIO:
    content = BytesIO()
    Image.new("RGB", (20, 30), "white").save(content, "PNG")
    content.seek(0)
    return content


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.json


def fill(lin: Program, entity_type: str, registrar: str, form: dict[str, Any]) -> str:
    """A complete draft: every section, and every document that is asked for."""
    ref: str = ok(lin.post("/applications", json={"entity_type": entity_type, "registrar": registrar}), 201)["ref"]
    ok(lin.call("PATCH", f"/applications/{ref}/form", json=form))
    for need in ok(lin.get(f"/applications/{ref}/materials"))["needs"]:
        if need["required"]:
            data = {"kind": need["kind"], "file": (picture(), "scan.pdf")}
            made = ok(lin.post(f"/applications/{ref}/materials", data=data), 201)
            assert made["content_type"] == "image/png"
            assert made["filename"] == "scan.png"
    return ref


def sign_all(lin: Program, outside: Program, ref: str) -> None:
    ok(lin.act(ref, "request_signatures"))
    sign_asked(lin, outside, ref)


def sign_asked(lin: Program, outside: Program, ref: str) -> None:
    people = {one["name"]: one for one in ok(lin.get(f"/applications/{ref}"))["form"]["people"]}
    for link in ok(lin.post(f"/applications/{ref}/signing-links"))["items"]:
        shown = ok(outside.get(f"/signing/{link['secret']}"))
        assert shown["ref"] == ref
        one = people[shown["signs_for"] or shown["name"]]
        claim = {"name": shown["name"], "id_no": one.get("representative_id_no") or one["id_no"]}
        proof = ok(outside.post(f"/signing/{link['secret']}/identity", json=claim))["proof"]
        proved = {"Signing-Proof": proof}
        shown = ok(outside.get(f"/signing/{link['secret']}", headers=proved))
        assert shown["form"]
        ok(outside.post(f"/signing/{link['secret']}/signature", json={"digest": shown["digest"]}, headers=proved))


@pytest.mark.thorough
def test_an_individual_business(
    program: Programs, stranger: Program, work: Callable[[], None], settings: Settings
) -> None:
    lin, clerk = program("lin@example.cn"), program("0318")
    ref = fill(lin, "individual", "330702", individual())
    sign_all(lin, stranger, ref)
    assert ok(lin.get(f"/applications/{ref}"))["state"] == "submitted"

    assert [row["ref"] for row in ok(clerk.get("/inbox"))["items"]] == [ref]
    ok(clerk.act(ref, "claim"))
    seen = ok(clerk.get(f"/applications/{ref}"))
    assert "*" in seen["form"]["people"][0]["id_no"]
    assert {"approve", "reject", "request_correction"} <= {one["action"] for one in seen["actions"] if one["allowed"]}
    ok(clerk.act(ref, "approve", opinion="符合法定形式"))
    work()

    done = ok(lin.get(f"/applications/{ref}"))
    assert done["state"] in ("licence_issued", "shared")
    sheets = ok(lin.get(f"/applications/{ref}/licences"))["items"]
    assert [sheet["paper"] for sheet in sheets] == ["original", "duplicate"]
    for sheet in sheets:
        answer = lin.get(f"/applications/{ref}/licences/{sheet['licence']}")
        assert answer.mimetype == "application/pdf"
        verdict = verify(answer.data, trust_roots=keys.trust_roots(settings))
        assert verdict.genuine
        assert verdict.sha256 == sheet["sha256"]


@pytest.mark.thorough
def test_a_company_is_corrected_and_approved_by_two(program: Programs, stranger: Program) -> None:
    lin, examiner, approver = program("lin@example.cn"), program("0218"), program("0219")
    ref = fill(lin, "llc", "330701", company())
    sign_all(lin, stranger, ref)
    ok(examiner.act(ref, "claim"))
    item = {"target": "section.domicile", "reason_code": "S08", "problem": "门牌号不完整", "remedy": "请补充室号"}
    ok(examiner.act(ref, "request_correction", items=[item]))

    told = ok(lin.get(f"/applications/{ref}"))
    assert [(one["target"], one["changed"]) for one in told["correction"]["items"]] == [("section.domicile", False)]
    assert [task["section"] for task in told["tasks"] if task["open"]] == ["domicile"]
    refused = lin.put(f"/applications/{ref}/form/capital", json={"amount_wan": "200"})
    assert (refused.status_code, refused.json["code"]) == (409, "action_refused")
    street = {**company()["domicile"], "street": "样例街道双溪路88号3幢202室"}
    ok(lin.put(f"/applications/{ref}/form/domicile", json=street))
    sign_all(lin, stranger, ref)

    ok(examiner.act(ref, "claim"))
    assert [one["path"] for one in ok(examiner.get(f"/applications/{ref}/changes"))["items"]] == ["domicile.street"]
    ok(examiner.act(ref, "recommend", opinion="材料齐全"))
    same = examiner.act(ref, "approve", opinion="同意")
    assert same.status_code == 409
    assert all(blocker["message"] for blocker in same.json["blockers"])
    ok(approver.act(ref, "approve", opinion="同意"))
    assert ok(lin.get(f"/applications/{ref}"))["state"] == "approved"


@pytest.mark.thorough
def test_five_numbers(program: Programs, stranger: Program, work: Callable[[], None]) -> None:
    lin, window, examiner = program("lin@example.cn"), program("0417"), program("0418")
    ref = fill(lin, "llc", "330784", five_numbers())
    sign_all(lin, stranger, ref)
    ok(window.act(ref, "accept"))
    ok(examiner.act(ref, "start"))
    ok(examiner.act(ref, "approve", opinion="符合规定"))
    for login in ("3301", "3302", "3303", "3304", "3305"):
        officer = program(login)
        (row,) = ok(officer.get("/parts"))["items"]
        seen = ok(officer.get(f"/applications/{row['ref']}"))
        assert "contacts" not in seen["form"] or login in ("3302", "3303")
        ok(officer.act(row["ref"], "claim", part=row["part"]))
        ok(officer.act(row["ref"], "assign", part=row["part"]))
    work()
    (sheet, *_) = ok(lin.get(f"/applications/{ref}/licences"))["items"]
    assert len(sheet["numbers"]) == 5
    papers = ok(lin.get(f"/applications/{ref}/papers"))["items"]
    assert {"receipt", "acceptance", "approval"} <= {paper["kind"] for paper in papers}
    fetched = lin.get(f"/applications/{ref}/papers/{papers[0]['paper']}")
    assert fetched.mimetype == "application/pdf"
    assert fetched.data.startswith(b"%PDF-")
    assert sheet["issued_at"]
