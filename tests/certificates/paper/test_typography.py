"""How Chinese is set: which sign may begin or end a line, what is never torn, in real print."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.paper import glyphs, samples
from certificates.paper.design import find
from certificates.paper.line_count import line_count
from certificates.paper.pdf import Renderer, licence, render, renderer
from certificates.paper.type_size import pages_of
from certificates.particulars import CopyKind, Particulars, Style
from tests.fixtures.marks import some_of

Make = Callable[..., Particulars]
NOT_FIRST, NOT_LAST = "，。；：、）》”’！？", "（《“‘"
PIECES = ("样例", "技术服务", "（除许可业务外）", "“样”", "《样》", "研究、设计", "A4", "100%", "：", "茶；", "·")
WORDS = st.sampled_from(PIECES)
LINE_PIECES = st.sampled_from(
    (
        *PIECES,
        "W" * 40,
        "Hello World ",
        "a-b",
        "３号",
        "m" * 13 + " ",
        "—",
        "…",
        "ＡＢ",
        "é",
        "1,000",
        "/",
        "(x)",
        "“",
        "$5",
        "𠮷",
    )
)
examples = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def lines(pdf: bytes) -> Iterator[str]:
    """The printed lines of the first page, as runs of characters on one height."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = document[0].get_textpage().get_text_range()
    finally:
        document.close()
    yield from (line.strip() for line in text.splitlines() if line.strip())


def scope_lines(pdf: bytes) -> list[str]:
    """Those from the head of the scope on, up to its end."""
    found, inside = [], False
    for line in lines(pdf):
        inside = inside or "一般项目" in line
        if inside:
            found.append(line)
        if inside and "动）。" in line:
            break
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, min_size=20, max_size=90).map("".join))
def test_no_line_begins_with_a_closing_or_ends_with_an_opening_sign(make: Make, item: str) -> None:
    printed = scope_lines(render(make(general_items=(f"样{item}样",), licensed_items=())))
    assert printed
    assert not [line for line in printed[1:] if line[0] in NOT_FIRST]
    assert not [line for line in printed[:-1] if line[-1] in NOT_LAST]


@pytest.mark.parametrize("size", some_of(range(120, 140), every=5))
def test_the_last_line_of_a_scope_is_never_one_character(size: int, make: Make) -> None:
    printed = scope_lines(render(make(general_items=("样" * size,), licensed_items=())))
    assert len(printed[-1]) >= 4


@pytest.mark.parametrize("length", some_of(range(2, 12), every=4))
def test_brackets_round_a_delegate_stay_on_one_line(length: int, make: Make) -> None:
    whole = f"（委派代表：{'陆' * 3}）"
    pdf = render(make("lp", representative="名" * (length + 10), delegate="陆" * 3))
    assert any(whole in line for line in lines(pdf))


@pytest.mark.parametrize("name", ["𬭎样", "㛃样", "阿依古丽·样例", "喆犇堃䶮", "鿏𬭚样", "𠮷样"])
def test_rare_characters_are_printed_or_named_before_issue(name: str, make: Make) -> None:
    from certificates.errors import MissingGlyph
    from certificates.paper import glyphs

    facts: Any = {"representative": name}
    if lacking := glyphs.missing(name):
        with pytest.raises(MissingGlyph) as caught:
            render(make(**facts))
        assert caught.value.characters == lacking
    else:
        assert any(name in line for line in lines(render(make(**facts))))


def test_a_foreign_capital_and_the_longest_name_are_printed_whole(make: Make) -> None:
    name = "金华" + "样" * 54 + "有限公司"
    text = "".join(lines(render(make(name=name, currency="USD", capital=samples.PRESENT["capital"]))))
    assert name in text
    assert "伍佰万美元" in text


@pytest.mark.thorough
@examples
@given(items=st.lists(st.text("样例研究、设计（销售）A", min_size=3, max_size=120), min_size=90, max_size=160))
def test_each_column_of_the_annex_holds_whole_items(make: Make, items: list[str]) -> None:
    particulars = make(general_items=tuple(f"样{item}类" for item in items), licensed_items=("餐饮服务",))
    pages = pages_of(particulars)
    columns = [column for page in pages for column in page if column]
    parts = particulars.scope_parts()
    for column in columns:
        held: list[str] = []
        while "".join(held) != column:
            held.append(parts.pop(0))
            assert column.startswith("".join(held))
    assert parts == []
    assert not [column for column in columns if column[0] in NOT_FIRST]


@pytest.mark.thorough
def test_an_annex_of_several_pages_is_printed_whole(make: Make) -> None:
    particulars = make(general_items=tuple(f"样例项目{number}的研究、设计和销售" for number in range(300)))
    document = pypdfium2.PdfDocument(render(particulars))
    try:
        pages = ["".join(page.get_textpage().get_text_range().split()) for page in list(document)[1:]]
    finally:
        document.close()
    assert len(pages) == len(pages_of(particulars)) > 1
    for text, columns in zip(pages, pages_of(particulars), strict=True):
        assert "".join(columns).replace(" ", "") in text
        assert columns[0].startswith(("一般项目：", "样例项目"))


@examples
@given(
    text=st.lists(LINE_PIECES, min_size=1, max_size=60).map("".join), line=st.sampled_from([10.9, 15.87, 25.2, 38.4])
)
def test_lines_are_never_counted_too_few(text: str, line: float) -> None:
    ready = renderer("jinhua")
    ready.warm(text.encode())
    cell = "padding:0;overflow-wrap:anywhere;font:40px/60px 'Heyi Serif'"
    table = f"table-layout:fixed;border-collapse:collapse;width:{line * 40}px"
    html = f'<html lang=zh-CN><body><table style="{table}"><tr><td style="{cell}">{text.strip()}</td></tr></table>'
    page = ready._layout(html + "<style>@page { size: 3000px 30000px }</style>", ("licence.css",)).pages[0]
    printed = next(box for box in page._page_box.descendants() if type(box).__name__ == "TableCellBox")
    assert line_count(text.strip(), line=line) >= round(printed.height / 60)


@pytest.mark.parametrize("text", ["甲乙丙", "甲乙丙 ", "甲乙丙  "])
def test_spaces_at_the_end_of_a_line_take_no_width(text: str) -> None:
    assert line_count(text, line=3) == 1
    assert line_count(f"{text}丁", line=3, unbroken_end=1) == 2


def test_two_signs_side_by_side_are_set_closer(make: Make) -> None:
    pdf = render(make(general_items=("样例（甲）；样例（乙）",), licensed_items=()))
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0].get_textpage()
        text = page.get_text_range()
        at = text.index("甲）；")
        (before, *_), (after, *_) = page.get_charbox(at), page.get_charbox(at + 3)
    finally:
        document.close()
    em = 3.7 * 72 / 25.4
    assert after - before < 2.75 * em


@pytest.mark.parametrize("copy", ["original", "duplicate"])
@pytest.mark.parametrize("style", ["present", "five_numbers"])
@pytest.mark.parametrize("statement", [180, 300])
def test_a_scan_of_100_dots_an_inch_reads_the_code(copy: CopyKind, style: Style, statement: int) -> None:
    facts = samples.particulars(style=style, copy_kind=copy)
    text = f"{facts.check_url}#{'AB3-' * (statement // 4)}"
    document = pypdfium2.PdfDocument(render(facts, qr_text=text))
    try:
        scan = document[0].render(scale=100 / 72).to_pil().convert("L")
    finally:
        document.close()
    assert text in [code.text for code in zxingcpp.read_barcodes(scan)]


@pytest.mark.parametrize(
    ("name", "family"),
    [("𠮷样", "Heyi-Han-U20"), ("𮯀样", "Heyi-Han-U2E"), ("Łukasz Žižek", "Heyi-Latin"), ("ή", "Heyi-Latin")],
)
def test_a_rare_character_is_drawn_by_its_own_font(name: str, family: str, make: Make) -> None:
    pdf = render(make(representative=name))
    assert any(name.replace(" ", "") in line.replace(" ", "") for line in lines(pdf))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one]
        [file] = [one.FontFile2.read_bytes() for one in fonts if family in str(one.FontName)]
    # The very outline of that character, and of no other: a subset has it under another number.
    [source] = glyphs.fallbacks(name)
    whole = TTFont(io.BytesIO(glyphs.unpacked(source)))
    cut = TTFont(io.BytesIO(file))
    outline = whole["glyf"][whole.getBestCmap()[ord(name[0])]].getCoordinates(whole["glyf"])[0]
    assert any(
        outline == cut["glyf"][glyph].getCoordinates(cut["glyf"])[0]
        for glyph in cut.getGlyphOrder()
        if glyph != ".notdef"
    )
    assert render(make(representative=name)) == pdf


def test_a_paper_without_rare_characters_loads_no_other_font() -> None:
    ready = Renderer(find("jinhua"))
    licence(ready, samples.particulars())
    assert not [name for name in ready._sheets if name.endswith(".xz")]
    licence(ready, samples.particulars(representative="𠮷样"))
    assert [name for name in ready._sheets if name.endswith(".xz")] == ["HeyiHan-20.ttf.xz"]


@pytest.mark.thorough
def test_the_table_of_coverage_is_that_of_the_fonts() -> None:
    for file in glyphs.files():
        cmap = TTFont(io.BytesIO(glyphs.unpacked(file)), lazy=True).getBestCmap()
        assert glyphs.coverage(file) == frozenset(cmap)
    assert {path.name for path in glyphs.FONTS.glob("*.ttf*")} == set(glyphs.files())


def test_the_han_of_gb_18030_at_level_3_are_printed() -> None:
    """All of CJK Unified Ideographs (to U+9FEF), and Extensions A to F as of Unicode 10."""
    blocks = [(0x4E00, 0x9FEF), (0x3400, 0x4DB5), (0x20000, 0x2A6D6), (0x2A700, 0x2B734), (0x2B740, 0x2B81D)]
    blocks += [(0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0)]
    han = "".join(chr(point) for first, last in blocks for point in range(first, last + 1))
    assert glyphs.missing(han) == ""
    assert glyphs.missing("𱁬𰻝𠮷") == "𱁬𰻝"
