"""Which characters the fonts of this package can draw, and how wide: asked before anything is rendered.

The answers come from `fonts/coverage.json`, which `fonts/build.py` writes: no font is opened to find them.
"""

import json
import lzma
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from certificates.errors import MissingGlyph

FONTS = Path(__file__).parents[1] / "fonts"
TEXT, FIXED = "NotoSerifSC-Regular.ttf", "HeyiFixed-Bold.ttf"
COVERAGE = FONTS / "coverage.json"
# Kerning may draw letters apart by a little; ideographs have none.
KERNING = 1.005


@cache
def coverage(font: str) -> frozenset[int]:
    """Code points of one font file."""
    return frozenset(point for first, last in _table()["ranges"][font] for point in range(first, last + 1))


def missing(text: str, *, font: str | None = None) -> str:
    """The characters that no font has, each once, in the order in which they appear; or that this one lacks."""
    known = coverage(font or TEXT)
    lacking = (c for c in text if ord(c) not in known)
    return "".join(dict.fromkeys(c for c in lacking if font or _fallback_of(ord(c)) is None))


def refuse_missing(texts: Iterable[str]) -> None:
    """Raise MissingGlyph with every character that would print as an empty box."""
    if lacking := missing("".join(texts)):
        raise MissingGlyph(lacking)


def fallbacks(text: str) -> tuple[str, ...]:
    """The files beside the text font that a text needs: none for most, one for a rare character of a name."""
    known = coverage(TEXT)
    found = (_fallback_of(point) for point in {ord(c) for c in text} - known)
    return tuple(sorted({file for file in found if file}))


def fallback_for(character: str) -> str | None:
    """The file that draws a character which the text font lacks; None where it has it, or no file has."""
    return None if ord(character) in coverage(TEXT) else _fallback_of(ord(character))


def family_of(file: str) -> str:
    """The family under which a fallback file is asked for: `HeyiHan-20.ttf.xz` is Heyi Han U20.

    A family must not end with a number, which Pango would take for a size.
    """
    return file.partition(".")[0].replace("Heyi", "Heyi ").replace("-", " U")


def unpacked(file: str) -> bytes:
    """A font file as the renderer takes it."""
    content = (FONTS / file).read_bytes()
    return lzma.decompress(content) if file.endswith(".xz") else content


def width(text: str) -> float:
    """Width of a text in ems, on one line: never less than what is printed."""
    narrow: dict[str, int] = _table()["advances"]
    return sum(KERNING * narrow[one] if one in narrow else 1000 for one in text) / 1000


def files() -> tuple[str, ...]:
    """Every font file of this package."""
    return tuple(sorted(_table()["ranges"]))


def fallback_files() -> tuple[str, ...]:
    """Those among them that stand in for the text font where it lacks a character."""
    return tuple(file for file in files() if file not in (TEXT, FIXED))


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(COVERAGE.read_text(encoding="utf-8"))
    return table


@cache
def _spans() -> tuple[list[int], list[tuple[int, str]]]:
    """The starts of all runs of the fallback files in order, and where each ends in which file."""
    spans = sorted((first, last, file) for file in fallback_files() for first, last in _table()["ranges"][file])
    return [first for first, _, _ in spans], [(last, file) for _, last, file in spans]


def _fallback_of(point: int) -> str | None:
    starts, ends = _spans()
    place = bisect_right(starts, point) - 1
    return ends[place][1] if place >= 0 and point <= ends[place][0] else None
