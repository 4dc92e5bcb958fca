"""Coverage and widths of this package's fonts, checked before anything is rendered.

The data is `fonts/coverage.json`, written by `fonts/build.py`, so that no font has to be opened.
"""

import json
import lzma
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Any

from certificates.errors import MissingGlyph

FONTS = Path(__file__).parents[1] / "fonts"
TEXT, FIXED = "NotoSerifSC-Regular.ttf", "HeyiFixed-Bold.ttf"
COVERAGE = FONTS / "coverage.json"
# Kerning may widen the space between letters a little; ideographs have no kerning.
KERNING = 1.005


@cache
def coverage(font: str) -> frozenset[int]:
    """Code points of one font file."""
    return frozenset(point for first, last in _table()["ranges"][font] for point in range(first, last + 1))


def missing(text: str, *, font: str | None = None) -> str:
    """The characters without a glyph in any font, or in `font`; each once, in order of appearance."""
    known = coverage(font or TEXT)
    if known.issuperset(map(ord, text)):
        return ""
    lacking = (c for c in text if ord(c) not in known)
    return "".join(dict.fromkeys(c for c in lacking if font or _fallback_of(ord(c)) is None))


def refuse_missing(texts: Iterable[str]) -> None:
    """Raises MissingGlyph with every character that would print as an empty box."""
    if lacking := missing("".join(texts)):
        raise MissingGlyph(lacking)


def fallbacks(text: str) -> tuple[str, ...]:
    """The fallback files that a text needs: usually none, one for a rare character of a name."""
    known = coverage(TEXT)
    found = (_fallback_of(point) for point in {ord(c) for c in text} - known)
    return tuple(sorted({file for file in found if file}))


def fallback_for(character: str) -> str | None:
    """The fallback file for a character that the text font lacks; None where it has it or no file does."""
    return None if ord(character) in coverage(TEXT) else _fallback_of(ord(character))


def family_of(file: str) -> str:
    """The font family of a fallback file: `HeyiHan-20.ttf.xz` is Heyi Han U20.

    A family name must not end with a number, which Pango would take for a size.
    """
    return file.partition(".")[0].replace("Heyi", "Heyi ").replace("-", " U")


def unpacked(file: str) -> bytes:
    """A font file, decompressed for the renderer."""
    content = (FONTS / file).read_bytes()
    return lzma.decompress(content) if file.endswith(".xz") else content


def width(text: str) -> float:
    """Width of a text in ems on one line: never less than in print."""
    return sum(map(_advances().get, text, repeat(1000.0))) / 1000


def files() -> tuple[str, ...]:
    """Every font file of this package."""
    return tuple(sorted(_table()["ranges"]))


def fallback_files() -> tuple[str, ...]:
    """The font files for characters that the text font lacks."""
    return tuple(file for file in files() if file not in (TEXT, FIXED))


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(COVERAGE.read_text(encoding="utf-8"))
    return table


@cache
def _advances() -> dict[str, float]:
    """The advances of narrow characters in 1/1000 of an em, with what kerning may add."""
    narrow: dict[str, int] = _table()["advances"]
    return {character: KERNING * advance for character, advance in narrow.items()}


@cache
def _spans() -> tuple[list[int], list[tuple[int, str]]]:
    """The sorted starts of all runs in the fallback files, and for each run its end and its file."""
    spans = sorted((first, last, file) for file in fallback_files() for first, last in _table()["ranges"][file])
    return [first for first, _, _ in spans], [(last, file) for _, last, file in spans]


def _fallback_of(point: int) -> str | None:
    starts, ends = _spans()
    place = bisect_right(starts, point) - 1
    return ends[place][1] if place >= 0 and point <= ends[place][0] else None
