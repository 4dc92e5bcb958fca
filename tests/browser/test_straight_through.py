"""A shop gets its licence seconds after its owner signed, and nobody of the office has touched it: two persons switch
it on, the owner clicks, the system decides, and a person audits the decision afterwards."""

import re
from pathlib import Path

import pypdfium2
import pytest

from tests.browser.applying import Firm, begin, sign_up
from tests.browser.conftest import Arrivals
from tests.browser.desk import download_licence
from tests.browser.test_every_type import Journey, all_sign, ask_to_sign, fill_in
from tests.browser.visitor import PHONE, Visitor
from tests.fixtures.cases import person
from tests.fixtures.office import APPROVER, DIRECTOR
from tests.fixtures.straight_through import EMPTY_LIST, shop


def journey() -> Journey:
    """An owner and an address that no other shop of the tests has."""
    form = shop(trade="拾穗样例", people=[person("p6") | {"key": "p1"}])
    form["domicile"]["street"] = "样例街道拾穗路7号"
    return Journey("individual", form, ("个体工商户", "何见山"), files=())


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_a_shop_has_its_licence_without_a_clerk(arrive: Arrivals, tmp_path: Path) -> None:
    director = arrive(login=DIRECTOR)
    switch_on(director, arrive(login=APPROVER))

    applicant, wanted = arrive(at=PHONE), journey()
    sign_up(applicant, Firm("拾穗样例", "gleaner@example.cn"))
    ref = begin(applicant, wanted.entity_type, wanted.at[0])
    fill_in(applicant, ref, wanted)
    ask_to_sign(applicant, ref)
    all_sign(applicant, arrive, wanted)
    with pypdfium2.PdfDocument(download_licence(applicant, ref, tmp_path)) as paper:
        text = re.sub(r"\s", "", paper[0].get_textpage().get_text_range())
    assert [words for words in wanted.printed if words not in text] == []
    applicant.sees(applicant.say("由系统自动核准"))
    applicant.does_not_scroll_sideways()

    audit(director, ref)


def switch_on(director: Visitor, approver: Visitor) -> None:
    """A list is loaded, so that everybody is compared with one, then the switch: one proposes, the other confirms."""
    director.open("/desk/barred")
    director.type(list="法院")
    director.hand_in("file", "名单.csv", EMPTY_LIST.encode(), "text/csv")
    director.type(reason="法院来函")
    director.press("提出，等另一人决定")
    approver.open("/desk/barred")
    approver.press("同意")
    director.open("/desk/straight-through")
    director.does_not_scroll_sideways()
    director.pick("entity_type", "individual")
    director.type(sample_percent="100", reason="试行")
    director.press("提出，等另一人决定")
    approver.open("/desk/straight-through")
    approver.press("同意")
    approver.sees(approver.say("开，抽查%(percent)s%%", percent=100))


def audit(director: Visitor, ref: str) -> None:
    director.open("/desk/samples")
    director.sees(ref)
    director.open(f"/desk/samples/{ref}")
    director.does_not_scroll_sideways()
    director.page.get_by_label(director.say("无误")).check()
    director.press("记录结论")
    director.sees(director.say("已记录抽查结论"))
