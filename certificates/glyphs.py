"""Which characters the fonts of this package can draw: asked before anything is rendered."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from certificates.errors import MissingGlyph

FONTS = Path(__file__).parent / "fonts"
TEXT, FIXED = "NotoSerifSC-Regular.ttf", "HeyiFixed-Bold.ttf"


@cache
def coverage(font: str) -> frozenset[int]:
    """Code points of one of the two fonts."""
    with TTFont(FONTS / font, lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def missing(text: str, *, font: str = TEXT) -> str:
    """The characters that the font lacks, each once, in the order in which they appear."""
    known = coverage(font)
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known))


def refuse_missing(texts: Iterable[str]) -> None:
    """Raise MissingGlyph with every character that would print as an empty box."""
    if lacking := missing("".join(texts)):
        raise MissingGlyph(lacking)
