"""Checks a design's printed sheets: each sheet that it serves, with sample particulars and with the longest ones."""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser

from PIL import ImageChops

from certificates import chinese
from certificates.canonical import in_fours
from certificates.conformance.checked import conformance_faults
from certificates.design_check.findings import DesignFinding
from certificates.errors import CertificateError
from certificates.paper import glyphs, samples
from certificates.paper.design import Design
from certificates.paper.english_summary import EnglishSummary, english_summary_html
from certificates.paper.english_summary import printed as english_summary
from certificates.paper.founding_document import PAPER as FOUNDING_DOCUMENT
from certificates.paper.founding_document import FoundingDocument
from certificates.paper.founding_document import printed as founding_document
from certificates.paper.licence import licence_html
from certificates.paper.licence_items import PRESENT, columns_for, printed_numbers, value_of
from certificates.paper.page_images import pages, texts
from certificates.paper.papers import HEADINGS, Paper, printed
from certificates.paper.pdf import Renderer, licence, require_fast_subsetter
from certificates.particulars import EntityType, Particulars, Style

MARK = "演示样本"
BOLD = frozenset({"h1", "h2", "th", "dt"})
VOID = frozenset({"img", "br", "col", "meta", "link", "hr"})
LONG_TABLE = 40
_CONTENT = re.compile(r"""content\s*:\s*["']([^"']+)["']""")


def check_printed_sheets(design: Design) -> Iterator[DesignFinding]:
    """The faults found by printing; a fault that several sheets share is returned once."""
    require_fast_subsetter()
    # A design for samples only is also checked without its marks: else a missing watermark would not be noticed.
    ready = Renderer(replace(design, manifest=design.manifest.model_copy(update={"sample": False})))
    reported: set[str] = set()
    for finding in (*_licences(ready), *_papers(ready), *_documents(ready), *_translations(ready)):
        same = f"{finding.code} {dict(finding.data)}"
        if same not in reported:
            reported.add(same)
            yield finding


def _licences(ready: Renderer) -> Iterator[DesignFinding]:
    for style, entity_types in ready.design.manifest.serves.items():
        if missing := [file for file in ("licence.html", "licence.css") if file not in ready.design.contents]:
            yield from (DesignFinding("file.needed", file) for file in missing)
            return
        for entity_type in entity_types:
            yield from _sheet(ready, samples.particulars(entity_type, style=style))
        for entity_type in entity_types[:1]:
            yield from _sheet(ready, samples.particulars(entity_type, style=style, copy_kind="original"))
            yield from _watermark(ready, samples.particulars(entity_type, style=style))
        for entity_type in _unlike(entity_types, style=style):
            yield from _longest(ready, entity_type, style=style)


def _unlike(entity_types: tuple[EntityType, ...], *, style: Style) -> list[EntityType]:
    """One entity type for each arrangement of items: the others would print the same rows."""
    rows = {tuple(map(id, PRESENT[one])) if style == "present" else (): one for one in reversed(entity_types)}
    return list(rows.values())


def _sheet(ready: Renderer, facts: Particulars) -> Iterator[DesignFinding]:
    place = f"{facts.style}/{facts.entity_type}/{facts.copy_kind}"
    with suppress(CertificateError):
        yield from _written(place, licence_html(facts, design=ready.design), ready.design)
    pdf = yield from _attempt(place, partial(licence, ready, facts))
    if pdf is None:
        return
    words = texts(pdf)
    for item, value in _wanted(facts):
        if "".join(value.split()) not in "".join(words):
            yield DesignFinding("item.missing", place, {"item": item, "value": value[:40]})
    yield from _marked(place, words)


def _wanted(facts: Particulars) -> Iterator[tuple[str, str]]:
    for column in columns_for(facts):
        for item in column:
            yield "".join(item.label), "".join(item.label)
            yield "".join(item.label), value_of(item, facts)
    if facts.uscc:
        yield "统一社会信用代码", facts.uscc
    yield from printed_numbers(facts)
    yield "登记机关", facts.registrar
    yield "核发日期", chinese.day(facts.issued_on)
    yield "流水号", facts.serial
    yield "核验网址", facts.check_host
    yield "事项摘要", in_fours(facts.digest())
    if facts.copy_kind == "duplicate":
        yield "副本编号", f"（副本）1-{facts.copy_number}"
    if facts.delegate:
        yield "委派代表", facts.delegate


def _marked(place: str, words: list[str]) -> Iterator[DesignFinding]:
    for number, text in enumerate(words, 1):
        if MARK not in text:
            yield DesignFinding("sample.line", place, {"page": number})


def _watermark(ready: Renderer, facts: Particulars) -> Iterator[DesignFinding]:
    place = f"{facts.style}/{facts.entity_type}/{facts.copy_kind}"
    sample = yield from _attempt(place, partial(licence, ready, facts))
    issued = yield from _attempt(place, partial(licence, ready, facts.model_copy(update={"sample": False})))
    if sample is None or issued is None:
        return
    with_marks, without = next(pages(sample, dpi=36)), next(pages(issued, dpi=36))
    left, top, right, bottom = ImageChops.difference(with_marks, without).getbbox() or (0, 0, 0, 0)
    width, height = with_marks.size
    if right - left < width / 2 or bottom - top < height / 3:
        yield DesignFinding("sample.watermark", place)


def _longest(ready: Renderer, entity_type: EntityType, *, style: Style) -> Iterator[DesignFinding]:
    for name, facts in samples.longest(entity_type, style=style, copy_kind="duplicate"):
        place = f"{style}/{entity_type} ({name})"
        pdf = yield from _attempt(place, partial(licence, ready, facts))
        if pdf is not None:
            yield from _marked(place, texts(pdf))


def _papers(ready: Renderer) -> Iterator[DesignFinding]:
    wanted = [kind for kind in HEADINGS if kind in ready.design.manifest.papers]
    needed = ("paper.html", "paper.css", "paper-sample.css") if wanted else ()
    if missing := [file for file in needed if file not in ready.design.contents]:
        yield from (DesignFinding("file.needed", file) for file in missing)
        return
    for kind in wanted:
        yield from _paper(ready, samples.paper(kind))
    for kind in wanted[:1]:
        yield from _paper(ready, samples.paper(kind, rows=LONG_TABLE))


def _paper(ready: Renderer, paper: Paper) -> Iterator[DesignFinding]:
    place = f"paper/{paper.kind}"
    pdf = yield from _attempt(place, partial(printed, ready, paper))
    if pdf is None:
        return
    words = texts(pdf)
    for field, value in paper.texts():
        if field not in ("check_url", "delivery") and "".join(value.split()) not in "".join(words):
            yield DesignFinding("item.missing", place, {"item": field, "value": value[:40]})
    yield from _marked(place, words)


def _documents(ready: Renderer) -> Iterator[DesignFinding]:
    if FOUNDING_DOCUMENT not in ready.design.manifest.papers:
        return
    needed = ("document.html", "document.css", "paper-sample.css")
    if missing := [file for file in needed if file not in ready.design.contents]:
        yield from (DesignFinding("file.needed", file) for file in missing)
        return
    for signed in (True, False):
        yield from _document(ready, samples.founding_document(signed=signed))


def _document(ready: Renderer, document: FoundingDocument) -> Iterator[DesignFinding]:
    place = f"{FOUNDING_DOCUMENT}/{'signed' if document.signatures else 'draft'}"
    pdf = yield from _attempt(place, partial(founding_document, ready, document))
    if pdf is None:
        return
    words = texts(pdf)
    for field, value in document.texts():
        if not field.startswith("signatures") and "".join(value.split()) not in "".join(words):
            yield DesignFinding("item.missing", place, {"item": field, "value": value[:40]})
    yield from _marked(place, words)


def _translations(ready: Renderer) -> Iterator[DesignFinding]:
    if "courtesy" not in ready.design.manifest.papers:
        return
    if missing := [file for file in ("courtesy.html", "courtesy.css") if file not in ready.design.contents]:
        yield from (DesignFinding("file.needed", file) for file in missing)
        return
    for style, entity_types in ready.design.manifest.serves.items():
        for entity_type in _unlike(entity_types, style=style):
            yield from _translation(ready, samples.english_summary(entity_type, style=style))
        yield from _translation(ready, samples.english_summary(entity_types[0], style=style, items=LONG_TABLE))


def _translation(ready: Renderer, courtesy: EnglishSummary) -> Iterator[DesignFinding]:
    facts = courtesy.particulars
    place = f"courtesy/{facts.style}/{facts.entity_type}"
    pdf = yield from _attempt(place, partial(english_summary, ready, courtesy))
    if pdf is None:
        return
    words = texts(pdf)
    wanted = [*courtesy.texts(), ("code", facts.code if facts.uscc else ""), ("serial", facts.serial)]
    for field, value in wanted:
        if "".join(value.split()) not in "".join(words):
            yield DesignFinding("item.missing", place, {"item": field, "value": value[:40]})
    yield from _marked(place, words)
    yield from _written(place, english_summary_html(courtesy, design=ready.design), ready.design)


def _attempt(place: str, work: Callable[[], bytes]) -> Generator[DesignFinding, None, bytes | None]:
    """Prints; an error becomes a finding, and so does each rule of PDF/UA-1 and PDF/A-3a that the file breaks."""
    try:
        pdf = work()
    except CertificateError as refused:
        yield _refusal(place, refused)
        return None
    for fault in conformance_faults(pdf):
        said = {"rule": fault.rule, "zh": fault.sentence("zh"), "en": fault.sentence("en"), "where": fault.place}
        yield DesignFinding("standard.broken", place, {**said, "clause": fault.clause})
    return pdf


def _refusal(place: str, refused: CertificateError) -> DesignFinding:
    data = refused.data
    if refused.code == "render.overflow":
        return DesignFinding("slot.overflow", place, data)
    if refused.code == "render.warning":
        return DesignFinding("print.warning", place, {"message": str(data["messages"][0])[:200]})
    if refused.code == "render.forbidden_address":
        return DesignFinding("reference.external", place, {"address": data["address"], "maximum": 0})
    if refused.code == "render.foreign_font":
        return DesignFinding("font.not_packaged", place, {"font": "、".join(data["families"])})
    if refused.code == "design.template":
        return DesignFinding("template.broken", str(data["file"]), data)
    return DesignFinding("print.refused", place, {"code": refused.code, "details": data})


def _written(place: str, html: str, design: Design) -> Iterator[DesignFinding]:
    """Faults in the HTML: characters without a glyph, bold ones without a bold glyph, pictures without alt text."""
    reader = _Reader()
    reader.feed(html)
    sheets = "".join(design.text(file) for file in design.contents if file.endswith(".css"))
    if lacking := glyphs.missing("".join((*reader.words, *_CONTENT.findall(sheets))).replace("\n", "")):
        yield DesignFinding("glyph.missing", place, {"characters": lacking})
    thin = "".join(c for c in glyphs.missing("".join(reader.bold), font=glyphs.FIXED) if not c.isspace())
    if set(thin) - set(lacking):
        yield DesignFinding("glyph.not_bold", place, {"characters": thin})
    if reader.silent:
        yield DesignFinding("alternative.missing", place)


class _Reader(HTMLParser):
    """The text of a page, its bold text, and whether a picture has no alt text."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.bold: list[str] = []
        self.silent = False
        self._inside: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img" and not (given.get("alt") or "").strip():
            self.silent = True
        if tag not in VOID:
            self._inside.append(tag in BOLD or "fixed" in (given.get("class") or "").split())

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if any(self._inside):
            self.bold.append(data)
