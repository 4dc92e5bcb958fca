"""The English summary of a licence: a separate document for information; only the Chinese licence is legally valid."""

import math
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from certificates import chinese
from certificates.canonical import canonical, in_fours
from certificates.paper import glyphs, qr
from certificates.paper.design import Design
from certificates.paper.licence_items import columns_for, printed_numbers, value_of
from certificates.paper.render_limits import USUAL, RenderLimits, within
from certificates.paper.templates import fill
from certificates.particulars import Particulars
from certificates.signatures.unwritten_file import written

# Imported for types only: web pages describe a document without loading the renderer.
if TYPE_CHECKING:
    from certificates.paper.document_printing import Unwritten
    from certificates.paper.pdf import Renderer

# The kind of this document in a design.
PAPER = "courtesy"
LABELS: Mapping[str, str] = {
    "名称": "Name",
    "类型": "Type",
    "法定代表人": "Legal representative",
    "投资人": "Investor",
    "执行事务合伙人": "Managing partner",
    "经营者": "Operator",
    "负责人": "Person in charge",
    "经营范围": "Business scope",
    "业务范围": "Business scope",
    "注册资本": "Registered capital",
    "出资额": "Capital contribution",
    "成员出资总额": "Total contributions",
    "组成形式": "Form of operation",
    "成立日期": "Date of establishment",
    "注册日期": "Date of registration",
    "营业期限": "Term of operation",
    "住所": "Domicile",
    "主要经营场所": "Principal place of business",
    "经营场所": "Place of business",
    "注册号": "Registration number",
    "组织机构代码": "Organization code",
    "税务登记证号（纳税人识别号）": "Tax registration number",
    "社会保险登记证号": "Social insurance number",
    "统计登记证号": "Statistics number",
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
COMPOSITIONS = {"personal": "Run by a person", "family": "Run by a family"}
TEXT_LENGTH, ITEM_LENGTH = 200, 400
# Lines per column, and Latin letters per line; a Han character is as wide as two.
FIRST_LINES, FURTHER_LINES, LINE = 26, 28, 58


class EnglishSummary(BaseModel):
    """The English texts of a licence. An absent text stays Chinese; `scope` gives items by their Chinese
    text. `representative` and `delegate` are persons' names in pinyin. Raises InvalidParticulars."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    particulars: Particulars
    name: str | None = None
    type_text: str | None = None
    representative: str | None = None
    delegate: str | None = None
    domicile: str | None = None
    registrar: str | None = None
    scope: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _check(self) -> Self:
        for field, text in self.texts():
            chinese.refuse_unprintable(text, field=field)
            chinese.refuse_long(text, field=field, maximum=ITEM_LENGTH if field == "scope" else TEXT_LENGTH)
        return self

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every English text with its field."""
        for field in ("name", "type_text", "representative", "delegate", "domicile", "registrar"):
            if text := getattr(self, field):
                yield field, text
        yield from (("scope", text) for text in self.scope.values())


def render_english_summary(courtesy: EnglishSummary, **more: Any) -> bytes:
    """The summary as PDF/A-3a and PDF/UA-1, with further pages for a long scope; `more` as of `unwritten_summary`."""
    return written(unwritten_summary(courtesy, **more))


def unwritten_summary(
    courtesy: EnglishSummary, *, design: str = "jinhua", own: Path | None = None, **more: Any
) -> "Unwritten":
    """The same before it is written. `more` are the limits, and `compiled`: whether it may be filled.

    Raises MissingGlyph, DesignError, RenderError.
    """
    from certificates.paper.pdf import renderer

    return _unwritten(renderer(design, own=own), courtesy, **more)


def printed(ready: "Renderer", courtesy: EnglishSummary, **more: Any) -> bytes:
    """The same as `render_english_summary` with a loaded renderer."""
    return written(_unwritten(ready, courtesy, **more))


def _unwritten(
    ready: "Renderer", courtesy: EnglishSummary, *, limits: RenderLimits = USUAL, compiled: bool = True
) -> "Unwritten":
    from certificates.paper.compiled.documents import DocumentJob
    from certificates.paper.document_printing import unwritten_job

    facts = courtesy.particulars
    content = canonical(courtesy.model_dump(mode="json", exclude_none=True))
    with within(limits, size=len(content)):
        context = _context(courtesy, design=ready.design)

    def html(title: str, picture: str, words: str) -> str:
        return _html(ready.design, context, title=title, picture=picture, words=words)

    job = DocumentJob(
        html=html,
        sheets=("licence.css", "courtesy.css"),
        title=_title(courtesy),
        words=_words(facts),
        code=facts.check_url,
        name="courtesy.json",
        description="Content of the translation",
        data=content,
        on=facts.issued_on,
        identity=ready.identity(content),
        bottom=True,
    )
    return unwritten_job(ready, job, limits=limits, compiled=compiled)


def english_summary_html(courtesy: EnglishSummary, *, design: Design) -> str:
    """The whole document."""
    picture = qr.data_address(courtesy.particulars.check_url)
    context = _context(courtesy, design=design)
    return _html(design, context, title=_title(courtesy), picture=picture, words=_words(courtesy.particulars))


def _html(design: Design, context: Mapping[str, Any], *, title: str, picture: str, words: str) -> str:
    return fill(design, "courtesy.html", **context, title=title, qr={"image": picture, "alt": words})


def _title(courtesy: EnglishSummary) -> str:
    facts = courtesy.particulars
    return f"Business licence (courtesy translation) · {courtesy.name or facts.name or facts.type_text}"


def _words(facts: Particulars) -> str:
    return f"QR code: check this licence at {facts.check_host}, code {facts.code}, edition {facts.edition}"


def _context(courtesy: EnglishSummary, *, design: Design) -> dict[str, Any]:
    """The data of the template besides title and QR code."""
    facts = courtesy.particulars
    design.require(style=facts.style, entity_type=facts.entity_type, sample=facts.sample)
    design.require_paper(PAPER, sample=facts.sample)
    rows = [*_numbers(facts), *_rows(courtesy)]
    first, *further = _pages(_items(courtesy))
    listed = [item for page in (first, *further) for item in page]
    glyphs.refuse_missing([facts.registrar, *(row["en"] + row["zh"] for row in rows), *listed])
    return {
        "p": facts.model_dump(mode="json"),
        "rows": rows,
        "scope_label": next(LABELS[label] for label in _labels(facts) if label.endswith("范围")),
        "first": first,
        "further": further,
        "short_digest": in_fours(facts.digest()),
    }


def day(on: date) -> str:
    """12 October 2026."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def money(amount: Decimal, *, currency: str | None) -> str:
    """CNY 5,000,000, with two decimals where they are not zero."""
    return f"{currency or 'CNY'} {amount:,.{0 if amount == amount.to_integral_value() else 2}f}"


def _labels(facts: Particulars) -> Iterator[str]:
    return ("".join(item.label) for column in columns_for(facts) for item in column)


def _numbers(facts: Particulars) -> list[dict[str, str]]:
    return [{"label": LABELS[label], "en": number, "zh": ""} for label, number in printed_numbers(facts)]


def _rows(courtesy: EnglishSummary) -> Iterator[dict[str, str]]:
    """Label, English value, and the Chinese value where a reader needs to compare them."""
    facts = courtesy.particulars
    english = _english(courtesy)
    for column in columns_for(facts):
        for item in column:
            if item.key != "scope":
                chinese_value, value = value_of(item, facts), english.get(item.key)
                keep = item.key in ("name", "type", "representative", "domicile")
                row = {"label": LABELS["".join(item.label)], "en": value or chinese_value}
                yield row | {"zh": chinese_value if value and keep else ""}
    if facts.delegate:
        yield {"label": "Appointed representative", "en": courtesy.delegate or "", "zh": facts.delegate}
    registrar = courtesy.registrar or facts.registrar
    yield {"label": "Registrar", "en": registrar, "zh": facts.registrar if courtesy.registrar else ""}
    yield {"label": "Date of issue", "en": day(facts.issued_on), "zh": ""}


def _english(courtesy: EnglishSummary) -> dict[str, str | None]:
    facts = courtesy.particulars
    until = day(facts.term_until) if facts.term_until else "no fixed end"
    return {
        "name": courtesy.name,
        "type": courtesy.type_text,
        "representative": courtesy.representative,
        "domicile": courtesy.domicile,
        "capital": money(facts.capital, currency=facts.currency) if facts.capital else None,
        "form": COMPOSITIONS[facts.composition] if facts.composition else None,
        "founded": day(facts.founded_on),
        "term": f"{day(facts.founded_on)} to {until}" if facts.term_until else f"From {day(facts.founded_on)}, {until}",
    }


def _items(courtesy: EnglishSummary) -> list[str]:
    """The scope as a list: general items, then those that need an approval, with a mark."""
    facts, english = courtesy.particulars, courtesy.scope
    licensed = [f"{english.get(item, item)} *" for item in facts.licensed_items]
    return [*(english.get(item, item) for item in facts.general_items), *licensed]


def _pages(items: list[str]) -> list[list[str]]:
    """The list by pages: the first page has one column for it, each further page two."""
    pages: list[list[str]] = [[]]
    room = FIRST_LINES
    for item in items:
        lines = _lines(item)
        if lines > room and pages[-1]:
            pages.append([])
            room = 2 * FURTHER_LINES - 2
        pages[-1].append(item)
        room -= lines
    return pages


def _lines(item: str) -> int:
    width = sum(1 if ord(character) < 0x2E80 else 2 for character in item)
    return max(1, math.ceil(width / LINE))
