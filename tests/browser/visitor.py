"""Somebody at a browser: reads, types, picks and presses as people do, in one language at one width."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations
from typing import Any, Literal

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, TimeoutError, ViewportSize, expect

from registration.locales import compile_catalogues

Lang = Literal["zh", "en"]
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
HAN = re.compile("[一-龥]")
# A refusal is answered with its status, and Chromium and htmx note every such answer as an error of their own.
STATUS_NOTES = ("Failed to load resource: the server responded with a status of 4", "Response Status Error Code 4")
# A page has come when it has come: the machine of the tests may be busy.
expect.set_options(timeout=20_000)


@cache
def _catalogue() -> GNUTranslations:
    with (compile_catalogues() / "en" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return GNUTranslations(file)


@dataclass
class Visitor:
    """Texts are given as the code says them, in Chinese; `say` turns them into those of the visitor's language."""

    context: BrowserContext
    url: str
    lang: Lang = "zh"
    runs_scripts: bool = True
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.lang == "en":
            self.context.add_cookies([{"name": "lang", "value": "en", "url": self.url}])
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def say(self, text: str, **values: Any) -> str:
        words = _catalogue().gettext(text) if self.lang == "en" else text
        assert self.lang == "zh" or not HAN.search(words), f"not said in English: {text}"
        return words % values if values else words

    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.url + path)

    def follow(self, text: str, *, of: str = "", **values: Any) -> None:
        """Clicks the link with these words; `of` is what is only read aloud after them."""
        with self.page.expect_navigation():
            self.link(text, of=of, **values).click()

    def press(self, text: str, *, of: str = "", **values: Any) -> None:
        """Presses the button with these words and waits for the page that comes."""
        with self.page.expect_navigation():
            self.button(text, of=of, **values).click()

    def go_back(self) -> None:
        """By the page's own way back, which stands above its title."""
        with self.page.expect_navigation():
            self.page.locator("a.back").click()

    def link(self, text: str, *, of: str = "", **values: Any) -> Locator:
        return self.page.get_by_role("link", name=self._named(self.say(text, **values), of))

    def button(self, text: str, *, of: str = "", **values: Any) -> Locator:
        return self.page.get_by_role("button", name=self._named(self.say(text, **values), of))

    def control(self, name: str) -> Locator:
        return self.page.locator(f'[id="{name}"]')

    def type(self, **fields: str) -> None:
        """Types into controls by their names, `__` for the dot: `domicile__street`."""
        for name, value in fields.items():
            self.control(name.replace("__", ".")).fill(value)

    def type_in(self, prefix: str, fields: dict[str, str]) -> None:
        """Types into the controls of one row: `people.p2` with {"name": ...}."""
        for name, value in fields.items():
            self.control(f"{prefix}.{name}").fill(value)

    def pick(self, name: str, value: str) -> None:
        """One of several, be it a list to open or buttons side by side."""
        choices = self.page.locator(f'[name="{name}"]')
        if choices.first.evaluate("control => control.tagName") == "SELECT":
            choices.select_option(value)
        else:
            self.page.locator(f'[name="{name}"][value="{value}"]').check()

    def answer(self, name: str, value: Any) -> None:
        """Whatever kind of control asks for it: several boxes have a list of values. Opens what it is folded into."""
        asked = self.page.locator(f'[name="{name}"]')
        folded = self.page.locator("details:not([open])", has=asked)
        if folded.count():
            folded.locator("summary").first.click()
        kind = asked.first.evaluate("control => control.tagName === 'SELECT' ? 'select' : control.type")
        if isinstance(value, list):
            for one in value:
                self.page.locator(f'[name="{name}"][value="{one}"]').check()
        elif kind in ("select", "radio"):
            self.pick(name, value)
        elif kind == "checkbox":
            asked.first.check()
        else:
            asked.first.fill(value)

    def tick(self, name: str) -> None:
        self.control(name).check()

    def hand_in(self, name: str, filename: str, content: bytes, kind: str) -> None:
        self.control(name).set_input_files({"name": filename, "mimeType": kind, "buffer": content})

    def reload_until(self, sight: Callable[[], Locator], *, tries: int = 60) -> None:
        """Looks again until the worker has done its part."""
        for _ in range(tries):
            with suppress(TimeoutError):
                sight().first.wait_for(state="visible", timeout=500)
                return
            self.page.reload()
        raise AssertionError(f"{self.page.url} never showed it: {self.page.inner_text('main')}")

    def sees(self, *texts: str) -> None:
        """Each of these stands on the page, word for word."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def is_told_off(self, name: str, words: str = "") -> None:
        """The summary has the focus and leads to the control, which says the same."""
        summary = self.page.get_by_role("alert").filter(has=self.page.locator("h2"))
        expect(summary).to_be_focused()
        if words:
            expect(summary).to_contain_text(words)
        link = summary.locator(f'a[href="#{name}"]')
        expect(link).to_be_visible()
        expect(self.control(name)).to_have_attribute("aria-invalid", "true")
        said = self.page.locator(f'[id="{name}-e"]')
        expect(said).to_contain_text(link.inner_text())

    def does_not_scroll_sideways(self) -> None:
        assert self.overflow() <= 0, f"{self.page.url} is {self.overflow()} px too wide"

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wide

    def _named(self, words: str, of: str) -> re.Pattern[str]:
        return re.compile(rf"^\s*{re.escape(words)}\s*{re.escape(of)}\s*$")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(STATUS_NOTES):
            self.complaints.append(f"{self.page.url}: {message.text}")
