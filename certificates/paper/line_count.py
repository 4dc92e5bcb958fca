"""The maximum number of lines of a text, computed without the renderer.

It breaks only where every version of Unicode line breaking (UAX 14) breaks, so it may count one line too many,
never one too few. A test compares it with printed lines.
"""

import math
from collections.abc import Iterator
from functools import lru_cache

from certificates.paper.glyphs import width

# Signs that must not begin a line, that must not end a line, and that must do neither.
CLOSING = frozenset("，。；：、！？）》」』】〉〕〗〞’”·…—-‐–~／/%％‰℃°,.;:!?)]}›»・ー々〻ゝゞヽヾ")
OPENING = frozenset("（《「『【〈〔〖〝‘“([{‹«$￥¥£€№#＃＋+±")
QUOTES = frozenset("\"'“”‘’«»‹›")


def line_count(text: str, *, line: float, unbroken_end: int = 0) -> int:
    """Number of lines of width `line` (ems); the last `unbroken_end` characters stay together."""
    parts = _cluster_widths(text[:-unbroken_end] if unbroken_end else text)
    if unbroken_end:
        parts += (_widths(text[-unbroken_end:]),)
    count, used = 1, 0.0
    for needed, whole in parts:
        if used and used + needed > line:
            count, used = count + 1, 0.0
        if needed > line:
            # A word wider than the line is broken where the line ends, which wastes less than one em per line; its rest
            # may need a line of its own.
            full = math.floor(needed / (line - 1.1))
            count, used = count + full + 1, needed - full * (line - 1.1)
        else:
            used += whole
    return count


# Cached, because most parts of a text are single characters.
@lru_cache(maxsize=32768)
def _widths(piece: str) -> tuple[float, float]:
    """The width of a part at the end of a line, where its spaces take none, and before another."""
    return width(piece.rstrip(" ")), width(piece)


@lru_cache(maxsize=256)
def _cluster_widths(text: str) -> tuple[tuple[float, float], ...]:
    """Cached: a text is counted in several sizes, and for each sheet that has it."""
    return tuple(map(_widths, clusters(text)))


def clusters(text: str) -> Iterator[str]:
    """The parts of a text between which a line may always break."""
    start = 0
    for place in range(1, len(text)):
        if _may_break(text[place - 1], text[place]):
            yield text[start:place]
            start = place
    yield text[start:]


# Cached, because texts have few different pairs of characters.
@lru_cache(maxsize=65536)
def _may_break(before: str, after: str) -> bool:
    if after in CLOSING or after in QUOTES or before in QUOTES or before in OPENING or after == " ":
        return False
    if before == " ":
        return True
    if before in CLOSING:
        return before in "，。；：、！？）》" and _is_han(after)
    return _is_han(after) if not _is_han(before) else _is_han(after) or after in "（《" or after.isascii()


def _is_han(character: str) -> bool:
    """Whether a line may break on both sides of the character: true for ideographs, not for kana and Hangul."""
    point = ord(character)
    return 0x3400 <= point <= 0x9FFF or 0x20000 <= point <= 0x3FFFF
