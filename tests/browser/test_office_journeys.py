"""Clerks among each other: a claim that is lost, a file given to a colleague, an absence, a step for several files."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import expect

from registration import clock
from registration.errors import Conflict
from registration.operations import staff
from registration.operations.samples import PASSWORD
from registration.settings import Settings
from tests.browser.conftest import Arrivals
from tests.browser.desk import action_words, decide
from tests.browser.visitor import Visitor
from tests.fixtures.cases import actor_of, company, submitted

OWNER, EXAMINER, COLLEAGUE, DIRECTOR = "zhou@example.cn", "0218", "0228", "0220"
pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]


@pytest.fixture
def handed_in(at_work: Settings) -> Callable[[str], str]:
    """Files a company behind the pages; a second examiner of the registrar is there."""
    now = clock.now()
    # The deployment is shared by the tests of a worker, so that she may be there already.
    with suppress(Conflict):
        staff.add_staff(COLLEAGUE, PASSWORD, COLLEAGUE, roles=["examiner"], registrar_code="330701", now=now)
    return lambda trade: submitted("llc", company(trade=trade), registrar="330701", actor=actor_of(OWNER), now=now)


def test_the_slower_of_two_clerks_is_told_who_has_the_file(arrive: Arrivals, handed_in: Callable[[str], str]) -> None:
    ref = handed_in("疏影横斜")
    slow, quick = arrive(lang="en", login=EXAMINER), arrive(login=COLLEAGUE)
    for clerk in (slow, quick):
        clerk.open(f"/desk/cases/{ref}")
    quick.press(action_words("claim", quick))
    slow.press(action_words("claim", slow))
    slow.sees(f"No. {COLLEAGUE} has just done this")
    slow.does_not_scroll_sideways()
    quick.open("/desk/inbox?view=mine")
    expect(quick.page.get_by_text(ref)).to_be_visible()


def test_a_director_gives_a_file_to_a_colleague_and_a_substitute_takes_those_of_who_is_away(
    arrive: Arrivals, handed_in: Callable[[str], str]
) -> None:
    ref = handed_in("暗香浮动")
    examiner, director = arrive(login=EXAMINER), arrive(login=DIRECTOR)
    claim(examiner, ref)
    director.open(f"/desk/cases/{ref}/holder")
    director.press("交给他办理")
    director.is_told_off("to")
    director.pick("to", COLLEAGUE)
    director.type(reason="经办人外出培训")
    director.press("交给他办理")
    examiner.open("/desk/inbox")
    expect(examiner.page.locator(".notice").filter(has_text=ref)).to_contain_text(COLLEAGUE)

    colleague = arrive(login=COLLEAGUE)
    colleague.open("/desk/absences")
    today = clock.local_date(clock.now()).isoformat()
    colleague.type(first=today, last=today)
    colleague.pick("substitute", EXAMINER)
    colleague.press("登记请假")
    colleague.sees("现在请假")
    examiner.open("/desk/stand-in")
    with examiner.page.expect_navigation():
        examiner.page.get_by_role("row").filter(has_text=ref).get_by_role("button").click()
    decide(examiner, "recommend", "材料齐全，符合法定形式。")
    colleague.open("/desk/absences")
    with colleague.page.expect_navigation():
        colleague.page.get_by_role("button", name="结束请假").click()
    expect(colleague.page.get_by_text("现在请假")).to_have_count(0)


def test_several_files_are_tried_first_and_then_claimed(arrive: Arrivals, handed_in: Callable[[str], str]) -> None:
    refs = [handed_in(trade) for trade in ("月落乌啼", "江枫渔火", "夜半钟声")]
    examiner, colleague = arrive(login=EXAMINER), arrive(login=COLLEAGUE)
    examiner.open("/desk/inbox?view=unclaimed")
    for ref in refs:
        examiner.page.locator(f'input[name="case"][value="{ref}"]').check()
    examiner.pick("what", "take")
    examiner.press("先看会怎样")
    examiner.sees("可以办3件", *refs)
    # A colleague is quicker with one of them: it alone is refused, in the report.
    claim(colleague, refs[0])
    with examiner.page.expect_navigation():
        examiner.page.locator('form[action$="/bulk/done"] button').click()
    examiner.sees("办成2件，没有办成1件")
    examiner.does_not_scroll_sideways()


def claim(clerk: Visitor, ref: str) -> None:
    clerk.open(f"/desk/cases/{ref}")
    clerk.press(action_words("claim", clerk))
