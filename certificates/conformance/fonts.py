"""The fonts of a file: embedded, with a Unicode value and a glyph of the right width for each code that is used."""

import re
import struct
from collections.abc import Iterator
from typing import Any

import pikepdf

from certificates.conformance.rules import Fault

SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
HEX = re.compile(rb"<\s*([0-9a-fA-F]*)\s*>")
NO_CHARACTERS = frozenset({"\ufeff", "\ufffe"})
# Thousandths of an em by which a width may differ.
APART = 1.0


def font_faults(font: pikepdf.Object, codes: set[int]) -> Iterator[Fault]:
    """The faults of a font of which these codes are used."""
    name = str(font.get("/BaseFont", ""))
    if font.get("/Subtype") != "/Type0" or font.get("/Encoding") != "/Identity-H":
        yield Fault("A-fonts", name)
        return
    [descendant] = list(font.DescendantFonts)
    if "/CIDToGIDMap" not in descendant:
        yield Fault("31-005", name)
    elif descendant.CIDToGIDMap != "/Identity":
        yield Fault("31-004" if not isinstance(descendant.CIDToGIDMap, pikepdf.Stream) else "A-fonts", name)
    yield from _unicode_faults(font, name, codes)
    program = descendant.FontDescriptor.get("/FontFile2")
    if program is None:
        yield Fault("31-009", name)
    else:
        yield from _program_faults(descendant, program.read_bytes(), name, codes)


def _unicode_faults(font: pikepdf.Object, name: str, codes: set[int]) -> Iterator[Fault]:
    if "/ToUnicode" not in font:
        yield Fault("31-027", name)
        return
    characters = _characters(font.ToUnicode.read_bytes())
    texts = "".join(characters.values())
    if "\0" in texts:
        yield Fault("31-028", name)
    if NO_CHARACTERS & set(texts):
        yield Fault("31-029", name)
    for code in sorted(codes - {0}):
        if not characters.get(code):
            yield Fault("10-001", f"{name} {code:04x}")


def _characters(table: bytes) -> dict[int, str]:
    """The text of each code of a ToUnicode table (ISO 32000-1, 9.10.3), without ranges that list their texts."""
    found: dict[int, str] = {}
    for kind, inside in SECTION.findall(table):
        values = [match[1] for match in HEX.finditer(inside)]
        if kind == b"bfchar":
            found |= {int(code, 16): _text(text) for code, text in zip(values[::2], values[1::2], strict=True)}
            continue
        for first, last, text in zip(values[::3], values[1::3], values[2::3], strict=True):
            start = _text(text)
            for at in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + at] = start[:-1] + chr(ord(start[-1]) + at)
    return found


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def _program_faults(descendant: pikepdf.Object, program: bytes, name: str, codes: set[int]) -> Iterator[Fault]:
    glyphs = _Program(program)
    widths = dict(_widths(descendant.get("/W", [])))
    for code in sorted(codes):
        place = f"{name} {code:04x}"
        if code == 0:
            yield Fault("31-030", name)
        elif code >= glyphs.count:
            yield Fault("31-011", place)
        else:
            advance = glyphs.advance(code)
            # A glyph that was left out of a subset has neither; a space has a width.
            if not advance and not glyphs.has_outline(code):
                yield Fault("31-011", place)
            if abs(widths.get(code, float(descendant.get("/DW", 1000))) - advance) > APART:
                yield Fault("31-016", place)


class _Program:
    """The number of glyphs of a TrueType font (ISO/IEC 14496-22), their advances, and which have an outline."""

    def __init__(self, content: bytes) -> None:
        rows = struct.iter_unpack(">4sLLL", content[12 : 12 + 16 * int.from_bytes(content[4:6])])
        tables = {tag: content[start : start + length] for tag, _, start, length in rows}
        self.count = int.from_bytes(tables[b"maxp"][4:6])
        self._scale = 1000 / int.from_bytes(tables[b"head"][18:20])
        self._advances, self._long = int.from_bytes(tables[b"hhea"][34:36]), bool(tables[b"head"][51])
        self._metrics, self._places = tables[b"hmtx"], tables[b"loca"]

    def advance(self, glyph: int) -> float:
        """In thousandths of an em."""
        at = 4 * min(glyph, self._advances - 1)
        return int.from_bytes(self._metrics[at : at + 2]) * self._scale

    def has_outline(self, glyph: int) -> bool:
        size = 4 if self._long else 2
        start, end = (self._places[size * at : size * (at + 1)] for at in (glyph, glyph + 1))
        return start != end


def _widths(table: Any) -> Iterator[tuple[int, float]]:
    """The widths of glyphs (ISO 32000-1, 9.7.4.3)."""
    rest = list(table)
    while rest:
        first, second = int(rest[0]), rest[1]
        if isinstance(second, pikepdf.Array):
            yield from enumerate(map(float, second), first)
            rest = rest[2:]
        else:
            yield from ((code, float(rest[2])) for code in range(first, int(second) + 1))
            rest = rest[3:]
