"""Pages are compressed where that tells nobody anything."""

import gzip
from collections.abc import Callable

import pytest

from tests.fixtures.visitor import Visitor

Visit = Callable[..., Visitor]
GZIP = {"Accept-Encoding": "gzip, br"}


def test_a_page_is_the_same_and_a_third_as_long(visit: Visit) -> None:
    plain, short = visit().get("/guide/types"), visit().get("/guide/types", headers=GZIP)
    assert short.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(short.data).decode() == plain.text
    assert int(short.headers["Content-Length"]) == len(short.data) < len(plain.data) / 3
    assert {"Cookie", "Accept-Encoding"} <= set(short.vary)
    assert "Content-Encoding" not in plain.headers


def test_a_stylesheet_is_compressed_and_known_again(visit: Visit) -> None:
    with visit().get("/static/heyi.css", headers=GZIP) as style:
        assert style.headers["Content-Encoding"] == "gzip"
    with visit().get("/static/heyi.css", headers=GZIP | {"If-None-Match": style.headers["ETag"]}) as again:
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        pytest.param("/help", GZIP | {"Sec-Fetch-Site": "cross-site"}, id="caused by another site"),
        pytest.param("/livez", GZIP, id="too short"),
        pytest.param("/help", {"Accept-Encoding": "br"}, id="not understood"),
    ],
)
def test_what_stays_as_it_is(visit: Visit, path: str, headers: dict[str, str]) -> None:
    assert "Content-Encoding" not in visit().get(path, headers=headers).headers


def test_a_version_that_a_program_sends_back_stays_strong(visit: Visit) -> None:
    described = visit().get("/api/v1/openapi.json", headers=GZIP)
    assert described.headers["Content-Encoding"] == "gzip"
    assert not described.headers.get("ETag", "").startswith("W/")
