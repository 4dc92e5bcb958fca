"""A partnership with a partner from Hong Kong through the API: refused at one registrar, begun again at the other."""

from collections.abc import Callable

from tests.fixtures.cases import limited_partnership
from tests.fixtures.database import sqlite_only
from tests.registration.api.conftest import Program
from tests.registration.api.test_api_journey import ok

Programs = Callable[[str], Program]
database_url = sqlite_only
PERMIT = {"id_type": "hk_macao_permit", "id_no": "H12345678", "born_on": "1980-01-01", "sex": "male"}
SAID = {
    "field": "restricted",
    "declared": True,
    "recipient": "苏知禾",
    "recipient_address": "浙江省金华市婺城区样例路1号",
    "recipient_phone": "13800000001",
}


def faults(lin: Program, ref: str) -> set[tuple[str, str]]:
    tasks = ok(lin.get(f"/applications/{ref}"))["tasks"]
    return {(one["path"], one["code"]) for task in tasks for one in task["errors"]}


def test_a_draft_is_begun_again_with_its_answers_where_it_may_be_registered(program: Programs) -> None:
    lin, form = program("lin@example.cn"), limited_partnership()
    form["people"][1] |= PERMIT
    form["partners"]["currency"] = "HKD"
    ref = ok(lin.post("/applications", json={"entity_type": "lp", "registrar": "330702"}), 201)["ref"]
    refused = lin.call("PATCH", f"/applications/{ref}/form", json=form)
    assert refused.status_code == 200, refused.text
    wrong = faults(lin, ref)
    assert {("people.1.id_type", "foreign.other_registrar"), ("foreign", "section.missing")} <= wrong
    again = lin.post(f"/applications/{ref}/elsewhere", json={"registrar": "330701"})
    new = ok(again, 201)["ref"]
    assert again.headers["Location"].endswith(new)
    ok(lin.put(f"/applications/{new}/form/foreign", json=SAID))
    made = ok(lin.get(f"/applications/{new}"))
    assert (faults(lin, new), made["registrar"]) == (set(), "330701")
    assert (made["form"]["partners"]["currency"], made["name"]) == (
        "HKD",
        "金华市婺城区双溪样例餐饮管理中心（有限合伙）",
    )
    wanted = {need["kind"] for need in ok(lin.get(f"/applications/{new}/materials"))["needs"] if need["required"]}
    assert {"legal_papers_recipient", "restricted_field_proof"} <= wanted
    # The draft before stays as it was, and only a draft is begun again.
    ok(lin.act(new, "withdraw"))
    assert lin.post(f"/applications/{new}/elsewhere", json={"registrar": "330701"}).status_code == 409
    assert ok(lin.get(f"/applications/{ref}"))["registrar"] == "330702"
