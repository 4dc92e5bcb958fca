"""The same over the API: prepare, look, propose, approve; and papers on request."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from registration import clock
from tests.fixtures.cases import actor_of, company, draft
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program

Programs = Callable[[str], Program]


database_url = sqlite_only


def change(**more: Any) -> dict[str, Any]:
    later = clock.local_date(clock.now()) + timedelta(days=9)
    return {
        "name_zh": "金华市婺城区行政审批局",
        "name_en": "Wucheng District Administrative Approval Bureau",
        "number_prefix": "婺行审",
        "reason": "机构更名（样例）",
        "valid_from": later.isoformat(),
    } | more


def test_prepared_proposed_and_approved(program: Programs, work: Callable[[], None]) -> None:
    director, approver = program("0320"), program("0319")
    made = director.post("/letterheads", json=change())
    assert made.status_code == 201
    at = f"/letterheads/{made.json['letterhead']}"
    assert {"field": "number_prefix", "before": "婺市监", "after": "婺行审"} in made.json["changes"]
    edited = director.put(at, json=change(phone="0579-82000099"), headers={"If-Match": made.headers["ETag"]})
    assert (edited.status_code, edited.json["version"]) == (200, 2)
    late = director.put(at, json=change(), headers={"If-Match": made.headers["ETag"]})
    assert (late.status_code, late.json["code"]) == (412, "letterhead_changed")
    assert director.post(f"{at}/steps/propose", json={}).json["status"] == "proposed"
    own = director.post(f"{at}/steps/approve", json={})
    assert (own.status_code, own.json["code"]) == (403, "letterhead_four_eyes")
    assert approver.post(f"{at}/steps/approve", json={}).json["status"] == "approved"
    listed = approver.get("/letterheads").json
    assert [one["letterhead"] for one in listed["coming"]] == [made.json["letterhead"]]
    assert listed["now"]["name_zh"] == listed["in_force"]["name_zh"] == "金华市婺城区市场监督管理局"
    early = director.get(f"{at}/samples/licence")
    assert (early.status_code, early.json["code"]) == (503, "sample_not_ready")
    work()
    assert director.get(f"{at}/samples/licence").data.startswith(b"%PDF-")
    assert director.post(f"{at}/samples").status_code == 202


def test_what_is_wrong_and_who_may_not(program: Programs) -> None:
    director = program("0320")
    early = director.post("/letterheads", json=change(valid_from="2020-01-01", number_prefix="JH"))
    assert early.status_code == 422
    assert {fault["code"] for fault in early.json["errors"]} == {"letterhead.too_early", "letterhead.prefix"}
    for text in ("not base64", "印章"):
        seal = director.post("/letterheads", json=change(seal=text))
        assert [fault["code"] for fault in seal.json["errors"]] == ["letterhead.seal_malformed"]
    at = f"/letterheads/{director.post('/letterheads', json=change()).json['letterhead']}"
    assert program("0318").get("/letterheads").status_code == 403
    stranger = program("0220")
    for method, path, body in (
        ("GET", at, None),
        ("PUT", at, change()),
        ("GET", f"{at}/samples/notice", None),
        ("POST", f"{at}/samples", {}),
        ("POST", f"{at}/steps/withdraw", {}),
        ("POST", f"{at}/steps/dance", {}),
    ):
        answer = stranger.call(method, path, json=body) if body is not None else stranger.call(method, path)
        assert answer.status_code == 404, (method, path)
    assert director.post(f"{at}/steps/dance", json={}).status_code == 404


def test_a_paper_is_asked_for(program: Programs, work: Callable[[], None]) -> None:
    ref = draft("llc", company(), registrar="330701", actor=actor_of("lin@example.cn"), now=clock.now())
    lin = program("lin@example.cn")
    asked = lin.post(f"/applications/{ref}/papers", json={"kind": "name_reservation"})
    assert (asked.status_code, asked.json["kind"]) == (201, "name_reservation")
    work()
    listed = lin.get(f"/applications/{ref}/papers").json["items"]
    assert [one["paper"] for one in listed] == [asked.json["paper"]]
    nothing = lin.post(f"/applications/{ref}/papers", json={"kind": "joint_handling"})
    assert (nothing.status_code, nothing.json["code"]) == (409, "paper_has_nothing")
