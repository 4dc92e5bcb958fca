"""Receipts, notices and decisions."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pikepdf
import pytest

from certificates.errors import InvalidParticulars, MissingGlyph
from certificates.paper import glyphs, licence_items
from certificates.paper.design import DESIGNS
from certificates.paper.papers import FACTS, HEADINGS, Paper, PaperKind, render_paper

NOTICE: dict[str, Any] = {
    "kind": "correction",
    "registrar": "金华市市场监督管理局",
    "number": "金市监补〔2026〕第0017号",
    "facts": {"applicant": "苏知禾", "reference": "JH2026101200017", "name": "金华双溪样例茶业有限公司"},
    "before": ("经审查，有1处需要补正。",),
    "rows": (("公司章程 第六条", "出资额合计不一致。", "核对后修改。", "公司法第四十六条"),),
    "after": ("请在2026年12月11日前补正。",),
    "contacts": ("窗口：企业开办 3 号窗",),
    "issued_on": date(2026, 10, 13),
    "check_url": "https://heyi.example/v/p/JH2026101200017",
    "check_host": "heyi.example/v",
}


def test_a_notice_says_all_that_it_was_given(text_of: Callable[[bytes], str], qr_of: Callable[[bytes], str]) -> None:
    paper = Paper(**NOTICE)
    pdf = render_paper(paper)
    text = text_of(pdf)
    for _, value in paper.texts():
        if value != paper.check_url:
            assert "".join(value.split()) in text
    for fixed in ("一次性告知书", "申请材料需要补正", "怎样补正", "2026年10月13日", "演示样本·无效", "第1页，共1页"):
        assert fixed in text
    assert qr_of(pdf) == paper.check_url
    assert render_paper(paper) == pdf


@pytest.mark.parametrize("kind", [kind for kind in HEADINGS if kind != "correction"])
def test_every_kind_has_its_title_and_columns(kind: PaperKind, text_of: Callable[[bytes], str]) -> None:
    heading = HEADINGS[kind]
    row = tuple(f"内容{i}" for i in range(len(heading.columns)))
    text = text_of(render_paper(Paper(**{**NOTICE, "kind": kind, "rows": (row,), "sample": False})))
    assert heading.title in text
    assert all(column.label in text for column in heading.columns)
    assert "SAMPLE" not in text
    assert ("签收人" in text) == heading.slip


def test_a_long_table_runs_over_pages_and_repeats_its_head(text_of: Callable[[bytes], str]) -> None:
    rows = tuple((f"材料{i}", "1", "电子件") for i in range(60))
    pdf = render_paper(Paper(**{**NOTICE, "kind": "receipt", "rows": rows}))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = len(document.pages)
    text = text_of(pdf)
    assert pages > 1
    assert text.count("材料名称") == pages
    assert all(f"材料{i}" in text for i in range(60))


def test_markup_in_a_paper_is_printed_as_text(text_of: Callable[[bytes], str]) -> None:
    evil = '<img src="file:///etc/hostname"><b>&amp;</b>{{ 7*7 }}'
    paper = Paper(**{**NOTICE, "before": (evil,), "rows": ((evil,) * 4,), "facts": {"applicant": evil}})
    text = text_of(render_paper(paper))
    assert text.count("".join(evil.split())) >= 2
    assert "49" not in text


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"rows": (("只有一格",),)}, "row.width", "rows.0"),
        ({"facts": {"mobile": "1"}}, "item.unknown", "facts.mobile"),
        ({"after": ("好\u202e",)}, "text.control", "after.0"),
        ({"before": ("长" * 2001,)}, "text.length", "before.0"),
    ],
)
def test_a_wrong_paper_is_refused_by_field(changes: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(InvalidParticulars) as caught:
        Paper(**{**NOTICE, **changes})
    assert (caught.value.code, caught.value.data["field"]) == (code, field)


def test_a_character_without_glyph_stops_a_paper() -> None:
    with pytest.raises(MissingGlyph):
        render_paper(Paper(**{**NOTICE, "after": ("好😀",)}))


def test_digest_of_a_paper_is_of_what_it_says() -> None:
    paper = Paper(**NOTICE)
    assert Paper(**{**NOTICE, "sample": False, "check_host": "other.example"}).digest() == paper.digest()
    assert Paper(**{**NOTICE, "after": ("请补正。",)}).digest() != paper.digest()


def test_the_bold_font_has_every_fixed_word() -> None:
    tables = [*licence_items.PRESENT.values(), *((column,) for column in licence_items.FIVE_NUMBERS.values())]
    labels = ["".join(item.label) for columns in tables for column in columns for item in column]
    headings = [h.title + h.subtitle + "".join(c.label for c in h.columns) for h in HEADINGS.values()]
    literal = "营业执照附页（副本）（正本）1-1 附页 9 / 9 统一社会信用代码经营范围（全文）序号登记机关核发日期"
    fixed = "".join([*labels, *headings, *FACTS.values(), *licence_items.NUMBER_LABELS.values(), literal])
    assert glyphs.missing(fixed, font=glyphs.FIXED) == ""


def test_the_text_font_has_every_word_of_the_templates() -> None:
    for design in DESIGNS.iterdir():
        for template in design.glob("*.html"):
            assert glyphs.missing("".join(template.read_text(encoding="utf-8").split())) == ""
