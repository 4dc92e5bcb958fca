"""Draws the pictures of the README out of a running demonstration whose example office is filled.

`.venv/bin/python docs/images/make.py http://127.0.0.1:8000`. Needs the test tools (Playwright) and a Chromium.
"""

import shutil
import sys
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
VIEW = {"width": 1280, "height": 860}
LICENCE_WIDTH = 1200
COLOURS = 256
# Paper is mostly its own tint, a page has small tags whose colours mean something: each keeps what matters to it.
BY_AREA, BY_COLOUR = Image.Quantize.MEDIANCUT, Image.Quantize.MAXCOVERAGE
# The trade names of the cases that are shown (registration/demo/office/cases.yaml).
AT_THE_AGENCIES, UNDER_EXAMINATION, ISSUED, FIVE_NUMBERS = "磐石门", "半亩塘", "听泉涧", "方岩雨"


def main(url: str) -> None:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        _draw_page("progress", _signed_in(browser, url, "jiang@example.cn", lang="en"), opens=AT_THE_AGENCIES)
        _draw_page("file", _signed_in(browser, url, "0218"), opens=UNDER_EXAMINATION)
        _draw_page("desk", _signed_in(browser, url, "0218", lang="en"))
        _draw_licence("licence", _signed_in(browser, url, "lin@example.cn"), of=ISSUED)
        _draw_licence("licence-2015", _signed_in(browser, url, "jiang@example.cn"), of=FIVE_NUMBERS)
        browser.close()


def _signed_in(browser: Browser, url: str, login: str, *, lang: str = "zh") -> Page:
    page = browser.new_page(viewport=VIEW, device_scale_factor=1.5)
    page.context.add_cookies([{"name": "lang", "value": lang, "url": url}])
    page.goto(url)
    page.locator(f'input[name=login][value="{login}"] + button').click()
    page.wait_for_load_state()
    return page


def _draw_page(name: str, page: Page, *, opens: str = "") -> None:
    if opens:
        page.get_by_role("link", name=opens).first.click()
        page.wait_for_load_state("networkidle")
    _keep(name, Image.open(BytesIO(page.screenshot())), BY_COLOUR)
    page.close()


def _draw_licence(name: str, page: Page, *, of: str) -> None:
    """The duplicate, as its owner downloads it."""
    page.get_by_role("link", name=of).first.click()
    # The original comes first, the duplicates after it.
    address = page.locator('a[href*="/licences/"][href$=".pdf"]').last.get_attribute("href")
    pdf = page.request.get(f"{page.url.partition('/applications')[0]}{address}").body()
    with pypdfium2.PdfDocument(pdf) as document:
        sheet = document[0]
        _keep(name, sheet.render(scale=LICENCE_WIDTH / sheet.get_width()).to_pil(), BY_AREA)
    page.close()


def _keep(name: str, picture: Image.Image, method: Image.Quantize) -> None:
    """Few colours are enough for pages and paper, and make a small file."""
    small = picture.convert("RGB").quantize(COLOURS, method=method, dither=Image.Dither.NONE)
    small.save(HERE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
