"""A walk through pages: a function that opens one after the other and yields the name of each."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.scenes import Scenes
from tests.browser.visitor import Visitor

WIDTHS = (1280, 1024, 390, 320)
# What passed need not be described.
ONLY_FAULTS = {"resultTypes": ["violations"]}
Walk = Callable[[Visitor, Scenes], Iterator[str]]


def opened(visitor: Visitor, path: str) -> str:
    visitor.open(path)
    return path


def told_off(visitor: Visitor, place: str) -> str:
    """After something wrong was sent: the summary stands there and has the focus."""
    expect(visitor.page.locator(".errors")).to_be_focused()
    return place


def faults(visitor: Visitor, place: str, *, width: int, widths: Sequence[int] = WIDTHS) -> Iterator[str]:
    """What is wrong with the page that stands open: axe looks at it at `width`, and it is tried at all `widths`."""
    for each in widths:
        visitor.page.set_viewport_size({"width": each, "height": 900})
        if (over := visitor.overflow()) > 0:
            yield f"{place}: {over} px too wide at {each}: {widest(visitor)}"
    visitor.page.set_viewport_size({"width": width, "height": 900})
    if expected_lang(visitor) != visitor.page.locator("html").get_attribute("lang"):
        yield f"{place}: in the wrong language"
    for violation in Axe().run(visitor.page, options=ONLY_FAULTS).response["violations"]:
        yield f"{place}: {violation['id']} at {[node['target'] for node in violation['nodes']][:3]}"


def expected_lang(visitor: Visitor) -> str:
    return "en" if visitor.lang == "en" else "zh-Hans"


def widest(visitor: Visitor) -> Any:
    return visitor.page.evaluate(
        """() => [...document.querySelectorAll("main *, header *")]
            .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .slice(0, 3).map(one => one.tagName + "." + one.className)"""
    )
