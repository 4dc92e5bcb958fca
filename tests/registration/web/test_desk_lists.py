"""A clerk narrows, orders and keeps a list; everybody of the desk finds what is theirs, from any page."""

from collections.abc import Callable

import pytest

from registration import clock
from registration.operations.saved_views import MOST_VIEWS
from tests.fixtures.cases import actor_of, five_numbers, individual, person, submitted
from tests.fixtures.cases_of_others import at_agencies
from tests.fixtures.office import APPROVER, CLERK, LICENSING, LIN
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]


def file_in(trade: str) -> str:
    form = individual(trade=trade)
    return submitted("individual", form, registrar="330702", actor=actor_of(LIN), now=clock.now())


def test_a_list_is_narrowed_ordered_kept_and_deleted(visit: Visit) -> None:
    far, near = file_in("远山样例"), file_in("听泉样例")
    clerk, address = visit(CLERK), "/desk/inbox?view=unclaimed&entity_type=individual&sort=name"
    shown = words(clerk.get(address))
    assert shown.index(near) < shown.index(far), "tingquan is before yuanshan"
    nothing = words(clerk.get("/desk/inbox?view=unclaimed&entity_type=llc"))
    assert "没有符合这些条件的申请" in nothing
    assert far not in nothing
    assert far in words(clerk.get("/desk/inbox?view=unclaimed&sort=strange")), "an unknown order is the usual one"

    kept = {"view": "unclaimed", "entity_type": "individual", "sort": "name", "other": "1"}
    refused = clerk.post("/desk/lists", name=" ", **kept)
    assert refused.status_code == 422
    assert 'href="#name"' in refused.text
    assert 'value="individual" selected' in refused.text
    assert clerk.post("/desk/lists", name="个体户", **kept).location == address
    link = 'href="/desk/inbox?view=unclaimed&amp;entity_type=individual&amp;sort=name"'
    assert link in clerk.get("/desk/inbox?view=done").text
    assert "个体户</a>" not in visit("0317").get("/desk/inbox?view=unclaimed").text, "each has the own lists"
    assert visit("0317").post("/desk/lists/1/delete").status_code == 404
    assert clerk.post("/desk/lists/1/delete", view="done").status_code == 303
    assert link not in clerk.get("/desk/inbox?view=done").text
    for number in range(MOST_VIEWS):
        assert clerk.post("/desk/lists", name=f"列表{number}", view="done").status_code == 303
    assert clerk.post("/desk/lists", name="列表0", view="mine").status_code == 303, "an earlier one is replaced"
    assert f"最多保存{MOST_VIEWS}个列表" in words(clerk.post("/desk/lists", name="再一个", view="done"))


def test_each_role_begins_where_it_has_work(visit: Visit) -> None:
    file_in("听泉样例")
    clerk, approver, licensing = (visit(login).get("/desk/inbox") for login in (CLERK, APPROVER, LICENSING))
    assert "待领取 1" in words(clerk)
    assert 'view=unclaimed" aria-current="page"' in clerk.text
    assert "领取下一件" in words(clerk)
    assert "待我核准" not in words(clerk), "nothing waits for an examiner's approval"
    assert 'view=approval" aria-current="page"' in approver.text
    assert "领取下一件" not in words(approver)
    assert "待领取 0" in words(licensing), "what waits for an examiner is nothing that this desk may take"


@pytest.mark.parametrize(
    ("sought", "why"),
    [
        ("听泉晚", "企业名称"),
        ("wanzhou", ""),
        ("tqwz", "名称的拼音：tqwzxx"),
        ("样例街道", "住所：样例街道"),
        ("person", "人员："),
    ],
)
def test_the_office_reads_why_a_case_was_found(visit: Visit, sought: str, why: str) -> None:
    ref = at_agencies(clock.now())
    asked = person("p1")["name"] if sought == "person" else sought
    found = words(visit("0418").get("/desk/search", query_string={"q": asked}))
    assert (ref in found) is bool(why), "a reading is found from where a word begins"
    assert why in found


def test_an_agency_finds_its_own_cases_and_not_by_what_it_may_not_see(visit: Visit) -> None:
    ref = at_agencies(clock.now())
    officer, secret = visit("3301"), person("p1")
    assert ref in words(officer.get("/desk/search", query_string={"q": "听泉"}))
    for hidden in (secret["name"], secret["id_no"], "样例街道"):
        assert "没有找到" in words(officer.get("/desk/search", query_string={"q": hidden})), hidden
    own = submitted("llc", five_numbers(trade="枫桥夜泊"), registrar="330784", actor=actor_of(LIN), now=clock.now())
    assert own not in words(officer.get("/desk/search", query_string={"q": "枫桥"})), "the agency has no part in it yet"
    number = words(visit("0418").get("/desk/search", query_string={"q": secret["id_no"]}))
    assert ref in number
    assert "证件号码" in number
    assert secret["id_no"] not in number.replace(f"“{secret['id_no']}”", "")
    assert visit(LIN).get("/desk/search?q=x").status_code == 403
