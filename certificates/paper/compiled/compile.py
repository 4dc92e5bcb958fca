"""Reads a sheet that the renderer laid out: which bytes are fixed, and where the texts of each licence belong.

A design marks the elements whose text varies with `data-slot`; they are found as boxes of the layout, never by what
they say. What a box of a slot printed must be what was given for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from certificates.paper import glyphs
from certificates.paper.compiled.content import USUAL, Content, read_content
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
class LaidOut:
    """A sheet as the renderer has it: its page, the stream of its drawing commands, these, the numbers of marked boxes,
    the objects of the file, and its fonts by their name in the stream."""

    page: Any
    stream: Any
    commands: tuple[Any, ...]
    marks: Mapping[Any, int]
    pdf: Any
    objects: tuple[Any, ...]
    fonts: Mapping[str, UsedFont]


def record(document: Any, write: Any) -> LaidOut:
    """Writes a document of one page with `write(finisher)` and keeps what only exists meanwhile."""
    if len(document.pages) != 1:
        raise NotCompiled
    found: dict[str, Any] = {}
    [page] = document.pages
    paint = page.paint

    def painted(stream: Any, scale: float = 1) -> None:
        paint(stream, scale)
        found["stream"], found["commands"] = stream, tuple(stream.stream)
        found["marks"] = {box: tag["mcid"] for box, tag in stream._tags.items()}
        found["fonts"] = {font.hash: _used(font) for font in document.fonts.values()}

    page.paint = painted
    write(lambda pdf: found.update(pdf=pdf, objects=tuple(pdf.objects)))
    return LaidOut(page, **found)


def compiled(laid: LaidOut, texts: Mapping[str, str], *, title: str) -> CompiledSheet:
    """The sheet, laid out with these texts in its slots. Raises NotCompiled."""
    page = laid.page._page_box
    slots = {laid.marks[box] for box, _ in _walk(page) if _name(box) == "TextBox" and _slot(box)}
    [picture] = (mark for box, mark in laid.marks.items() if _slot(box) == CODE)
    content = read_content(laid.commands, slots=frozenset(slots), picture=picture)
    if _printed(page) != {slot: text for slot, text in texts.items() if text}:
        raise NotCompiled
    tables, cells = _tables(page)
    blocks = tuple(_blocks(page, laid, content, cells))
    places = {piece.mark: at for at, piece in enumerate(piece for block in blocks for piece in block.pieces)}
    reader = FileReader(
        laid.pdf, laid.objects, content=laid.stream, picture_name=content.picture_name, figure_mark=picture
    )
    fonts = _fonts(laid, reader, content, {piece.font for block in blocks for piece in block.pieces if piece.slot})
    found = reader.read(slots=frozenset(slots), fonts=fonts, title=title)
    return CompiledSheet(
        content=content.chunks(places),
        blocks=blocks,
        tables=tables,
        fonts=fonts,
        **vars(found),
    )


def _fonts(laid: LaidOut, reader: FileReader, content: Content, varying: set[str]) -> dict[str, SheetFont]:
    files = {name: font.file for name, font in laid.fonts.items()}
    found = {}
    for name, file, descendant, program, unicode, head in reader.fonts(files):
        order = content.fonts[name]
        texts = dict(laid.fonts[name].texts)
        if name in varying:
            numbers = face(file).shape(USUAL[file], size=UNITS).numbers
            for character, glyph in zip(USUAL[file], numbers, strict=True):
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


def _walk(box: Any, parent: Any = None) -> Iterator[tuple[Any, Any]]:
    """Every box below one, with its parent."""
    box = getattr(box, "_box", box)
    yield box, parent
    for child in getattr(box, "children", ()):
        yield from _walk(child, box)


def _name(box: Any) -> str:
    return type(box).__name__


def _slot(box: Any) -> str | None:
    element = box.element
    found: str | None = element.get(MARK) if element is not None else None
    return found


def _printed(page: Any) -> dict[str, str]:
    """What each slot printed."""
    found: dict[str, str] = {}
    for box, _ in _walk(page):
        if _name(box) == "TextBox" and (slot := _slot(box)):
            found[slot] = found.get(slot, "") + box.text
    return found


def _texts(box: Any, *, unbroken: bool = False) -> Iterator[tuple[Any, bool]]:
    """The texts of a line, and whether each must stay in one piece."""
    for child in box.children:
        kept = child.style["white_space"] in ("nowrap", "pre")
        if _name(child) == "TextBox":
            yield child, unbroken or kept
        elif hasattr(child, "children"):
            yield from _texts(child, unbroken=kept)
        else:
            raise NotCompiled


def _tables(page: Any) -> tuple[tuple[Table, ...], dict[Any, tuple[int, int]]]:
    """The tables that have a slot, and for each of their cells the numbers of its table and row."""
    tables: list[Table] = []
    cells: dict[Any, tuple[int, int]] = {}
    floors, lines = floors_and_lines(page)
    for box, _ in _walk(page):
        if _name(box) != "TableBox" or not any(_slot(inner) for inner, _ in _walk(box)):
            continue
        rows = [inner for inner, _ in _walk(box) if _name(inner) == "TableRowBox"]
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
        lines = [child for child in cell.children if _name(child) == "LineBox"]
        if len(lines) != len(cell.children) or cell.style["vertical_align"] not in ("top", "baseline"):
            raise NotCompiled
        beside = cell.border_top_width + _padding(cell, "top") + _padding(cell, "bottom") + cell.border_bottom_width
        own = beside + sum(line.height for line in lines)
        if any(_slot(text) for line in lines for text, _ in _texts(line)):
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


def _blocks(page: Any, laid: LaidOut, content: Content, cells: dict[Any, tuple[int, int]]) -> Iterator[Block]:
    """The blocks with a slot, and those beside them that move when a row grows."""
    for box, _ in _walk(page):
        lines = [child for child in getattr(box, "children", ()) if _name(child) == "LineBox"]
        texts = [pair for line in lines for pair in _texts(line)] if lines else []
        varies = any(_slot(text) for text, _ in texts)
        if varies and len(lines) != 1:
            raise NotCompiled
        if varies or (box in cells and texts):
            table, row = cells.get(box, (None, 0))
            align = ALIGNMENTS.get(box.style["text_align_all"])
            if align is None:
                raise NotCompiled
            pieces = tuple(_pieces(texts, laid, content, varies=varies))
            yield Block(pieces, box.content_box_x(), box.width, align, lines[0].height, table, row)  # type: ignore[arg-type]  # one of the three words


def _pieces(texts: list[tuple[Any, bool]], laid: LaidOut, content: Content, *, varies: bool) -> Iterator[Piece]:
    end = texts[0][0].position_x
    for box, unbroken in texts:
        drawn = content.drawn(laid.marks[box])
        spacing = box.style["letter_spacing"]
        slot = _slot(box)
        yield Piece(
            slot=slot,
            font=drawn.font,
            size=drawn.size,
            x=0 if varies else box.position_x,
            y=box.position_y + box.baseline,
            gap=box.position_x - end,
            width=0 if slot else box.width,
            spacing=0 if spacing == "normal" else int(spacing * 1024),
            unbroken=unbroken,
            mark=laid.marks[box],
            state=drawn.state,
            show=b"" if slot else drawn.show,
        )
        end = box.position_x + box.width
