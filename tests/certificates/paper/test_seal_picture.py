"""The place of the seal: words on a sample, a picture where one is named, and never another picture."""

import io
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from certificates.errors import InvalidParticulars
from certificates.paper.papers import Paper, render_paper
from certificates.paper.pdf import render
from tests.certificates.conftest import Make
from tests.certificates.paper.test_papers import NOTICE


def picture(colour: str = "#a8412c") -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (120, 120), colour).save(file, "PNG")
    return file.getvalue()


def sealed(pdf: bytes) -> bool:
    """Whether a picture of the seal's own width in pixels is in the file."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        streams = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
        return any(one.get("/Subtype") == "/Image" and one.get("/Width") == 120 for one in streams)


def height_of(pdf: bytes, words: str) -> tuple[float, float]:
    """(bottom, top) of the first of the words on the first page, in points from its foot."""
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    found = text.search(words).get_next()
    assert found is not None
    _left, bottom, _right, top = text.get_charbox(found[0])
    return bottom, top


@pytest.fixture
def kinds(make: Make) -> dict[str, Callable[..., bytes]]:
    def licence(*, given: bytes | None = None, **more: Any) -> bytes:
        return render(make(**more), seal=given)

    def paper(*, given: bytes | None = None, **more: Any) -> bytes:
        return render_paper(Paper(**{**NOTICE, **more}), seal=given)

    return {"licence": licence, "paper": paper}


@pytest.mark.parametrize("kind", ["licence", "paper"])
def test_a_seal_is_printed_where_it_is_named(
    kind: str, kinds: dict[str, Callable[..., bytes]], text_of: Callable[[bytes], str]
) -> None:
    seal, sheet = picture(), kinds[kind]
    named = {"seal": sha256(seal).hexdigest(), "sample": False}
    assert sealed(sheet(given=seal, **named))
    assert sheet(given=seal, **named) == sheet(given=seal, **named)
    assert not sealed(sheet(sample=False))
    assert "印章" not in text_of(sheet(sample=False))


@pytest.mark.parametrize("kind", ["licence", "paper"])
@pytest.mark.parametrize("given", [None, picture("#123456"), b"GIF89a"])
def test_another_picture_is_refused(kind: str, given: bytes | None, kinds: dict[str, Callable[..., bytes]]) -> None:
    digest = sha256(given if given == b"GIF89a" else picture()).hexdigest()
    with pytest.raises(InvalidParticulars, match=r"seal\.differs"):
        kinds[kind](given=given, seal=digest)
    with pytest.raises(InvalidParticulars, match=r"seal\.differs"):
        kinds[kind](given=picture())


@pytest.mark.parametrize("kind", ["licence", "paper"])
def test_a_sample_bears_the_words_of_its_place(
    kind: str, kinds: dict[str, Callable[..., bytes]], text_of: Callable[[bytes], str]
) -> None:
    assert "登记机关（印章位置）" in text_of(kinds[kind]())
    assert "样例专用章" in text_of(kinds[kind](seal_place="样例专用章"))


def test_seal_and_officer_are_printed_but_only_words_are_digested(text_of: Callable[[bytes], str]) -> None:
    paper = Paper(**{**NOTICE, "officer": "签发人：局长　叶知秋"})
    assert "签发人：局长叶知秋" in text_of(render_paper(paper))
    assert Paper(**{**NOTICE, "seal_place": "样例"}).digest() == Paper(**NOTICE).digest() != paper.digest()


def test_a_long_name_of_a_registrar_stays_clear_of_what_follows() -> None:
    name = "金华国家高新技术产业经济开发区样例街道" * 2
    pdf = render_paper(Paper(**{**NOTICE, "registrar": name[:40], "officer": "签发人：局长　叶知秋"}))
    assert height_of(pdf, "2026年10月13日")[0] > height_of(pdf, "送达方式")[1]
