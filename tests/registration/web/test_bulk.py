"""One step for several files: what would happen to each, then what happened, one refusal stopping no other."""

import re
from collections.abc import Callable

from sqlmodel import select

from registration import database
from registration.models import Account
from tests.fixtures.cases import actor_of
from tests.fixtures.office import CLERK, DIRECTOR, WINDOW, case_of, file_in
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]


def confirmed(page: str) -> dict[str, list[str]]:
    """What the form of a dry run sends."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.split("/bulk/done")[1]):
        found.setdefault(name, []).append(value)
    del found["csrf_token"]
    return found


def test_several_files_are_claimed_given_and_put_back_each_on_its_own(examined: str, visit: Visit) -> None:
    free, other = file_in(trade="听泉样例"), file_in(trade="远山样例")
    clerk, window, director = visit(CLERK), visit(WINDOW), visit(DIRECTOR)
    page = window.get("/desk/inbox?view=unclaimed&all=1").text
    assert sorted(re.findall(r'name="case" value="([^"]+)" form="picked" checked', page)) == sorted([free, other])
    assert "交给他人办理" not in page
    assert window.post("/desk/bulk", what="assign", data={"case": [free]}).status_code == 303
    assert window.post("/desk/bulk", what="take").status_code == 303
    assert "请勾选1到100件" in words(window.get("/desk/inbox"))

    # The dry run changes nothing and says why; a file that changes meanwhile is refused alone.
    stranger = "HY-2026-999999"
    look = window.post("/desk/bulk", what="take", data={"case": [free, other, examined, stranger]})
    assert "可以办2件，不能办2件" in words(look)
    assert "已由别人经办" in words(look)
    assert case_of(free).holder_id is None
    for action in ("claim", "release"):
        assert clerk.post(f"/desk/cases/{other}/act/{action}").status_code == 303
    done = window.post("/desk/bulk/done", data=confirmed(look.text))
    assert "办成1件，没有办成1件" in words(done)
    assert "您读取之后有人修改了这份申请" in words(done)
    assert clerk.post(f"/desk/cases/{other}/act/take_over").status_code == 303
    assert case_of(free).holder_id == actor_of(WINDOW).account_id
    assert case_of(other).holder_id == actor_of(CLERK).account_id

    asked = director.post("/desk/bulk", what="assign", data={"case": [free, other]})
    assert "会怎样" in words(asked)
    assert "/bulk/done" not in asked.text
    with database.transaction() as session:
        session.exec(select(Account).where(Account.login == CLERK)).one().name = "苏知禾"
    look = director.post("/desk/bulk", what="assign", to=CLERK, reason="值班", data={"case": [free, other]})
    assert ("应当回避" in words(look), "已经由0318号经办" in words(look)) == (True, True)
    look = director.post("/desk/bulk", what="assign", to=WINDOW, reason="值班", data={"case": [free, other]})
    assert "可以办1件" in words(look)
    assert "办成1件" in words(director.post("/desk/bulk/done", data=confirmed(look.text)))

    look = window.post("/desk/bulk", what="give_back", data={"case": [free, other]})
    assert "办成2件，没有办成0件" in words(window.post("/desk/bulk/done", data=confirmed(look.text)))
    assert case_of(free).holder_id is None
