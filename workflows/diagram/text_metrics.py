"""Width of text in a picture and its line breaks, estimated without a font."""

import unicodedata
from functools import lru_cache

# A Han character is one em wide; a Latin letter a little more than half of one.
_LATIN = 0.56
_STOPS = "，。；：、）”!?,.;:)"


# The words of a table are drawn for each case again.
@lru_cache(maxsize=16_384)
def measure(text: str, size: float) -> float:
    """The width of a line in pixels, for letters ``size`` pixels high; approximate, and never much too small."""
    return sum(size * _share(letter) for letter in text)


def wrapped(text: str, *, width: float, size: float) -> list[str]:
    """The text in lines that fit: broken between words, and between any two Han characters but not before a stop."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and measure((lines[-1] + piece).rstrip(), size) > width and piece.strip():
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines if line.strip()]


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        glued = pieces and (letter in _STOPS or not (_is_wide(letter) or _is_wide(pieces[-1][-1]) or letter == " "))
        if glued and not (pieces[-1].isspace() and letter not in _STOPS):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _share(letter: str) -> float:
    return 1.0 if _is_wide(letter) else _LATIN
