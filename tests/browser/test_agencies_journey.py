"""The model of 2015 at its five desks, by clicking: numbers, an objection by field, and one notice of all points."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from registration import clock
from registration.matters import definition_of
from registration.operations.act import act
from registration.settings import Settings
from tests.browser.conftest import Arrivals
from tests.browser.visitor import Visitor
from tests.fixtures.cases import actor_of, five_numbers, submitted

APPLICANT, WINDOW, EXAMINER = "jiang@example.cn", "0417", "0418"
TRADE = "寒江映雪"
QUALITY, NATIONAL, LOCAL, SOCIAL, STATISTICS = "3301", "3302", "3303", "3304", "3305"
PARTS = {NATIONAL: "national_tax", SOCIAL: "social_insurance"}
NARROW: ViewportSize = {"width": 1024, "height": 768}
SECOND = "与参保登记的名称不符"
OBJECTION, ANSWER = "核算方式与申报不符", "申报表写明小企业会计准则，与所选一致"


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_five_agencies_give_five_numbers(arrive: Arrivals, at_work: Settings, tmp_path: Path) -> None:
    ref = with_the_agencies()
    give(arrive(login=QUALITY), ref)
    object_to(arrive(login=NATIONAL, at=NARROW), ref)
    overrule(arrive(login=WINDOW), ref)
    read_the_answer(arrive(login=NATIONAL, at=NARROW), ref)
    for login in (NATIONAL, LOCAL, SOCIAL):
        give(arrive(login=login), ref)
    # Statistics waits for the others, and in English everything is as it is in Chinese.
    given = give(arrive(login=STATISTICS, lang="en", at=NARROW), ref)

    applicant = arrive(login=APPLICANT)
    applicant.open(f"/applications/{ref}")
    made: Callable[[], Locator] = lambda: applicant.page.get_by_text("营业执照已经制作")  # noqa: E731
    applicant.reload_until(made)
    numbers = [text for text in applicant.page.locator("ul.tasks .code").all_inner_texts() if text]
    assert given in numbers
    assert_on_paper(applicant, numbers, tmp_path / "licence.pdf")


@pytest.mark.thorough
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("lang", "trade"), [("zh", "听泉晚舟"), pytest.param("en", "枫桥望月", marks=pytest.mark.exhaustive)]
)
def test_the_points_of_two_agencies_go_into_one_notice(
    arrive: Arrivals, at_work: Settings, lang: str, trade: str
) -> None:
    ref = with_the_agencies(trade)
    give(arrive(login=QUALITY), ref)
    for login, words_there in ((NATIONAL, OBJECTION), (SOCIAL, SECOND)):
        object_to(arrive(login=login, at=NARROW, lang=lang), ref, said=words_there)
    clerk = arrive(login=WINDOW, at=NARROW, lang=lang)
    clerk.open("/desk/inbox?view=objections")
    clerk.sees(ref)
    clerk.does_not_scroll_sideways()
    clerk.open(f"/desk/cases/{ref}/parts")
    clerk.sees(OBJECTION, SECOND)
    clerk.does_not_scroll_sideways()
    clerk.press(words(clerk, "objection_upheld", of_part=False))
    for box in clerk.page.locator('textarea[name^="how.o."]').all():
        box.fill("请按实际情况填写")
    clerk.press("预览告知书")
    clerk.sees("有2处需要补正", "（国家税务局提出）", "（人力资源和社会保障局提出）")
    clerk.does_not_scroll_sideways()
    clerk.press(words(clerk, "objection_upheld", of_part=False))

    applicant = arrive(login=APPLICANT, lang=lang)
    applicant.open(f"/applications/{ref}")
    applicant.sees(OBJECTION, SECOND)
    for login in (NATIONAL, SOCIAL):
        officer = arrive(login=login, at=NARROW, lang=lang)
        officer.open("/agencies/inbox")
        officer.sees(officer.say("异议成立"))
        officer.open(f"/agencies/cases/{ref}/{PARTS[login]}")
        officer.sees(officer.say("已写入告知书：%(words)s", words=""))
        officer.does_not_scroll_sideways()


def with_the_agencies(trade: str = TRADE) -> str:
    """Submitted, accepted and approved behind the pages: those steps have their own road."""
    now = clock.now()
    ref = submitted("llc", five_numbers(trade=trade), registrar="330784", actor=actor_of(APPLICANT), now=now)
    act(ref, "accept", actor=actor_of(WINDOW), now=now)
    act(ref, "start", actor=actor_of(EXAMINER), now=now)
    act(ref, "approve", actor=actor_of(EXAMINER), now=now, opinion="符合法定形式")
    return ref


def give(officer: Visitor, ref: str) -> str:
    """Takes the part out of the agency's inbox and lets the system give the number, if it has one; returns it."""
    key = claim(officer, ref)
    officer.press(words(officer, "assign"))
    proposed = officer.page.locator(".strip .code")
    number = proposed.inner_text() if proposed.count() else ""
    officer.press(words(officer, "assign"))
    # Nothing else waits for this officer, who stands in the inbox again.
    officer.sees(officer.say("联办收件箱"))
    officer.open(f"/agencies/cases/{ref}/{key}")
    officer.does_not_scroll_sideways()
    assert "".join(officer.page.locator(".strip .code").all_inner_texts()) == number
    return number


def object_to(officer: Visitor, ref: str, *, said: str = OBJECTION) -> None:
    key = claim(officer, ref)
    officer.press(words(officer, "object"))
    # An objection without a reason or a word at a field is no objection.
    officer.press(words(officer, "object"))
    officer.is_told_off("reason")
    officer.open(f"/agencies/cases/{ref}/{key}")
    officer.answer("what.section.name", said)
    # The script keeps it: the page can be left and comes back with it.
    expect(officer.page.locator("[data-saved]")).not_to_be_empty()
    officer.page.reload()
    expect(officer.control("what.section.name")).to_have_value(said)
    officer.does_not_scroll_sideways()
    officer.press(words(officer, "object"))
    expect(officer.control("what.section.name")).to_have_value(said)
    officer.press(words(officer, "object"))
    officer.open(f"/agencies/cases/{ref}/{key}")
    officer.sees(said)


def overrule(clerk: Visitor, ref: str) -> None:
    clerk.open("/desk/inbox?view=objections")
    clerk.sees(ref)
    clerk.open(f"/desk/cases/{ref}")
    clerk.follow("并联办理")
    clerk.sees(OBJECTION)
    clerk.press(words(clerk, "objection_overruled", of_part=False))
    clerk.type(reason=ANSWER)
    clerk.press(words(clerk, "objection_overruled", of_part=False))
    clerk.open("/desk/inbox?view=objections")
    expect(clerk.page.locator("main").get_by_text(ref)).to_have_count(0)


def read_the_answer(officer: Visitor, ref: str) -> None:
    """It stands in the inbox until somebody of the agency confirms to have read it."""
    officer.open("/agencies/inbox")
    officer.sees(ANSWER)
    officer.does_not_scroll_sideways()
    officer.open(f"/agencies/cases/{ref}/{PARTS[NATIONAL]}")
    officer.sees(OBJECTION, ANSWER, "综合窗口")
    officer.press("看过了，从收件箱去掉")
    expect(officer.page.locator("main").get_by_text(ANSWER)).to_have_count(0)


def claim(officer: Visitor, ref: str) -> str:
    """Claims the agency's own part in its inbox; returns the part's key."""
    officer.open("/agencies/inbox")
    with officer.page.expect_navigation():
        officer.page.get_by_role("row").filter(has_text=ref).get_by_role("button").click()
    officer.sees(ref)
    return officer.page.url.rpartition("/")[2].partition("?")[0]


def words(visitor: Visitor, action: str, *, of_part: bool = True) -> str:
    definition = definition_of("establishment@1")
    actions = definition.parts.actions if of_part and definition.parts else definition.actions
    return str(actions[action].label["en"] if visitor.lang == "en" else actions[action].label["zh"])


def assert_on_paper(applicant: Visitor, numbers: list[str], path: Path) -> None:
    """The applicant sees what the agencies gave, and all of it with the registration number stands on the licence."""
    with applicant.page.expect_download() as coming:
        applicant.page.get_by_role("link", name="下载（PDF）").first.click()
    coming.value.save_as(path)
    with pypdfium2.PdfDocument(path) as document:
        printed = bare(document[0].get_textpage().get_text_range())
    applicant.page.get_by_role("link", name="查验", exact=True).first.click()
    shown = [bare(text) for text in applicant.page.locator(".result dl .code").all_inner_texts()]
    assert len(shown) == 5
    assert {bare(number) for number in numbers} < set(shown)
    assert [number for number in shown if number not in printed] == []


def bare(text: str) -> str:
    """Without the hyphens and spaces that only help the eye."""
    return "".join(sign for sign in text if sign.isalnum())
