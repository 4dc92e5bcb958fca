"""Who holds a case, over HTTP: given to a colleague, absences, one step for several."""

from collections.abc import Callable
from datetime import timedelta

from registration import clock
from tests.fixtures.database import sqlite_only
from tests.fixtures.office import CLERK, DIRECTOR, LIN, WINDOW, case_of, file_in
from tests.registration.api.conftest import Program

Programs = Callable[[str], Program]

database_url = sqlite_only


def test_a_file_changes_hands(program: Programs) -> None:
    ref, free = file_in(claimed_by=CLERK), file_in(trade="听泉样例")
    clerk, window, director = (program(login) for login in (CLERK, WINDOW, DIRECTOR))
    holder, given = f"/applications/{ref}/holder", {"to": WINDOW, "reason": "均衡工作量"}
    assert clerk.post(holder, json=given).status_code == 403
    assert program("0420").post(holder, json=given).status_code == 404
    stale = director.post(holder, json=given, headers={"If-Match": '"1"'})
    assert stale.status_code in (409, 412)
    assert director.post(holder, json=given).json["version"] == case_of(ref).version
    (change,) = clerk.get(holder).json["items"]
    assert (change["by"], change["holder"], change["former"]) == (DIRECTOR, WINDOW, CLERK)
    assert program(LIN).get(holder).status_code == 403

    today = clock.local_date(clock.now())
    days = {"first": today.isoformat(), "last": (today + timedelta(days=1)).isoformat()}
    assert window.post("/absences", json={**days, "substitute": CLERK}).json["errors"][0]["path"] == "substitute"
    absence = window.post("/absences", json=days).json["absence"]
    assert [one["absence"] for one in director.get("/absences").json["items"]] == [absence]
    back = director.post(f"/applications/{free}/holder", json=given)
    assert back.json["errors"][0]["code"] == "colleague.away"
    assert clerk.post(f"/applications/{ref}/stand-in", json={}).status_code == 409

    order = {"what": "take", "refs": [free, ref]}
    away = window.post("/bulk", json=order).json["items"]
    assert away[0]["code"] == "bulk_while_away"
    assert window.post(f"/absences/{absence}/end", json={}).status_code == 200
    look = clerk.post("/bulk", json=order).json
    assert (look["dry_run"], [one["done"] for one in look["items"]]) == (True, [True, False])
    assert case_of(free).holder_id is None
    done = clerk.post("/bulk", json={**order, "dry_run": False}).json["items"]
    assert [(one["done"], one["code"]) for one in done] == [(True, None), (False, "bulk_is_held")]
    assert clerk.post("/bulk", json={"what": "assign", "refs": [ref]}).status_code == 422
