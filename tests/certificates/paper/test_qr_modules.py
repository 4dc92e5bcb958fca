"""Our QR codes, read by another library, and compared with those of segno."""

import re
from typing import Any

import pytest
import segno
import zxingcpp
from PIL import Image
from segno import consts

from certificates.errors import RenderError
from certificates.paper import qr
from certificates.paper.qr_modules import LEVEL, MASK, modules

ADDRESS = "https://heyi.example/v/Zk3vX0q9Tn2bR7cL5mWd1A"


@pytest.mark.parametrize("text", [ADDRESS, "a" * 152, f"{ADDRESS}#AB3-{'C: 7' * 40}", f"{ADDRESS}#{'$%*+./: 9' * 38}"])
def test_a_code_is_read(text: str) -> None:
    side, rows = qr.bitmap(text)
    picture = Image.frombytes("1", (side, side), rows).convert("L")
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [text]


@pytest.mark.parametrize(("version", "statement"), [(8, ""), (12, "AB3" * 50), (15, "AB3" * 90)])
def test_the_modules_are_those_of_segno(version: int, statement: str) -> None:
    segments = [(ADDRESS, consts.MODE_BYTE, "ascii"), (statement, consts.MODE_ALPHANUMERIC)][: 2 if statement else 1]
    make: Any = segno.make_qr
    code = make(segments, error=LEVEL, version=version, mask=MASK, boost_error=False)
    side, dark = modules(version, address=ADDRESS, statement=statement)
    ours = [int(bit) for bit in f"{dark:0{side * side}b}"]
    theirs = [bit for row in code.matrix for bit in row]
    # Segno adds a byte where the data ends with one, so that what fills the rest may differ; patterns may not.
    assert len(ours) == len(theirs)
    kinds = [kind for row in code.matrix_iter(verbose=True, border=0) for kind in row]
    # And it calls one module of the eighth row part of a pattern that holds data.
    kinds[8 * side + side - 9] = consts.TYPE_DATA_LIGHT
    data = (consts.TYPE_DATA_DARK, consts.TYPE_DATA_LIGHT)
    assert all(a == b for a, b, kind in zip(ours, theirs, kinds, strict=True) if kind not in data)


@pytest.mark.parametrize("text", [ADDRESS, f"{ADDRESS}{'b' * 14}", "c" * 106, "d" * 152, "e" * 287, "f" * 412])
def test_a_code_on_a_page_is_read(text: str) -> None:
    drawn = qr.svg(text, title="<甲>")
    assert "<title>&lt;甲&gt;</title>" in drawn
    (side,) = map(int, re.findall(r'viewBox="0 0 (\d+) \1" ', drawn))
    picture = Image.new("L", (4 * side, 4 * side), 255)
    for column, row, width in re.findall(r"M(\d+) (\d+)\.5h(\d+)", drawn):
        picture.paste(0, (4 * int(column), 4 * int(row), 4 * (int(column) + int(width)), 4 * (int(row) + 1)))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [text]


def test_a_text_that_does_not_fit_is_refused() -> None:
    with pytest.raises(RenderError):
        qr.bitmap("a" * 153)
    with pytest.raises(RenderError):
        qr.svg("a" * 413, title="")
