"""A plain text as a document."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest

from certificates.errors import InvalidParticulars, MissingGlyph
from certificates.paper.plain_text import ATTACHED, MOST_CHARACTERS, MOST_LINES, PlainText, render_plain_text

DAY = date(2026, 11, 30)


def test_a_text_is_set_as_it_was_sent_with_the_file_attached(text_of: Callable[[bytes], str]) -> None:
    sent = "\ufeff经营场所说明 <b>&amp;\r\n\r\n\t一、  三楼 301 室，䶮\r二、été\n".encode()
    pdf = render_plain_text(PlainText(sent, name="说明.txt", on=DAY))
    for words in (
        "经营场所说明<b>&amp;",
        "一、三楼301室，䶮",
        "二、été",
        "2026年11月30日",
        sha256(sent).hexdigest(),
        "说明.txt",
    ):
        assert words in text_of(pdf)
    with pikepdf.open(BytesIO(pdf)) as document, document.open_metadata() as about:
        assert document.attachments[ATTACHED].get_file().read_bytes() == sent
        assert (about["pdfaid:part"], about["dc:title"]) == ("3", "说明.txt")
    assert render_plain_text(PlainText(sent, name="说明.txt", on=DAY)) == pdf


def test_what_is_no_text_to_print_is_refused() -> None:
    for data, code in (
        ("合一".encode("gb18030"), "text.encoding"),
        (b" \n\t\n", "text.empty"),
        (b"a\x0cb", "text.control"),
        ("a\u202eb".encode(), "text.control"),
        (b"x" * (MOST_CHARACTERS + 1), "text.length"),
        (b"x\n" * (MOST_LINES + 1), "text.many"),
    ):
        with pytest.raises(InvalidParticulars) as refused:
            PlainText(data, name="a", on=DAY)
        assert refused.value.code == code
    with pytest.raises(MissingGlyph):
        PlainText("\U0001f600".encode(), name="a", on=DAY)
