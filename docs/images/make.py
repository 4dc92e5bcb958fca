"""Draws the pictures of the README out of a running demonstration: `.venv/bin/python docs/images/make.py`.

Needs the test tools (Playwright) and a Chromium on the machine.
"""

import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from registration.cli.run import free_port
from registration.demo.example import examples
from registration.demo.journey import Journey
from registration.demo.server import own_server
from registration.operations.samples import PASSWORD

HERE = Path(__file__).parent
VIEW = {"width": 1280, "height": 860}
LICENCE_WIDTH = 1200
COLOURS = 256
# Paper is mostly its own tint, a page has small tags whose colours mean something: each keeps what matters to it.
BY_AREA, BY_COLOUR = Image.Quantize.MEDIANCUT, Image.Quantize.MAXCOVERAGE


class UntilExamined(Journey):
    """The same road, up to the examiner who has the corrected file before them."""

    def _review(self) -> None:
        examiner = self.as_("examiner")
        self._claim(examiner)
        if self.example.correction is not None:
            self._correct(examiner, self.example.correction)
            self._claim(examiner)

    def _wait_for_licences(self) -> dict[str, Any]:
        return {}


def main() -> None:
    with own_server(port=free_port("127.0.0.1", 8700)) as url, httpx.Client(base_url=url, timeout=60) as http:
        company = next(one for one in examples() if one.key == "company")
        whole = Journey(http, company, PASSWORD, _quietly)
        sheet = next(one for one in whole.walk()["licences"] if one["paper"] == "duplicate")
        _draw_licence(whole.as_("applicant").fetch(f"/applications/{whole.ref}/licences/{sheet['licence']}"))
        examined = UntilExamined(http, company, PASSWORD, _quietly)
        examined.walk()
        _draw_pages(url, ref=examined.ref, examiner=company.accounts["examiner"])


def _quietly(who: str, zh: str, en: str) -> None:
    """Nobody watches these roads being walked."""


def _draw_licence(pdf: bytes) -> None:
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        _keep("licence", page.render(scale=LICENCE_WIDTH / page.get_width()).to_pil(), BY_AREA)


def _draw_pages(url: str, *, ref: str, examiner: str) -> None:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        _draw_page(browser, "home", url)
        _draw_page(browser, "file", f"{url}/desk/cases/{ref}", login=examiner)
        browser.close()


def _draw_page(browser: Browser, name: str, address: str, *, login: str = "") -> None:
    page = browser.new_page(viewport=VIEW, locale="zh-CN", device_scale_factor=1.5)
    page.goto(address)
    if login:
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.click("main form .btn")
        page.locator("main img").first.evaluate("picture => picture.decode()")
    _keep(name, Image.open(BytesIO(page.screenshot())), BY_COLOUR)
    page.close()


def _keep(name: str, picture: Image.Image, method: Image.Quantize) -> None:
    """Few colours are enough for pages and paper, and make a small file."""
    small = picture.convert("RGB").quantize(COLOURS, method=method, dither=Image.Dither.NONE)
    small.save(HERE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
