"""Walks over the pages of administrators and archivists, and the steps of every walk."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.browser.scenes import Scenes
from tests.browser.visitor import Visitor


def administrator(visitor: Visitor, _scenes: Scenes) -> Iterator[str]:
    for path in (
        "",
        "/calendars",
        "/calendars/2026",
        "/numbers",
        "/numbers/schemes",
        "/registrars",
        "/names",
        "/changes",
    ):
        yield opened(visitor, f"/admin{path}")
    yield opened(visitor, "/admin/calendars/load?year=2030")
    visitor.press("看一看会变成什么")
    yield told_off(visitor, "no notice")
    visitor.type(text="day,works,note\n2026-06-01,no,x\n")
    visitor.pick("year", "")
    visitor.press("看一看会变成什么")
    yield "what a table would change"
    visitor.press("提出，等另一人决定")
    yield told_off(visitor, "a change without a reason")
    yield opened(visitor, "/admin/numbers/new")
    visitor.press("提出，等另一人决定")
    yield told_off(visitor, "no block")


def archivist(visitor: Visitor, _scenes: Scenes) -> Iterator[str]:
    yield opened(visitor, "/archive")


def opened(visitor: Visitor, path: str) -> str:
    visitor.open(path)
    return path


def told_off(visitor: Visitor, place: str) -> str:
    """After something wrong was sent: the summary stands there and has the focus."""
    expect(visitor.page.locator(".errors")).to_be_focused()
    return place
