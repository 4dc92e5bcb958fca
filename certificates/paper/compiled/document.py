"""Compiles a document in the flow: receipts, notices, decisions, on any number of pages.

What tells one document from the next is only the text in its slots, the elements that a template marks with
`data-slot`. Two documents whose source is the same without these texts, and whose texts fill as many lines, are laid
out alike: the fixed parts of the first serve the others.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import count, groupby
from typing import Any

from certificates.paper.compiled.compile import (
    ALIGNMENTS,
    CODE,
    MARK,
    LaidOut,
    LaidPage,
    bookmarks,
    name_of,
    sheet_fonts,
    slot_of,
    spacing_of,
    texts_of,
    walk,
)
from certificates.paper.compiled.content import Content, Renumbered, read_content
from certificates.paper.compiled.fill import FilledPages, FontInUse, glyphs_of, shown, with_drawn
from certificates.paper.compiled.lines import Part, Text, set_lines
from certificates.paper.compiled.objects import FileReader
from certificates.paper.compiled.shaping import UNITS
from certificates.paper.compiled.sheet import Align, CompiledDocument, NotCompiled, NotFilled, Piece, Slot

# An element whose text varies, as a template marks it: the attribute comes last, and the element holds only the text.
_SLOT = re.compile(rf" {MARK}>([^<]*)<")
# Half of Pango's unit, in pixels: less is rounding.
NOTHING = 0.5 / UNITS

Lines = list[list[Part]]


@dataclass(frozen=True)
class Source:
    """The HTML of a document, and the same without the texts of its slots, and these."""

    html: str
    frame: str
    texts: tuple[str, ...]

    def numbered(self) -> str:
        """The HTML with its slots numbered, to be laid out."""
        numbers = count()
        return _SLOT.sub(lambda match: f' {MARK}="{next(numbers)}">{match[1]}<', self.html)


@dataclass(frozen=True)
class _Line:
    """A line of a slot as it was laid out, in its block; other texts may stand before the first one. `copy` is 0 in the
    flow; the foot of each page is a copy of its own."""

    page: int
    copy: int
    piece: Piece
    box: Any
    block: Any
    alone: bool


def read_source(html: str) -> Source:
    """The slots of a filled template."""
    return Source(html, _SLOT.sub(f" {MARK}><", html), tuple(unescape(text) for text in _SLOT.findall(html)))


def set_texts(slots: Sequence[Slot | None], texts: Sequence[str]) -> list[Lines]:
    """The lines of each text in its slot. Raises NotFilled."""
    return [_set(slot, text) for slot, text in zip(slots, texts, strict=True)]


def _set(slot: Slot | None, text: str) -> Lines:
    if not text:
        return []
    if slot is None:
        raise NotFilled
    given = Text(text, slot.file, round(slot.size * UNITS), slot.spacing, slot.unbroken, 0)
    first = slot.width - slot.first if slot.first else None
    lines = set_lines([given], width=slot.width, first=first, anywhere=slot.anywhere)
    if slot.justified and any(" " in words for _, _, words in list(_placed(slot, text, lines))[:-1]):
        raise NotFilled
    return lines


def filled_document(document: CompiledDocument, texts: Sequence[str], lines: Sequence[Lines]) -> FilledPages:
    """The pages with these texts, whose lines are as many as the document has. Raises NotFilled."""
    fonts = {name: FontInUse(font) for name, font in document.fonts.items()}
    drawn = [
        shown(piece, piece.mark, x, piece.y, glyphs_of(piece, fonts[piece.font], part, text))
        for slot, copies, whole, own in zip(document.slots, document.lines, texts, lines, strict=True)
        for pieces in copies
        for piece, (x, part, text) in zip(pieces, _placed(slot, whole, own), strict=True)
    ]
    contents = tuple(with_drawn(content, drawn) for content in document.contents)
    titles = {number: texts[slot] for number, slot in document.bookmarks.items()}
    return FilledPages(contents, fonts, marks=list(document.marks), titles=titles)


def _placed(slot: Slot | None, text: str, lines: Lines) -> Iterator[tuple[float, Part, str]]:
    """For each line its place in pixels, its glyphs and its text."""
    used = 0
    for number, [part] in enumerate(lines):
        # The space at which a line is broken is not printed.
        used += text[used] == " " and used > 0
        end = used + len(part.glyphs.numbers)
        assert slot is not None
        free = slot.width - part.width
        begin = {"start": 0.0 if number else slot.first, "center": free / 2, "right": free}[slot.align]
        yield slot.x + begin, part, text[used:end]
        used = end


def compiled_document(laid: LaidOut, source: Source, *, title: str) -> CompiledDocument:
    """The document as laid out from this source. Raises NotCompiled, NotFilled, and what else a design leads to."""
    numbers: dict[str, Renumbered] = {}
    contents = [_content(page, numbers) for page in laid.pages]
    pages = list(zip(laid.pages, contents, strict=True))
    found: list[list[_Line]] = [[] for _ in source.texts]
    for number, (page, content) in enumerate(pages):
        for line in _lines(number, page, content):
            found[int(line.piece.slot or 0)].append(line)
    slots = tuple(_slot(lines, laid) if lines else None for lines in found)
    _compare(slots, source.texts, found)
    places: list[dict[int, int]] = [{} for _ in pages]
    for at, line in enumerate(line for lines in found for line in lines):
        places[line.page][line.piece.mark] = at
    pictures = [
        (number, mark, content.picture_name)
        for number, (page, content) in enumerate(pages)
        if (mark := _picture(page)) is not None
    ]
    streams = [page.stream for page in laid.pages]
    reader = FileReader(laid.pdf, laid.objects, contents=streams, pictures=pictures)
    fonts = sheet_fonts(laid, reader, numbers, {slot.font for slot in slots if slot})
    titles = {number: int(slot) for number, slot in bookmarks(laid, reader).items()}
    return CompiledDocument(
        contents=tuple(content.chunks(own) for content, own in zip(contents, places, strict=True)),
        slots=slots,
        lines=tuple(tuple(tuple(line.piece for line in copy) for copy in _copies(lines)) for lines in found),
        fonts=fonts,
        bookmarks=titles,
        **vars(reader.read(slots=frozenset(), fonts=fonts, title=title, bookmarks=titles)),
    )


def _content(page: LaidPage, numbers: dict[str, Renumbered]) -> Content:
    slots = {page.marks[box] for box, _ in walk(page.box) if name_of(box) == "TextBox" and slot_of(box)}
    return read_content(
        page.commands, slots=frozenset(slots), picture=_picture(page), fonts=numbers, artifacts=page.artifacts
    )


def _picture(page: LaidPage) -> int | None:
    """The number of the marked content of the QR code, on the page that has it."""
    return next((mark for box, mark in page.marks.items() if slot_of(box) == CODE), None)


def _lines(number: int, page: LaidPage, content: Content) -> Iterator[_Line]:
    """The lines of all slots of a page. Of other texts, they may only follow some."""
    margins = (box for box in page.box.children if name_of(box) == "MarginBox")
    in_margins = {line for margin in margins for line, _ in walk(margin)}
    for line, block in walk(page.box):
        if name_of(line) != "LineBox" or not any(slot_of(box) for box, _ in walk(line) if name_of(box) == "TextBox"):
            continue
        texts = list(texts_of(line))
        for at, (box, unbroken) in enumerate(texts):
            slot = slot_of(box)
            if slot is None:
                continue
            if at != len(texts) - 1:
                raise NotCompiled
            mark = page.marks[box]
            drawn = content.drawn(mark)
            y = box.position_y + box.baseline
            opening = b"\n".join(page.artifacts.get(mark, ()))
            spacing = spacing_of(box)
            piece = Piece(slot, drawn.font, drawn.size, 0, y, 0, 0, spacing, unbroken, mark, opening, drawn.state, b"")
            yield _Line(number, number + 1 if line in in_margins else 0, piece, box, block, alone=not at)


def _copies(lines: Sequence[_Line]) -> list[list[_Line]]:
    """The lines of a text, as often as it is printed."""
    return [list(copy) for _, copy in groupby(lines, key=lambda line: line.copy)]


def _slot(lines: Sequence[_Line], laid: LaidOut) -> Slot:
    """The place of a text, which is that of all its lines; `_compare` looks whether it is."""
    first, block = lines[0], lines[0].block
    justified = block.style["text_align_all"] == "justify"
    align: Align | None = "start" if justified else ALIGNMENTS.get(block.style["text_align_all"])  # type: ignore[assignment]  # one of the three words
    if align is None or (align != "start" and not all(line.alone for line in lines)):
        raise NotCompiled
    x = block.content_box_x()
    return Slot(
        font=first.piece.font,
        file=laid.fonts[first.piece.font].file,
        size=first.piece.size,
        align=align,
        x=x,
        width=block.width,
        first=first.box.position_x - x if align == "start" else 0.0,
        unbroken=first.piece.unbroken,
        anywhere=first.box.style["overflow_wrap"] == "anywhere",
        justified=justified,
        spacing=first.piece.spacing,
    )


def _compare(slots: Sequence[Slot | None], texts: Sequence[str], found: Sequence[Sequence[_Line]]) -> None:
    """Raises NotFilled unless the texts are set here as they were laid out."""
    for slot, text, lines, theirs in zip(slots, texts, set_texts(slots, texts), found, strict=True):
        for copy in _copies(theirs):
            if len(lines) != len(copy):
                raise NotFilled
            for (x, _, words), line in zip(_placed(slot, text, lines), copy, strict=True):
                same_type = slot is not None and (line.piece.font, line.piece.size) == (slot.font, slot.size)
                if words != line.box.text or abs(x - line.box.position_x) > NOTHING or not same_type:
                    raise NotFilled
