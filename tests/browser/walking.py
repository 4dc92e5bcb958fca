"""A walk through pages: a function that opens one after the other and yields the name of each."""

from collections.abc import Callable, Iterator

from playwright.sync_api import expect

from tests.browser.scenes import Scenes
from tests.browser.visitor import Visitor

Walk = Callable[[Visitor, Scenes], Iterator[str]]


def opened(visitor: Visitor, path: str) -> str:
    visitor.open(path)
    return path


def told_off(visitor: Visitor, place: str) -> str:
    """After something wrong was sent: the summary stands there and has the focus."""
    expect(visitor.page.locator(".errors")).to_be_focused()
    return place
