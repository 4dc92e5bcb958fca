"""A decision on the page of the file: two clicks, one page, and the next file is open."""

import re
from collections.abc import Callable
from html import unescape

from werkzeug.test import TestResponse

from registration import database
from registration.models import Account
from tests.fixtures.cases import actor_of, person
from tests.fixtures.office import CLERK, case_of, file_in
from tests.fixtures.visitor import Visitor, value_of, words

Visit = Callable[..., Visitor]


class Clicker:
    """A person at the desk who opens pages and presses what they show; counts both."""

    def __init__(self, visitor: Visitor, address: str) -> None:
        self.visitor, self.clicks, self.loads = visitor, 0, 0
        self._open(visitor.get(address))
        self.loads = 0

    def _open(self, answer: TestResponse) -> None:
        self.loads += 1
        while answer.status_code == 303:
            self.at = answer.location
            answer = self.visitor.get(answer.location)
        self.page = answer

    def unfold(self, label: str) -> None:
        assert re.search(rf"<summary class=\"btn[^>]*>{label}</summary>", self.page.text), label
        self.clicks += 1

    def press(self, action: str, **typed: str) -> None:
        """The button of an action, with what its form holds."""
        button = re.search(rf'name="deciding" value="{action}" formaction="([^"]+)"', self.page.text)
        assert button is not None, action
        checked = re.findall(r'name="([^"]+)" value="([^"]*)" checked', self.page.text)
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page.text)
        form = {name: unescape(value) for name, value in [*hidden, *checked] if name != "csrf_token"}
        self.clicks += 1
        self._open(self.visitor.post(button[1], data={**form, "deciding": action, **typed}))


def marked_in_order(page: str) -> dict[str, str]:
    return {f"mark.{target}": "ok" for target in re.findall(r'id="mark\.([^"]+)"', page)}


def test_a_decision_costs_two_clicks_and_one_page_and_the_next_file_is_open(visit: Visit) -> None:
    first = file_in(claimed_by="0218", registrar="330701")
    later = file_in(claimed_by="0218", registrar="330701", trade="听泉样例")
    free = file_in(registrar="330701", trade="远山样例")
    examiner = Clicker(visit("0218"), f"/desk/cases/{first}")
    # With nothing marked it warns once, names what is left, and loses nothing typed.
    examiner.press("recommend", **{"opinion.recommend": "材料齐全，拟准予"})
    assert "没有标记" in words(examiner.page)
    assert "材料齐全，拟准予" in examiner.page.text
    assert case_of(first).state == "under_examination"
    examiner.press("recommend", **{"opinion.recommend": "材料齐全，拟准予"})
    assert case_of(first).state == "pending_approval"
    assert examiner.at == f"/desk/cases/{later}"
    assert f'href="/desk/cases/{first}"' in examiner.page.text.split('role="status"')[1].split("</div>")[0]

    # What was typed here is not lost on the page of another action.
    asked = examiner.visitor.post(f"/desk/cases/{later}/ask/release", data={"opinion.recommend": "材料齐全，拟准予"})
    assert value_of(asked, "opinion.recommend") == "材料齐全，拟准予"

    # Marked, it is two clicks and one page; with no own file left a new one is claimed.
    examiner.visitor.post(f"/desk/cases/{later}", data=marked_in_order(examiner.page.text))
    examiner = Clicker(examiner.visitor, f"/desk/cases/{later}")
    examiner.unfold("提出审查意见")
    examiner.press("recommend")
    assert (examiner.clicks, examiner.loads) == (2, 1)
    assert examiner.at == f"/desk/cases/{free}"
    assert case_of(free).holder_id == actor_of("0218").account_id

    # The approver reads the opinion, the marks with their author, and decides in the same way.
    approver = Clicker(visit("0219"), f"/desk/cases/{later}")
    assert "0218号：通过" in words(approver.page)
    assert "申请材料齐全，符合法定形式，拟准予登记。" in words(approver.page)
    approver.unfold("准予登记")
    approver.press("approve")
    assert (approver.clicks, approver.loads, approver.at) == (2, 1, f"/desk/cases/{first}")
    assert case_of(later).state == "approved"
    # Who would rather see the inbox says so once.
    answer = approver.visitor.post(
        f"/desk/cases/{first}/act/approve",
        version=value_of(approver.page, "version"),
        data={"opinion_of.approve": "in_order", "go_on_shown": "1"},
    )
    assert answer.location == "/desk/inbox"
    assert "已办理：准予登记" in words(approver.visitor.get("/desk/inbox"))


def test_a_file_in_which_the_clerk_takes_part_is_skipped_and_the_keys_can_be_switched_off(visit: Visit) -> None:
    ref, clerk = file_in(), visit(CLERK)
    with database.transaction() as session:
        account = session.get_one(Account, actor_of(CLERK).account_id)
        account.name = person("p2")["name"]
    assert clerk.post("/desk/next").location == "/desk/inbox?view=unclaimed"
    assert case_of(ref).holder_id is None
    page = clerk.get("/desk/inbox").text
    assert "data-keys" in page
    assert clerk.post("/desk/shortcuts", keys="off").location == "/desk/shortcuts"
    assert "已关闭" in words(clerk.get("/desk/shortcuts"))
    assert "data-keys" not in clerk.get("/desk/inbox").text
    clerk.post("/desk/shortcuts", keys="on")
    assert "data-keys" in clerk.get("/desk/inbox").text
