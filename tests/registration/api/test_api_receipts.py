"""Deliveries to agencies through the API: each token reaches its own agency's alone, and a repeat does no harm."""

from collections.abc import Callable
from datetime import datetime

import pytest

from registration import clock
from registration.operations.staff import add_staff
from registration.settings import Settings
from tests.fixtures.licences import issued
from tests.fixtures.office import CLERK
from tests.registration.api.conftest import Program

Programs = Callable[[str], Program]
TAX, SOCIAL = "3411", "3412"


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def ref(app: object, settings: Settings, now: datetime) -> str:
    made = issued(now)
    for number, role, agency in ((TAX, "agency_t", "national_tax"), (SOCIAL, "agency_h", "social_insurance")):
        add_staff(
            number,
            name=number,
            password="heyi-yanshi-2026",
            roles=[role],
            registrar_code="330702",
            agency=agency,
            now=now,
        )
    return made


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_confirm_report_and_settle(ref: str, program: Programs) -> None:
    tax, social, clerk = program(TAX), program(SOCIAL), program(CLERK)
    listed = tax.get("/receipts").json
    assert listed["counts"] == {"sent": 1, "reported": 0}
    one = listed["items"][0]
    assert (one["ref"], one["agency"]) == (ref, "tax")
    address = f"/receipts/{one['receipt']}"
    assert social.get(address).status_code == 404
    assert social.post(f"{address}/acknowledgement", json={}).status_code == 404
    assert clerk.get(address).status_code == 403

    first = tax.post(f"{address}/acknowledgement", json={"number": "T-1"}, key="once")
    again = tax.post(f"{address}/acknowledgement", json={"number": "T-1"}, key="once")
    assert first.json["number"] == again.json["number"] == "T-1"
    assert again.headers["Idempotency-Replayed"] == "true"
    assert tax.post(f"{address}/acknowledgement", json={}).json["acknowledged_at"] == first.json["acknowledged_at"]
    other = tax.post(f"{address}/acknowledgement", json={"number": "T-2"})
    assert (other.status_code, other.json["errors"][0]["code"]) == (422, "number.assigned_already")

    assert "domicile" in one["fields"]
    body = {"field": "domicile", "words": "门牌号不符"}
    made = tax.post(f"{address}/reports", json=body).json["report"]
    assert tax.post(f"{address}/reports", json=body).json["report"] == made
    assert tax.post(f"{address}/reports", json={"field": "owners", "words": "x"}).status_code == 422

    waiting = clerk.get("/inbox?view=reported").json
    assert [row["ref"] for row in waiting["items"]] == [ref]
    assert waiting["counts"]["reported"] == 1
    shown = clerk.get(f"/applications/{ref}/receipts").json["items"]
    reports = [report for row in shown for report in row["reports"]]
    assert [report["words"] for report in reports] == ["门牌号不符"]
    assert program("lin@example.cn").get(f"/applications/{ref}/receipts").status_code == 403
    steps = program("lin@example.cn").get(f"/applications/{ref}/next-steps").json["items"]
    assert "clarifying" in {row["state"] for row in steps}

    settle = f"/applications/{ref}/receipts/reports/{made}"
    early = clerk.post(settle, json={"settlement": "corrected", "words": "已更正"})
    assert (early.status_code, early.json["errors"][0]["code"]) == (422, "receipt.no_correction")
    assert clerk.post(settle, json={"settlement": "explained", "words": "已核实"}).status_code == 200
    late = clerk.post(settle, json={"settlement": "explained", "words": "再答"})
    assert (late.status_code, late.json["code"]) == (409, "receipt_is_settled")
    assert tax.get(address).json["reports"][0]["answer"] == "已核实"
    assert tax.get("/receipts?view=reported").json["items"] == []
