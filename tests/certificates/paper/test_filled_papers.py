"""A receipt, notice or decision that is filled into a compiled one is that which WeasyPrint lays out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.paper import samples
from certificates.paper.compiled.writer import FilledFile
from certificates.paper.design import find
from certificates.paper.english_summary import EnglishSummary, render_english_summary, unwritten_summary
from certificates.paper.founding_document import printed as founding_document
from certificates.paper.founding_document import render_founding_document, unwritten_document
from certificates.paper.papers import HEADINGS, PaperKind, printed, unwritten_paper
from certificates.paper.pdf import Renderer, renderer
from certificates.signatures.signer import Signer
from certificates.signatures.verify import verify
from tests.fixtures.marks import some_of
from tests.fixtures.same_pages import assert_same

KINDS = list(HEADINGS)
LONG = "，".join(["营业执照的住所应当与提交的使用证明一致，房屋用途不是经营的，请一并提交业主委员会的同意书"] * 3)
DIGEST = "cef06731c3713d66495ba81bf2aaa682cfc0fc6b4bf59bd5ade2e5ad8894f6d8"


def is_filled(**changes: Any) -> bool:
    return isinstance(unwritten_paper(samples.paper(**changes)), FilledFile)


@pytest.mark.parametrize("kind", some_of(KINDS, every=5))
@pytest.mark.parametrize("sample", [True, False])
def test_every_kind_is_the_same(kind: PaperKind, sample: bool) -> None:
    paper = samples.paper(kind, sample=sample, officer="样例职员", number="金市监样〔2026〕第9号")
    assert is_filled(kind=kind, sample=sample, officer="样例职员")
    assert_same(printed(renderer("jinhua"), paper), printed(renderer("jinhua"), paper, compiled=False))


@pytest.mark.parametrize("signed", [True, False])
def test_a_founding_document_and_its_draft_are_the_same(signed: bool) -> None:
    """Its title is at the foot of each page, and a draft has no QR code."""
    document = samples.founding_document(signed=signed)
    made = unwritten_document(document)
    assert isinstance(made, FilledFile)
    assert_same(bytes(made.written()), render_founding_document(document, compiled=False))


def test_the_bookmarks_of_the_next_document_are_its_own() -> None:
    ready = Renderer(find("jinhua"))
    document = samples.founding_document()
    founding_document(ready, document)
    text = document.text.model_copy(update={"title": "金华别家样例茶业有限公司章程"})
    other = document.model_copy(update={"text": text})
    assert_same(founding_document(ready, other), founding_document(ready, other, compiled=False))
    assert len(ready.documents._documents) == 1


def test_long_texts_and_many_pages_are_the_same() -> None:
    rows = [(LONG, DIGEST, f"contract-{DIGEST}.pdf", LONG[:number]) for number in range(1, 12)]
    paper = samples.paper("correction", rows=0).model_copy(update={"rows": tuple(rows), "before": (LONG, LONG)})
    made = unwritten_paper(paper)
    assert isinstance(made, FilledFile)
    assert_same(bytes(made.written()), printed(renderer("jinhua"), paper, compiled=False))


@pytest.mark.parametrize("given", [{}, {"entity_type": "lp", "items": 40}, {"style": "five_numbers"}])
def test_an_english_summary_is_the_same(given: dict[str, Any]) -> None:
    """It has a list, the QR code is on each page, and its Chinese texts are marked as such."""
    page = samples.english_summary(**given)
    made = unwritten_summary(page)
    assert isinstance(made, FilledFile)
    assert_same(bytes(made.written()), render_english_summary(page, compiled=False))


ENGLISH = (
    "Sample ",
    "Co., Ltd. ",
    "(Jinhua) ",
    "e-commerce, ",
    "tea & coffee ",
    "“A” ",
    "research/design ",
    "样例",
    "2.5%",
)


@pytest.mark.thorough
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.lists(st.sampled_from(ENGLISH), min_size=1, max_size=9).map("".join), min_size=6, max_size=30))
def test_random_english_summaries_are_the_same(texts: list[str]) -> None:
    name, domicile, registrar, kind, *items = (text.strip()[:100] for text in texts)
    facts = samples.particulars(general_items=[f"样例{number}" for number in range(len(items))])
    page = EnglishSummary(
        particulars=facts,
        name=name,
        type_text=kind,
        domicile=domicile,
        registrar=registrar,
        scope=dict(zip(facts.general_items, items, strict=True)),
    )
    made = unwritten_summary(page)
    if isinstance(made, FilledFile):
        assert_same(bytes(made.written()), render_english_summary(page, compiled=False))


WORDS = ("样例", "（一）", "《条例》第十六条", "，", "“样”", "2026年", "A4", "样 a-b 样", "℃", "：", "HY-2026-000123")
TEXTS = st.lists(st.sampled_from((*WORDS, LONG[:30], DIGEST)), min_size=0, max_size=9).map("".join)


@pytest.mark.thorough
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(KINDS),
    cells=st.lists(TEXTS, min_size=4, max_size=4),
    facts=st.lists(TEXTS, min_size=2, max_size=4),
    before=st.lists(TEXTS, max_size=3),
)
def test_random_papers_are_the_same(kind: PaperKind, cells: list[str], facts: list[str], before: list[str]) -> None:
    columns = len(HEADINGS[kind].columns)
    given_facts = dict(zip(("applicant", "reference", "name", "address"), facts, strict=False))
    paper = samples.paper(kind, facts=given_facts, before=tuple(before))
    paper = paper.model_copy(update={"rows": (tuple(cells[:columns]),) * 2 if columns else ()})
    made = unwritten_paper(paper)
    if isinstance(made, FilledFile):
        assert_same(bytes(made.written()), printed(renderer("jinhua"), paper, compiled=False))


def test_the_next_of_a_kind_needs_no_layout() -> None:
    ready = Renderer(find("jinhua"))
    printed(ready, samples.paper("receipt"))
    ready.print = pytest.fail  # type: ignore[assignment, method-assign]
    ready.record = pytest.fail  # type: ignore[assignment, method-assign]
    other = samples.paper("receipt", number="金市监样〔2026〕第0018号", after=("另一个人的另一份文书。",))
    assert printed(ready, other) != printed(ready, samples.paper("receipt"))


def test_the_same_paper_has_the_same_bytes_whatever_was_printed_before() -> None:
    first = printed(Renderer(find("jinhua")), samples.paper("receipt"))
    other = Renderer(find("jinhua"))
    printed(other, samples.paper("receipt", number="金市监样〔2026〕第0018号", after=("如有疑问，请来窗口询问。",)))
    assert printed(other, samples.paper("receipt")) == first


@pytest.mark.parametrize("text", ["𠮷样", "ή", "两  个空格", " 首空格", "W" * 90])
def test_what_may_be_set_in_another_way_is_laid_out(text: str) -> None:
    assert not is_filled(before=(text,))
    # It does not hinder the next one.
    assert is_filled(before=("样",))


def test_a_design_without_slots_is_laid_out_and_one_that_prints_more_is_right(text_of: Callable[[bytes], str]) -> None:
    old = changed(lambda page: page.replace(" data-slot>", ">"))
    assert_same(printed(old, samples.paper()), printed(renderer("jinhua"), samples.paper()))
    more = changed(lambda page: page.replace("<h1>", "<p>{{ p.facts.name }} {{ title }}</p><h1>"))
    for name in ("甲样例公司", "乙样例公司"):
        text = text_of(printed(more, samples.paper(facts={"name": name})))
        assert text.count(name) == 2
        assert "金华市监样〔2026〕第0017号·演示样本" in text


def changed(change: Callable[[str], str]) -> Renderer:
    """The design as an office might have it, with another template."""
    shipped = find("jinhua")
    page = change(shipped.text("paper.html"))
    contents = {**shipped.contents, "paper.html": page.encode()}
    return Renderer(replace(shipped, folder=Path("/srv/designs/own"), contents=contents))


def test_a_filled_paper_is_signed_in_its_first_revision(signer: Signer) -> None:
    paper = samples.paper("application")
    file = unwritten_paper(paper)
    assert isinstance(file, FilledFile)
    at = datetime(2026, 10, 12, 6, 30, tzinfo=UTC)
    signed = signer.sign(file, signed_at=at, reason=paper.number, location=paper.registrar)
    assert signed.count(b"%%EOF") == 1
    assert verify(signed, trust_roots=[signer.root]).genuine
