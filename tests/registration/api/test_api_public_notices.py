"""Public notices through the API: listed, read, and objected to without an account."""

from registration import clock
from tests.fixtures.closings import announced, licensed, notice_of
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program

database_url = sqlite_only


def test_a_notice_is_read_and_objected_to(stranger: Program) -> None:
    code = licensed(now=clock.now())
    ref = announced(code, now=clock.now())
    notice = notice_of(ref)
    (listed,) = stranger.get("/notices").json["items"]
    assert (listed["code"], listed["last_on"], listed["status"]) == (code, notice.last_on.isoformat(), "open")
    assert listed["objections_until"] == listed["last_on"]
    assert stranger.get("/notices/GG-2026-0").status_code == 404
    given = {"name": "样例债权人有限公司", "contact": "13800000001", "reason": "还欠货款"}
    made = stranger.post(f"/notices/{notice.ref}/objections", json=given, key="one")
    assert made.status_code == 201
    assert made.json["notice"]["status"] == "objected"
    assert "13800000001" not in made.text
    assert stranger.post(f"/notices/{notice.ref}/objections", json=given, key="two").json["code"] == "notice_is_over"
    assert stranger.get("/notices").json["items"] == []
