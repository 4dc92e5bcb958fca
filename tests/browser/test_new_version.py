"""A new version of the table, by clicking: an administrator compares and plans, another confirms, the cases move."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from registration import clock, database
from registration.models import Application, HistoryEntry
from registration.operations import move_runs
from registration.settings import Settings
from tests.browser.conftest import Arrivals
from tests.browser.visitor import Visitor
from tests.fixtures.cases import actor_of, nameless, submitted

ADMINISTRATOR, SECOND, APPLICANT = "0904", "0901", "jiang@example.cn"
REGISTRAR, OLD, NEW = "330702", "establishment@3", "establishment@4"


@pytest.fixture
def ref(at_work: Settings) -> Iterator[str]:
    """A case under the earlier version, which its registrar goes back to for this test."""
    move_runs.use(OLD, REGISTRAR, actor="test", now=clock.now())
    yield submitted("individual", nameless(), registrar=REGISTRAR, actor=actor_of(APPLICANT), now=clock.now())
    move_runs.use(NEW, REGISTRAR, actor="test", now=clock.now())


@pytest.mark.thorough
@pytest.mark.timeout(300)
def test_live_cases_follow_a_new_version_and_come_back(arrive: Arrivals, ref: str) -> None:
    administrator, second = arrive(login=ADMINISTRATOR), arrive(login=SECOND, lang="en")
    administrator.open("/admin/workflows")
    administrator.follow("比较两个版本")
    administrator.pick("old", OLD)
    administrator.pick("new", NEW)
    administrator.press("比较")
    administrator.sees("新增", f"{OLD} → {NEW}")
    administrator.does_not_scroll_sideways()

    administrator.follow("迁移在办申请")
    administrator.press("核对")
    administrator.is_told_off("reason")
    administrator.pick("registrar", REGISTRAR)
    administrator.type(reason="新版本增加一步")
    administrator.press("核对")
    administrator.reload_until(lambda: administrator.page.get_by_text("等待决定"))
    administrator.sees("可以迁移", ref)
    administrator.does_not_scroll_sideways()
    plan = administrator.page.url
    assert of_case(ref).definition == OLD

    second.open("/admin/accounts")
    expect(second.page.get_by_role("navigation").get_by_text("Workflow")).to_be_visible()
    second.page.goto(plan)
    second.press("同意")
    administrator.page.goto(plan)
    administrator.reload_until(lambda: administrator.page.get_by_text("已经完成"))
    administrator.sees("已经迁移")
    assert of_case(ref).definition == NEW
    assert last_actor(ref) == f"staff:{ADMINISTRATOR}"
    opens_no_case(administrator, ref)

    administrator.page.goto(plan)
    administrator.type(reason="先退回旧版本")
    administrator.press("撤回迁移")
    administrator.reload_until(lambda: administrator.page.get_by_text("迁移已经撤回"))
    administrator.sees("已经回到原版本")
    assert of_case(ref).definition == OLD
    assert last_actor(ref) == f"staff:{ADMINISTRATOR}"


def opens_no_case(administrator: Visitor, ref: str) -> None:
    answer = administrator.context.request.get(f"{administrator.url}/desk/cases/{ref}")
    assert answer.status == 403


def of_case(ref: str) -> Application:
    with database.reading() as session:
        return session.exec(select(Application).where(Application.ref == ref)).one()


def last_actor(ref: str) -> str:
    with database.reading() as session:
        query = select(HistoryEntry.actor).where(HistoryEntry.application_id == of_case(ref).id)
        return str(session.exec(query.order_by(col(HistoryEntry.seq).desc())).first())
