"""Two clerks at their desks: each sees what the other does without loading a page, and can take a decision back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from registration import clock
from registration.operations.act import act
from registration.settings import Settings
from tests.browser.conftest import sign_in, working_at
from tests.browser.visitor import DESKTOP, Visitor
from tests.fixtures.cases import actor_of
from tests.fixtures.office import CLERK, WINDOW, case_of, file_in
from tests.fixtures.servers import Stack, running_stack

# The page asks every five seconds.
SOON = 20_000
OPINION = "材料齐全，准予登记"


@pytest.fixture(scope="module")
def deployment() -> Iterator[Stack]:
    with running_stack(HEYI_UNDO_SECONDS="6") as stack:
        yield stack


@pytest.fixture
def office(deployment: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    with working_at(deployment, monkeypatch) as chosen:
        yield chosen


@pytest.fixture
def clerk(browser: Browser, deployment: Stack, office: Settings) -> Iterator[Visitor]:
    opened = browser.new_context(viewport=DESKTOP)
    visitor = Visitor(opened, deployment.url, "zh", True)
    sign_in(visitor, CLERK)
    yield visitor
    opened.close()
    assert visitor.complaints == []


def bar(clerk: Visitor) -> Locator:
    return clerk.page.locator("[data-live]")


def never_loaded_again(clerk: Visitor) -> None:
    """Marks this page: a page that is loaded anew has no such mark."""
    clerk.page.evaluate("document.body.dataset.same = 'yes'")


def is_the_same_page(clerk: Visitor) -> bool:
    return bool(clerk.page.evaluate("document.body.dataset.same === 'yes'"))


@pytest.mark.thorough
@pytest.mark.timeout(180)
def test_a_claim_of_a_colleague_shows_on_the_open_list_and_in_the_open_file(clerk: Visitor) -> None:
    first, second = file_in(trade="听泉样例"), file_in(trade="远山样例")
    clerk.open("/desk/inbox?view=unclaimed")
    count = clerk.page.locator('[data-count="unclaimed"]')
    before = int(count.inner_text())
    never_loaded_again(clerk)
    act(first, "claim", actor=actor_of(WINDOW), now=clock.now())
    expect(count).to_have_text(str(before - 1), timeout=SOON)
    expect(bar(clerk)).to_contain_text("名单有变化")
    # Some words are longer than a phone is wide.
    expect(bar(clerk)).to_have_css("white-space", "normal")
    assert is_the_same_page(clerk)

    act(second, "claim", actor=actor_of(CLERK), now=clock.now())
    clerk.open(f"/desk/cases/{second}")
    never_loaded_again(clerk)
    clerk.page.locator("details.opinion > summary").first.click()
    field = clerk.page.locator('[name="opinion.approve"]')
    field.fill(OPINION)
    act(second, "take_over", actor=actor_of(WINDOW), now=clock.now(), reason="急件")
    expect(bar(clerk)).to_contain_text("0317号刚刚做了：接办", timeout=SOON)
    expect(field).to_have_value(OPINION)
    assert is_the_same_page(clerk)
    with clerk.page.expect_navigation():
        bar(clerk).get_by_role("link", name="重新载入").click()
    clerk.sees("经办0317号")


@pytest.mark.thorough
@pytest.mark.timeout(180)
def test_a_decision_is_taken_back_by_a_key_and_taken_again_leaves(clerk: Visitor) -> None:
    ref = file_in(claimed_by=CLERK, trade="松月样例")
    decide(clerk, ref)
    toast = clerk.page.locator("form.undo")
    expect(toast).to_contain_text("准予登记")
    expect(toast).to_contain_text("秒可以撤销")
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("z")
    clerk.sees("已撤销，什么也没有送出")
    expect(clerk.page.locator('[name="opinion.approve"]')).to_have_value(OPINION)
    assert case_of(ref).state == "under_examination"

    decide(clerk, ref)
    never_loaded_again(clerk)
    expect(toast).to_contain_text("已送出", timeout=SOON)
    expect(toast.get_by_role("button")).to_be_hidden()
    assert is_the_same_page(clerk)
    clerk.open(f"/desk/cases/{ref}")
    clerk.reload_until(lambda: clerk.page.locator("ul.tabs a", has_text="执照"))
    assert case_of(ref).state != "under_examination"


@pytest.mark.thorough
@pytest.mark.timeout(180)
def test_without_a_stream_the_page_asks_now_and_then(clerk: Visitor) -> None:
    clerk.page.add_init_script("delete window.EventSource")
    ref = file_in(trade="白鹭样例")
    clerk.open(f"/desk/cases/{ref}")
    act(ref, "claim", actor=actor_of(WINDOW), now=clock.now())
    expect(bar(clerk)).to_contain_text("0317号刚刚做了", timeout=2 * SOON)
    # A session that has ended is asked no more, and the page stays as it is.
    clerk.context.clear_cookies()
    with clerk.page.expect_response(lambda answer: answer.status == 204, timeout=2 * SOON):
        pass
    expect(bar(clerk)).to_contain_text("0317号刚刚做了")


def decide(clerk: Visitor, ref: str) -> None:
    clerk.open(f"/desk/cases/{ref}")
    summary = clerk.page.locator("details.opinion > summary").filter(has_text="准予登记")
    if not clerk.page.locator('[name="opinion.approve"]').is_visible():
        summary.click()
    clerk.page.locator('[name="opinion.approve"]').fill(OPINION)
    confirm = clerk.page.locator('button[name="deciding"][value="approve"]')
    with clerk.page.expect_navigation():
        confirm.click()
    if clerk.page.locator('[name="warned"]').count():
        with clerk.page.expect_navigation():
            confirm.click()
