"""Programs search the register and read one entity of it, as anybody may."""

import json
from datetime import timedelta

from registration import clock
from registration.rules.register_items import register_items
from tests.fixtures.cases import person
from tests.fixtures.licences import sheets
from tests.registration.api.conftest import Program
from tests.registration.api.test_api_ledger import database_url, ref

__all__ = ["database_url", "ref"]


def test_the_register_is_open_to_programs(stranger: Program, ref: str) -> None:
    code, today = sheets(ref)[0].code, clock.local_date(clock.now())
    page = stranger.get("/register", query_string={"q": "双溪样例"}).json
    assert [one["code"] for one in page["items"]] == [code]
    assert page["next"] is None
    found = stranger.get(f"/register/{code}", query_string={"on": today.isoformat()}).json
    assert (found["state"], found["on"]) == ("active", today.isoformat())
    items = {one["item"]: one for one in found["items"]}
    assert items["domicile"]["value"].endswith("双溪路16号")
    assert {key for key in items if not register_items()[key].is_public} == set()
    written = json.dumps(found, ensure_ascii=False)
    assert not [key for key in ("id_no", "mobile", "address") if person("p1")[key] in written]
    to_come = stranger.get(f"/register/{code}", query_string={"on": (today + timedelta(days=1)).isoformat()})
    assert (to_come.status_code, to_come.json["errors"][0]["code"]) == (422, "register.day_to_come")
    assert stranger.get("/register/9133").status_code == 404
    assert stranger.get("/register", query_string={"q": "双溪", "cursor": "x"}).status_code == 422
