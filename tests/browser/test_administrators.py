"""The administrator's year, by clicking: a calendar from a pasted notice, then numbers with a second person."""

import pytest
from playwright.sync_api import expect

from certificates.numbers import make_organization_code
from registration import clock
from tests.browser.conftest import Arrivals
from tests.browser.visitor import Visitor

SYSADMIN, SECADMIN, AUDITOR = "0904", "0901", "0903"
# Two years on, so that no other case of this deployment counts with it.
YEAR = clock.local_date(clock.now()).year + 2
NOTICE = """国务院办公厅关于部分节假日安排的通知
　　一、元旦：1月1日放假，共1天。
　　二、劳动节：5月1日至5日放假调休，共5天。
　　三、国庆节：10月1日至8日放假调休，共7天。"""
FIRST, LAST = make_organization_code("MC000001"), make_organization_code("MC009000")


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_a_calendar_is_pasted_and_a_block_takes_a_second_person(arrive: Arrivals) -> None:
    admin = arrive(login=SYSADMIN)
    expect(admin.page).to_have_url(f"{admin.url}/admin")
    paste_a_notice(admin)
    propose_a_block(admin)
    decide(arrive(login=SECADMIN, lang="en"))

    admin.open("/admin/numbers")
    admin.sees("MC000001 – MC009000")
    admin.does_not_scroll_sideways()
    auditor = arrive(login=AUDITOR)
    auditor.open(f"/admin/audit?subject={SECADMIN}&tag=setting:")
    auditor.sees("同意设置变更", "编码中心来文")


def paste_a_notice(admin: Visitor) -> None:
    admin.follow("工作日历")
    admin.follow("载入放假安排")
    admin.pick("year", str(YEAR))
    admin.type(text=NOTICE)
    admin.press("看一看会变成什么")
    # The slip is named with its line, and the notice stays.
    admin.is_told_off("text", "第4行")
    admin.type(text=NOTICE.replace("共7天", "共8天"))
    admin.press("看一看会变成什么")
    admin.sees("这一年的日历还没有人用过", "国庆节")
    admin.press("回去修改")
    admin.press("看一看会变成什么")
    admin.press("确认载入")
    admin.sees("14天已经载入")
    admin.follow(str(YEAR))
    admin.sees("10月", "调休上班")
    admin.does_not_scroll_sideways()


def propose_a_block(admin: Visitor) -> None:
    admin.open("/admin")
    admin.follow("号段")
    admin.follow("新增号段")
    admin.pick("registrar", "330702")
    admin.pick("scheme", "organization_code")
    admin.type(first=f"{FIRST[:8]}?", last=LAST, reason="编码中心来文")
    admin.press("提出，等另一人决定")
    admin.is_told_off("first")
    expect(admin.control("last")).to_have_value(LAST)
    admin.type(first=FIRST)
    admin.press("提出，等另一人决定")
    admin.sees("由另一位系统管理员或者安全管理员决定")


def decide(second: Visitor) -> None:
    second.follow("设置变更", of="1" + second.say("件待办"))
    second.sees(f"{FIRST} – {LAST}")
    second.press("退回")
    expect(second.page.locator(".errors")).to_be_focused()
    second.press("同意")
    second.sees(second.say("已经生效"))
