"""The pages as an app: manifest, icons and worker with their types and headers, and the page without a network."""

import json
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

from PIL import Image

from tests.fixtures.office import CLERK, LIN
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
POLICY = "worker-src 'self'; manifest-src 'self'"


def manifest_in(page: str) -> str:
    found = re.search(r'rel="manifest" href="([^"]+)"', page)
    assert found is not None
    return unescape(found[1])


def test_the_manifest_is_in_the_readers_language_with_icons_that_are_there(visit: Visit) -> None:
    stranger = visit()
    for lang, name, short in (("zh", "金华市企业登记", "合一"), ("en", "Business registration in Jinhua", "Heyi")):
        page = visit(lang=lang).get("/")
        assert POLICY in page.headers["Content-Security-Policy"]
        # Browsers ask without cookies.
        answer = stranger.get(manifest_in(page.text))
        assert (answer.mimetype, answer.status_code) == ("application/manifest+json", 200)
        assert "immutable" in answer.headers["Cache-Control"]
        content = json.loads(answer.text)
        assert (content["name"], content["short_name"]) == (name, short)
        assert (content["start_url"], content["scope"], content["display"]) == ("/", "/", "standalone")
        assert content["theme_color"] == "#12335c"
        assert {icon["purpose"] for icon in content["icons"]} == {"any", "maskable"}
        for icon in content["icons"]:
            picture = stranger.get(icon["src"])
            assert (picture.status_code, picture.mimetype) == (200, icon["type"])
            assert "immutable" in picture.headers["Cache-Control"]
            if icon["sizes"] != "any":
                with Image.open(BytesIO(picture.data)) as image:
                    assert f"{image.width}x{image.height}" == icon["sizes"]


def test_the_worker_and_its_page_have_nothing_of_who_asks(visit: Visit) -> None:
    answers = [one.get("/worker.js") for one in (visit(), visit(LIN), visit(CLERK, lang="en"))]
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].mimetype == "text/javascript"
    assert answers[1].headers["Cache-Control"] == "public, max-age=3600"
    assert POLICY in answers[0].headers["Content-Security-Policy"]
    listed = re.search(r"^const FILES = (\[.*\]);$", answers[0].text, re.MULTILINE)
    assert listed is not None
    for path in json.loads(listed[1]):
        with visit().get(path) as answer:
            assert answer.status_code == 200
    pages = [one.get("/no-network") for one in (visit(), visit(LIN), visit(CLERK, lang="en"))]
    assert len({page.text for page in pages}) == 1
    assert "没有网络" in words(pages[0])
    assert "No network" in words(pages[0])
    assert "csrf_token" not in pages[1].text
    assert "<script" not in pages[0].text
