"""The English courtesy page: what it says, what it keeps in Chinese, and that nothing is cut."""

import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pikepdf
import pytest

from certificates.errors import InvalidParticulars, MissingGlyph
from certificates.paper import english_summary, samples
from certificates.paper.english_summary import EnglishSummary, render_english_summary
from certificates.paper.licence_items import columns_for
from certificates.paper.page_images import texts
from certificates.particulars import Particulars

Make = Callable[..., Particulars]


def tight(text: str) -> str:
    return "".join(text.split())


def test_the_page_says_in_english_what_the_licence_says(qr_of: Callable[[bytes], str]) -> None:
    page = samples.english_summary("lp")
    pdf = render_english_summary(page)
    (text,) = texts(pdf)
    for words in (
        *("BUSINESS LICENCE", "Courtesy translation. The Chinese text alone is authoritative.", "CNY 5,000,000"),
        *("Managing partner", "Lu Qiwu", "陆栖梧", "12 October 2026", "Duplicate 1-1"),
        *("Wucheng District, Jinhua, Zhejiang", page.particulars.domicile, page.particulars.name or ""),
        *("1. Sample activity 1", "14. Sample activity 14", "演示样本 · 无效 · SAMPLE · NOT VALID"),
        *(page.particulars.uscc or "", page.particulars.serial),
    ):
        assert tight(words) in text
    assert qr_of(pdf) == page.particulars.check_url
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "en"
        attached = document.attachments["courtesy.json"].get_file().read_bytes()
        assert EnglishSummary.model_validate(json.loads(attached)) == page
    assert render_english_summary(page) == pdf


def test_what_has_no_english_stays_chinese_and_is_not_left_out(make: Make) -> None:
    facts = make()
    (text,) = texts(render_english_summary(EnglishSummary(particulars=facts)))
    for words in (facts.name, facts.type_text, facts.representative, facts.domicile, facts.registrar):
        assert tight(words or "") in text
    assert all(item in text for item in (*facts.general_items, *facts.licensed_items))


def test_a_long_scope_goes_on_over_further_pages_whole() -> None:
    page = samples.english_summary(items=80)
    first, *further = texts(render_english_summary(page))
    assert further
    listed = first + "".join(further)
    for number in range(1, 81):
        assert f"{number}.Sampleactivity{number}," in listed


def test_the_numbers_of_2015_are_told_too() -> None:
    text = "".join(texts(render_english_summary(samples.english_summary(style="five_numbers"))))
    for words in ("Tax registration number", "330701MAT000018", "MAT00001-8", "20 July 2015 to 19 July 2045"):
        assert tight(words) in text


def test_every_label_has_its_english() -> None:
    from certificates.paper.design import find

    for style, entity_type, _ in samples.kinds(find("jinhua").manifest.serves):
        for column in columns_for(samples.particulars(entity_type, style=style)):
            assert all("".join(item.label) in english_summary.LABELS for item in column)


def test_money_and_days_in_english() -> None:
    assert english_summary.money(Decimal(5_000_000), currency=None) == "CNY 5,000,000"
    assert english_summary.money(Decimal("1000000.50"), currency="USD") == "USD 1,000,000.50"
    assert english_summary.day(date(2026, 3, 7)) == "7 March 2026"


@pytest.mark.parametrize("field", ["name", "type_text", "representative", "domicile", "registrar"])
def test_english_texts_are_data_as_all_others(field: str, make: Make) -> None:
    evil = '<script>alert(1)</script><img src="http://127.0.0.1:9/x">'
    assert tight(evil) in texts(render_english_summary(EnglishSummary(particulars=make(), **{field: evil})))[0]
    with pytest.raises(InvalidParticulars):
        EnglishSummary(particulars=make(), **{field: "a\u202eb"})
    with pytest.raises(InvalidParticulars):
        EnglishSummary(particulars=make(), **{field: "a" * 201})
    with pytest.raises(MissingGlyph):
        render_english_summary(EnglishSummary(particulars=make(), **{field: "tea 😀"}))
