"""Picking the scope with a keyboard: the focus stays on the page, with scripts and without; trades open by name."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrivals
from tests.browser.visitor import PHONE, Visitor

LIN = "lin@example.cn"


def arrived(arrive: Arrivals, *, scripts: bool) -> Visitor:
    """An applicant at a telephone, on the scope page of a new draft."""
    lin = arrive(login=LIN, at=PHONE, java_script_enabled=scripts)
    lin.open("/applications/new")
    lin.pick("entity_type", "individual")
    lin.pick("registrar", "330782")
    lin.press("开始填写申请")
    lin.open(f"/applications/{lin.page.url.rpartition('/')[2]}/scope")
    return lin


def press(page: Page, button: str) -> None:
    page.locator(button).focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.thorough)], ids=["scripts", "bare"])
def test_the_focus_is_never_lost(arrive: Arrivals, scripts: bool) -> None:
    lin = arrived(arrive, scripts=scripts)
    chosen = lin.page.locator('[id="scope.items"] li')
    lin.control("q").fill("开奶茶店")
    lin.control("q").press("Enter")
    for code, count in (("HY0157", 1), ("HY0154", 2)):
        press(lin.page, f"button#pick-{code}")
        expect(chosen).to_have_count(count)
        expect(lin.page.locator(f"span#pick-{code}")).to_be_focused()
    press(lin.page, "button[name=first]")
    expect(chosen.first).to_contain_text("餐饮服务")
    expect(lin.page.locator("#chosen")).to_be_focused()
    press(lin.page, "button[name=remove] >> nth=0")
    expect(chosen).to_have_count(1)
    expect(lin.page.locator("#chosen")).to_be_focused()


@pytest.mark.thorough
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "bare"])
def test_a_trade_is_opened_by_its_name(arrive: Arrivals, scripts: bool) -> None:
    lin = arrived(arrive, scripts=scripts)
    lin.page.get_by_text("按行业查找", exact=True).click()
    lin.page.get_by_text("住宿和餐饮业").click()
    lin.page.get_by_role("link", name="餐饮业", exact=True).click()
    expect(lin.page.locator("#found h2")).to_contain_text("餐饮业")
    expect(lin.page.locator("#found h2")).to_be_focused()
    press(lin.page, "button#pick-HY0156")
    expect(lin.page.locator('[id="scope.items"] li')).to_have_count(1)
    expect(lin.page.locator("#found h2")).to_contain_text("餐饮业")


@pytest.mark.thorough
def test_nobody_who_went_on_is_taken_back(arrive: Arrivals) -> None:
    """Whoever moves the focus as soon as the change is shown keeps it: what follows the change comes at once."""
    lin = arrived(arrive, scripts=True)
    lin.control("q").fill("开奶茶店")
    lin.control("q").press("Enter")
    press(lin.page, "button#pick-HY0157")
    expect(lin.page.locator("span#pick-HY0157")).to_be_focused()
    lin.page.evaluate(
        """() => {
            // Another part of the first change may still be on its way: the button is there with the second.
            const button = () => document.querySelector("button[name=first]");
            const later = () => button() && setTimeout(() => button().focus(), 0);
            const once = () => later() && document.removeEventListener("htmx:afterSwap", once);
            document.addEventListener("htmx:afterSwap", once);
            document.addEventListener("htmx:afterSettle", () => setTimeout(() => (document.title = "settled"), 50));
        }"""
    )
    press(lin.page, "button#pick-HY0154")
    expect(lin.page).to_have_title("settled")
    expect(lin.page.locator("button[name=first]")).to_be_focused()
