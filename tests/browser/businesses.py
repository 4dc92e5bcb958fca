"""How an owner applies for what changes at a registered business, and what others see of it, by clicking."""

from playwright.sync_api import expect

from tests.browser.applying import png
from tests.browser.conftest import Arrivals
from tests.browser.desk import action_words, decide
from tests.browser.signing import sign_all
from tests.browser.visitor import Visitor
from tests.browser.years import Years

# Who examines and who approves at the registrar of the city.
EXAMINER, APPROVER = "0218", "0219"


def begin(owner: Visitor, code: str, matter: str, *items: str, event_on: str = "") -> str:
    """From one's own businesses to the task list of a new draft about `items`."""
    owner.open("/businesses")
    with owner.page.expect_navigation():
        owner.page.locator(f'main a[href="/businesses/{code}"]').click()
    owner.does_not_scroll_sideways()
    with owner.page.expect_navigation():
        owner.page.locator(f'main a[href="/businesses/{code}/{matter}"]').click()
    owner.does_not_scroll_sideways()
    for item in items:
        owner.answer("items", [item])
    if event_on:
        owner.type(event_on=event_on)
    owner.press("开始填写申请")
    owner.does_not_scroll_sideways()
    return owner.page.url.rpartition("/")[2]


def go_to(owner: Visitor, ref: str, section: str) -> None:
    """From the task list to the page of a section."""
    if not owner.page.url.endswith(f"/{ref}"):
        owner.open(f"/applications/{ref}")
    with owner.page.expect_navigation():
        owner.page.locator(f'main a[href$="/applications/{ref}/{section}"]').first.click()
    owner.does_not_scroll_sideways()


def save(owner: Visitor) -> None:
    owner.press("保存并继续")
    is_not_told_off(owner)


def is_not_told_off(owner: Visitor) -> None:
    told = [one.inner_text() for one in owner.page.locator("[role=alert] a").all()]
    assert told == [], told


def add_to_scope(owner: Visitor, code: str) -> None:
    owner.control("q").fill(code)
    owner.page.locator(f'button[name="add"][value="{code}"]').click()
    expect(owner.page.locator(f'button[name="remove"][value="{code}"]')).to_be_visible()


def edit_share(owner: Visitor, ref: str, number: int) -> None:
    """From the list of shareholders to the page of one."""
    go_to(owner, ref, "shareholders")
    with owner.page.expect_navigation():
        owner.page.locator(f'main a[href$="/shareholders/{number}"]').first.click()
    owner.does_not_scroll_sideways()


def hand_in(owner: Visitor, ref: str, kind: str) -> None:
    go_to(owner, ref, f"materials/{kind}")
    owner.hand_in("file", f"{kind}.png", png(kind), "image/png")
    owner.press("上传")


def submit(owner: Visitor, arrive: Arrivals, ref: str, *keys: str) -> None:
    """From the page that checks all answers to the last signature; each person signs by a link."""
    go_to(owner, ref, "check")
    owner.tick("declared")
    with owner.page.expect_navigation():
        owner.page.locator("main form button").last.click()
    is_not_told_off(owner)
    sign_all(owner, arrive, keys)


def approve(
    arrive: Arrivals, years: Years, ref: str, *logins: str, sees: tuple[str, ...] = (), lang: str = "zh"
) -> None:
    """One clerk after the other takes the file further; the workers then register it."""
    for place, login in enumerate(logins, 1):
        clerk = arrive(login=login, lang=lang)
        clerk.open(f"/desk/cases/{ref}")
        if place == 1:
            clerk.press(action_words("claim", clerk))
        clerk.sees(*sees)
        clerk.does_not_scroll_sideways()
        decide(clerk, "approve" if place == len(logins) else "recommend", "材料齐全，符合法定形式。")
        clerk.context.close()
    years.work()


def register_says(visitor: Visitor, code: str, *texts: str) -> None:
    """On the page of the public register, which is found by the code."""
    visitor.open("/register")
    visitor.type(q=code)
    with visitor.page.expect_navigation():
        visitor.page.locator("main form .btn").first.click()
    with visitor.page.expect_navigation():
        visitor.page.locator(f'main a[href$="/register/{code}"]').first.click()
    visitor.sees(*texts)
    visitor.does_not_scroll_sideways()


def check_says(visitor: Visitor, path: str, verdict: str) -> None:
    """The page to which the code printed on a licence leads."""
    visitor.open(path)
    expect(visitor.page.locator(".result h2")).to_have_text(visitor.say(verdict))
    visitor.does_not_scroll_sideways()
