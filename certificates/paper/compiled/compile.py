"""Reads a sheet that the renderer laid out: which bytes are fixed, and where the texts of each licence belong.

A design marks the elements whose text varies with `data-slot`; they are found as boxes of the layout, never by what
they say. What a box of a slot printed must be what was given for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from certificates.paper import glyphs
from certificates.paper.accessibility import Opening, page_marks
from certificates.paper.compiled.content import USUAL, Content, Renumbered, read_content
from certificates.paper.compiled.objects import FileReader
from certificates.paper.compiled.shaping import UNITS, face
from certificates.paper.compiled.sheet import Block, CompiledSheet, NotCompiled, Piece, Row, SheetFont, Table
from certificates.paper.overflow import SLACK, floors_and_lines

# The attribute of an element whose text varies, and its value at the picture of the QR code.
MARK, CODE = "data-slot", "code"
ALIGNMENTS = {"start": "start", "left": "start", "center": "center", "end": "right", "right": "right"}
CELLS = ("td", "th")


@dataclass(frozen=True)
class UsedFont:
    """A font's file, and the characters of its glyphs."""

    file: str
    texts: Mapping[int, str]


@dataclass(frozen=True)
class LaidPage:
    """A page as the renderer has it: its box, the stream of its drawing commands, these, the numbers of marked boxes,
    and the openings of those that are artifacts."""

    box: Any
    stream: Any
    commands: tuple[Any, ...]
    marks: Mapping[Any, int]
    artifacts: Mapping[int, Opening]


@dataclass(frozen=True)
class LaidOut:
    """A document as the renderer has it: its pages, the objects of the file, and its fonts by their name in the
    streams."""

    pages: tuple[LaidPage, ...]
    pdf: Any
    objects: tuple[Any, ...]
    fonts: Mapping[str, UsedFont]


def record(document: Any, write: Any) -> LaidOut:
    """Writes a document with `write(finisher)` and keeps what only exists meanwhile."""
    pages: list[LaidPage] = []
    found: dict[str, Any] = {}

    def keep_page(page: Any, paint: Any, stream: Any, scale: float = 1) -> None:
        paint(stream, scale)
        marks = {box: tag["mcid"] for box, tag in stream._tags.items()}
        artifacts = page_marks(page._page_box, stream, document.metadata.lang).artifacts
        pages.append(LaidPage(page._page_box, stream, tuple(stream.stream), marks, artifacts))
        # Once they are written, the fonts have only the glyphs of this file.
        if len(pages) == len(document.pages):
            found["fonts"] = {font.hash: _used(font) for font in document.fonts.values()}

    for page in document.pages:
        page.paint = partial(keep_page, page, page.paint)
    write(lambda pdf: found.update(pdf=pdf, objects=tuple(pdf.objects)))
    return LaidOut(tuple(pages), **found)


def compiled(laid: LaidOut, texts: Mapping[str, str], *, title: str) -> CompiledSheet:
    """The sheet, laid out with these texts in its slots. Raises NotCompiled."""
    if len(laid.pages) != 1:
        raise NotCompiled
    [sheet] = laid.pages
    page = sheet.box
    slots = {sheet.marks[box] for box, _ in walk(page) if name_of(box) == "TextBox" and slot_of(box)}
    [picture] = (mark for box, mark in sheet.marks.items() if slot_of(box) == CODE)
    content = read_content(sheet.commands, slots=frozenset(slots), picture=picture, fonts={}, artifacts=sheet.artifacts)
    if slots & sheet.artifacts.keys() or _printed(page) != {slot: text for slot, text in texts.items() if text}:
        raise NotCompiled
    tables, cells = _tables(page)
    blocks = tuple(_blocks(sheet, content, cells))
    places = {piece.mark: at for at, piece in enumerate(piece for block in blocks for piece in block.pieces)}
    reader = FileReader(
        laid.pdf,
        laid.objects,
        contents=[sheet.stream],
        pictures=[(0, picture, content.picture_name)],
    )
    fonts = sheet_fonts(
        laid, reader, content.fonts, {piece.font for block in blocks for piece in block.pieces if piece.slot}
    )
    if bookmarks(laid, reader):
        raise NotCompiled
    found = reader.read(slots=frozenset(slots), fonts=fonts, title=title, bookmarks=())
    return CompiledSheet(
        content=content.chunks(places),
        blocks=blocks,
        tables=tables,
        fonts=fonts,
        **vars(found),
    )


def sheet_fonts(
    laid: LaidOut, reader: FileReader, numbers: Mapping[str, Renumbered], varying: set[str]
) -> dict[str, SheetFont]:
    """The fonts of a file with the glyphs of its fixed texts, and usual ones where the texts are `varying`."""
    files = {name: font.file for name, font in laid.fonts.items()}
    found = {}
    for name, file, descendant, program, unicode, head in reader.fonts(files):
        order = numbers[name]
        texts = dict(laid.fonts[name].texts)
        if name in varying:
            usual = face(file).shape(USUAL[file], size=UNITS).numbers
            for character, glyph in zip(USUAL[file], usual, strict=True):
                order.place(glyph)
                texts.setdefault(glyph, character)
        kept = tuple(order)
        found[name] = SheetFont(file, descendant, program, unicode, head, kept, ("", *(texts[g] for g in kept[1:])))
    return found


def _used(font: Any) -> UsedFont:
    """A font of WeasyPrint's, which must be one of this package."""
    for file in (glyphs.TEXT, glyphs.FIXED):
        if face(file).content == font.file_content:
            return UsedFont(file, dict(font.to_unicode))
    raise NotCompiled


def walk(box: Any, parent: Any = None) -> Iterator[tuple[Any, Any]]:
    """Every box below one, with its parent."""
    box = getattr(box, "_box", box)
    yield box, parent
    for child in getattr(box, "children", ()):
        yield from walk(child, box)


def name_of(box: Any) -> str:
    return type(box).__name__


def slot_of(box: Any) -> str | None:
    element = box.element
    found: str | None = element.get(MARK) if element is not None else None
    return found


def _printed(page: Any) -> dict[str, str]:
    """What each slot printed."""
    found: dict[str, str] = {}
    for box, _ in walk(page):
        if name_of(box) == "TextBox" and (slot := slot_of(box)):
            found[slot] = found.get(slot, "") + box.text
    return found


def bookmarks(laid: LaidOut, reader: FileReader) -> dict[int, str]:
    """The slot of each bookmark whose title is its text, by the bookmark's number. Raises NotCompiled where a title has
    more than that."""
    boxes = [box for page in laid.pages for box, _ in walk(page.box) if _is_bookmarked(box)]
    found: dict[int, str] = {}
    for box, (number, title) in zip(boxes, reader.bookmarks(), strict=True):
        texts = [inner for inner, _ in walk(box) if name_of(inner) == "TextBox"]
        slots = {slot for inner in texts if (slot := slot_of(inner))}
        if title != box.bookmark_label or len(slots) > 1 or (slots and not all(map(slot_of, texts))):
            raise NotCompiled
        found |= dict.fromkeys([number] if slots else [], *slots)
    return found


def _is_bookmarked(box: Any) -> bool:
    return bool(getattr(box, "bookmark_label", None)) and box.style["bookmark_level"] != "none"


def spacing_of(box: Any) -> int:
    """The space between the letters of a text in 1/1024 pixel."""
    spacing = box.style["letter_spacing"]
    return 0 if spacing == "normal" else int(spacing * UNITS)


def texts_of(box: Any, *, unbroken: bool = False) -> Iterator[tuple[Any, bool]]:
    """The texts of a line, and whether each must stay in one piece."""
    for child in box.children:
        kept = child.style["white_space"] in ("nowrap", "pre")
        if name_of(child) == "TextBox":
            yield child, unbroken or kept
        elif hasattr(child, "children"):
            yield from texts_of(child, unbroken=kept)
        else:
            raise NotCompiled


def _tables(page: Any) -> tuple[tuple[Table, ...], dict[Any, tuple[int, int]]]:
    """The tables that have a slot, and for each of their cells the numbers of its table and row."""
    tables: list[Table] = []
    cells: dict[Any, tuple[int, int]] = {}
    floors, lines = floors_and_lines(page)
    for box, _ in walk(page):
        if name_of(box) != "TableBox" or not any(slot_of(inner) for inner, _ in walk(box)):
            continue
        rows = [inner for inner, _ in walk(box) if name_of(inner) == "TableRowBox"]
        for number, row in enumerate(rows):
            cells |= {cell: (len(tables), number) for cell in row.children}
        beside = [line for line in lines if _overlap(box, line)]
        tops = (tuple(sorted(one.position_y + SLACK for one in group)) for group in (floors, beside))
        tables.append(Table(tuple(map(_row, rows)), any(map(_is_drawn, _cells(rows))), *tops))
    return tuple(tables), cells


def _cells(rows: list[Any]) -> Iterator[Any]:
    return (cell for row in rows for cell in row.children)


def _overlap(box: Any, line: Any) -> bool:
    return bool(box.position_x < line.position_x + line.width and line.position_x < box.position_x + box.width)


def _row(row: Any) -> Row:
    least, around = 0.0, 0.0
    for cell in row.children:
        lines = [child for child in cell.children if name_of(child) == "LineBox"]
        if len(lines) != len(cell.children) or cell.style["vertical_align"] not in ("top", "baseline"):
            raise NotCompiled
        beside = cell.border_top_width + _padding(cell, "top") + _padding(cell, "bottom") + cell.border_bottom_width
        own = beside + sum(line.height for line in lines)
        if any(slot_of(text) for line in lines for text, _ in texts_of(line)):
            around = beside
        else:
            least = max(least, own)
    return Row(row.position_y, row.height, least, around)


def _padding(cell: Any, side: str) -> float:
    """The padding of the style sheet: that of the box is larger where its row is higher than its text."""
    found = cell.style[f"padding_{side}"]
    if found.unit.lower() != "px":
        raise NotCompiled
    return float(found.value)


def _is_drawn(box: Any) -> bool:
    """Whether more than text is drawn of a cell."""
    return any(box.style[f"border_{side}_width"] for side in ("top", "bottom", "left", "right"))


def _blocks(sheet: LaidPage, content: Content, cells: dict[Any, tuple[int, int]]) -> Iterator[Block]:
    """The blocks with a slot, and those beside them that move when a row grows."""
    for box, _ in walk(sheet.box):
        lines = [child for child in getattr(box, "children", ()) if name_of(child) == "LineBox"]
        texts = [pair for line in lines for pair in texts_of(line)] if lines else []
        varies = any(slot_of(text) for text, _ in texts)
        if varies and len(lines) != 1:
            raise NotCompiled
        if varies or (box in cells and texts):
            table, row = cells.get(box, (None, 0))
            align = ALIGNMENTS.get(box.style["text_align_all"])
            if align is None:
                raise NotCompiled
            pieces = tuple(_pieces(texts, sheet, content, varies=varies))
            yield Block(pieces, box.content_box_x(), box.width, align, lines[0].height, table, row)  # type: ignore[arg-type]  # one of the three words


def _pieces(texts: list[tuple[Any, bool]], sheet: LaidPage, content: Content, *, varies: bool) -> Iterator[Piece]:
    end = texts[0][0].position_x
    for box, unbroken in texts:
        drawn = content.drawn(sheet.marks[box])
        slot = slot_of(box)
        yield Piece(
            slot=slot,
            font=drawn.font,
            size=drawn.size,
            x=0 if varies else box.position_x,
            y=box.position_y + box.baseline,
            gap=box.position_x - end,
            width=0 if slot else box.width,
            spacing=spacing_of(box),
            unbroken=unbroken,
            mark=sheet.marks[box],
            opening=b"",
            state=drawn.state,
            show=b"" if slot else drawn.show,
        )
        end = box.position_x + box.width
