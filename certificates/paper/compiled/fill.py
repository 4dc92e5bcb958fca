"""Sets the texts of a licence into a compiled sheet: the drawing commands of its page, its tags and its fonts."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat

from certificates.paper.compiled.lines import Part, Text, set_lines
from certificates.paper.compiled.shaping import UNITS
from certificates.paper.compiled.sheet import Block, CompiledSheet, NotFilled, Piece, SheetFont
from certificates.paper.compiled.subset import width_of
from certificates.paper.overflow import SLACK

# Below this many pixels a row has not grown.
NOTHING = 1e-6


class FontInUse:
    """The glyphs of one font in one licence: those of the sheet, then others in the order of their first use."""

    def __init__(self, font: SheetFont) -> None:
        self.font = font
        self._numbers = {glyph: number for number, glyph in enumerate(font.glyphs)}
        self._texts = dict(zip(font.glyphs, font.texts, strict=True))
        self.more: dict[int, str] = {}

    def digits(self, glyphs: list[int], text: str) -> str:
        """The new numbers of glyphs as they are written, in four digits each. Raises NotFilled where two characters
        share a glyph."""
        known, texts = self._numbers, self._texts
        for at, glyph in enumerate(glyphs):
            if glyph not in known:
                known[glyph] = len(known)
                texts[glyph] = self.more[glyph] = text[at]
        if "".join(map(texts.__getitem__, glyphs)) != text:
            raise NotFilled
        return struct.pack(f">{len(glyphs)}H", *map(known.__getitem__, glyphs)).hex()


@dataclass
class FilledPages:
    """Pages with their texts: the commands of each, glyphs by font, what was added to its tags (objects, kids of
    elements, and elements of numbers of marked content), and the titles of bookmarks by their number."""

    contents: tuple[bytes, ...]
    fonts: dict[str, FontInUse]
    objects: dict[int, bytes] = field(default_factory=dict)
    kids: dict[int, list[bytes]] = field(default_factory=dict)
    marks: list[bytes] = field(default_factory=list)
    titles: dict[int, str] = field(default_factory=dict)


def filled(sheet: CompiledSheet, texts: Mapping[str, str]) -> FilledPages:
    """The page with these texts in its slots. Raises NotFilled."""
    blocks = [_Setting(block, texts, sheet.fonts) for block in sheet.blocks]
    shifts = _shifts(sheet, blocks)
    page = FilledPages((), {name: FontInUse(font) for name, font in sheet.fonts.items()}, marks=list(sheet.marks))
    page.kids = {number: list(kids) for number, kids in sheet.kids.items()}
    drawn = [one for block in blocks for one in _draw(block, sheet, page, shifts)]
    page.contents = (with_drawn(sheet.content, drawn),)
    return page


def with_drawn(content: tuple[bytes | int, ...], drawn: list[bytes]) -> bytes:
    """The commands of a page; a number stands for the commands of a varying text."""
    return b"\n".join(drawn[chunk] if isinstance(chunk, int) else chunk for chunk in content)


class _Setting:
    """A block with its lines; of a fixed one, none."""

    def __init__(self, block: Block, texts: Mapping[str, str], fonts: Mapping[str, SheetFont]) -> None:
        self.block = block
        self.texts: dict[int, str] = {}
        self.lines: list[list[Part]] = []
        if not block.varies:
            return
        self.texts = {at: texts[piece.slot] for at, piece in enumerate(block.pieces) if piece.slot is not None}
        if len(self.texts) == len(block.pieces):
            pieces = [_text(piece, self.texts[at], fonts) for at, piece in enumerate(block.pieces)]
            self.lines = set_lines(pieces, width=block.width)
        else:
            self.lines = [self._beside(fonts)]

    def _beside(self, fonts: Mapping[str, SheetFont]) -> list[Part]:
        """One line of fixed and varying texts; of fixed ones only the places are needed."""
        x, line = 0.0, []
        for at, piece in enumerate(self.block.pieces):
            x += piece.gap
            if at in self.texts:
                [[part]] = set_lines([_text(piece, self.texts[at], fonts)], width=float("inf"))
                line.append(Part(at, part.glyphs, x, part.width))
                x += part.width
            else:
                x += piece.width
        if x > self.block.width:
            raise NotFilled
        return line

    def beginning(self, line: list[Part]) -> float:
        """Where a line begins in its block, in pixels of the page."""
        if self.block.align == "start":
            return self.block.x
        width = line[-1].x + line[-1].width
        if line[-1].text != len(self.block.pieces) - 1:
            raise NotFilled
        free = self.block.width - width
        return self.block.x + (free / 2 if self.block.align == "center" else free)


def _text(piece: Piece, text: str, fonts: Mapping[str, SheetFont]) -> Text:
    file = fonts[piece.font].file
    # The gap before the first piece of a block is none.
    return Text(text, file, round(piece.size * UNITS), piece.spacing, piece.unbroken, piece.gap)


def _shifts(sheet: CompiledSheet, settings: list[_Setting]) -> dict[tuple[int, int], float]:
    """How far each row of a table moves down, in pixels. Raises NotFilled where a row would reach what is below."""
    lines = {(one.block.table, one.block.row): (len(one.lines), one.block.line) for one in settings if one.block.varies}
    shifts = {}
    for number, table in enumerate(sheet.tables):
        shift = 0.0
        for place, row in enumerate(table.rows):
            count, line = lines.get((number, place), (0, 0.0))
            height = max(row.least, row.around + count * line)
            shifts[number, place] = shift
            top = row.top + shift
            below = [*table.floors, *(limit for limit in table.limits if top < limit - SLACK)]
            if any(top + height > limit for limit in below) or (table.rigid and count > 1):
                raise NotFilled
            shift += height - row.height if abs(height - row.height) > NOTHING else 0
    return shifts


def _draw(
    setting: _Setting, sheet: CompiledSheet, page: FilledPages, shifts: Mapping[tuple[int, int], float]
) -> Iterator[bytes]:
    """The commands of each piece of a block."""
    block = setting.block
    down = shifts[block.table, block.row] if block.table is not None else 0.0
    starts = [setting.beginning(line) for line in setting.lines]
    for at, piece in enumerate(block.pieces):
        if not block.varies:
            yield shown(piece, piece.mark, piece.x, piece.y + down, piece.show)
        elif at not in setting.texts:
            x = starts[0] + _before(setting, at)
            yield shown(piece, piece.mark, x, piece.y + down, piece.show)
        else:
            yield b"\n".join(_varying(setting, at, sheet, page, starts, down))


def _before(setting: _Setting, at: int) -> float:
    """The place of a fixed piece on its line."""
    widths = {part.text: part.width for part in setting.lines[0]}
    pieces = setting.block.pieces
    return sum(one.gap + widths.get(place, one.width) for place, one in enumerate(pieces[:at])) + pieces[at].gap


def _varying(
    setting: _Setting, at: int, sheet: CompiledSheet, page: FilledPages, starts: list[float], down: float
) -> Iterator[bytes]:
    """The commands of a varying piece, on one line or more; each line after its first is an element of its own."""
    piece, used = setting.block.pieces[at], 0
    text = setting.texts[at]
    font = page.fonts[piece.font]
    mark = piece.mark
    for number, line in enumerate(setting.lines):
        for part in (part for part in line if part.text == at):
            count = len(part.glyphs.numbers)
            # The space at which a line is broken is not printed.
            used += text[used] == " " and used > 0
            show = glyphs_of(piece, font, part, text[used : used + count])
            if used:
                # Of a text that is marked up within a line, each line has an element around its text, too.
                if at:
                    raise NotFilled
                mark = _further(piece, sheet, page)
            used += count
            y = piece.y + down + number * setting.block.line
            yield shown(piece, mark, starts[number] + part.x, y, show, state=mark == piece.mark)


def _further(piece: Piece, sheet: CompiledSheet, page: FilledPages) -> int:
    """Adds the element of a further line, and gives its number of marked content."""
    mark, number = len(page.marks), sheet.size + len(page.objects)
    parent = sheet.parents[piece.mark]
    element = b"<</Type /StructElem/S /Span/K [%d]/Pg %d 0 R/P %d 0 R>>" % (mark, sheet.live.page, parent)
    page.objects[number] = element
    reference = b"%d 0 R" % number
    kids = page.kids[parent]
    # Before what follows the text in its parent.
    after = [kids.index(one) for one in (sheet.marks[piece.mark], *page.marks[len(sheet.marks) :]) if one in kids]
    kids.insert(max(after) + 1, reference)
    page.marks.append(reference)
    return mark


def shown(piece: Piece, mark: int, x: float, y: float, show: bytes, *, state: bool = True) -> bytes:
    """The commands of a piece at a place, with the command that shows its glyphs."""
    before = piece.state + b"\n" if state and piece.state else b""
    place = b"1 0 0 -1 %b %b Tm\n/%b %b Tf" % (_number(x), _number(y), piece.font.encode(), _number(piece.size))
    opening = piece.opening or b"/Span\n<</MCID %d>>\nBDC" % mark
    return b"%b\n%bBT\n%b\n%b\nET\nEMC" % (opening, before, place, show)


def glyphs_of(piece: Piece, font: FontInUse, part: Part, text: str) -> bytes:
    """The command that shows glyphs, with the corrections that WeasyPrint writes: whole thousandths of an em."""
    units = round(piece.size * UNITS)
    glyphs, file = part.glyphs, font.font.file
    digits = font.digits(glyphs.numbers, text)
    if not any(glyphs.offsets):
        corrections = list(map(_correction, repeat(file), repeat(units), glyphs.numbers, glyphs.advances))
        moved = [0.0] * len(corrections)
        if not any(corrections):
            return f"[<{digits}>] TJ".encode()
    else:
        size = units / UNITS
        moved = [offset / size for offset in glyphs.offsets]
        corrections = [
            int(width_of(file, glyph) + move - advance * (1000 / units))
            for glyph, advance, move in zip(glyphs.numbers, glyphs.advances, moved, strict=True)
        ]
    out = (
        f"{f'>{-move}<' if move else ''}{digits[4 * at : 4 * at + 4]}{f'>{correction}<' if correction else ''}"
        for at, (move, correction) in enumerate(zip(moved, corrections, strict=True))
    )
    return f"[<{''.join(out)}>] TJ".encode()


@lru_cache(maxsize=8192)
def _correction(file: str, units: int, glyph: int, advance: int) -> int:
    return int(width_of(file, glyph) - advance * (1000 / units))


# Cached, because most texts begin at places that all sheets of a kind share.
@lru_cache(maxsize=8192)
def _number(value: float) -> bytes:
    return b"%d" % value if value.is_integer() else f"{value:f}".rstrip("0").encode()
