"""How many lines a text takes at most: what the renderer's line breaking comes to, counted without it.

It breaks only where every version of Unicode's line breaking (UAX 14) breaks, so it may count a line too many, and
never one too few. A test compares it with what is printed.
"""

import math
from collections.abc import Iterator

from certificates.paper.glyphs import width

# Signs that begin no line, that end no line, and that may do neither.
CLOSING = frozenset("，。；：、！？）》」』】〉〕〗〞’”·…—-‐–~／/%％‰℃°,.;:!?)]}›»・ー々〻ゝゞヽヾ")
OPENING = frozenset("（《「『【〈〔〖〝‘“([{‹«$￥¥£€№#＃＋+±")
QUOTES = frozenset("\"'“”‘’«»‹›")


def line_count(text: str, *, line: float, unbroken_end: int = 0) -> int:
    """Lines of `line` ems; the last `unbroken_end` characters stay together."""
    end = len(text) - unbroken_end if unbroken_end else len(text)
    pieces = [*clusters(text[:end]), text[end:]]
    count, used = 1, 0.0
    for piece in filter(None, pieces):
        # Blanks at the end of a line hang over its edge and take no room.
        needed = width(piece.rstrip(" "))
        if used and used + needed > line:
            count, used = count + 1, 0.0
        if needed > line:
            # A word wider than the line is torn wherever the line ends, which wastes less than an em a line; what it
            # ends with may go to a line of its own.
            whole = math.floor(needed / (line - 1.1))
            count, used = count + whole + 1, needed - whole * (line - 1.1)
        else:
            used += width(piece)
    return count


def clusters(text: str) -> Iterator[str]:
    """The parts between which a line can always be broken."""
    start = 0
    for place in range(1, len(text)):
        if _may_break(text[place - 1], text[place]):
            yield text[start:place]
            start = place
    yield text[start:]


def _may_break(before: str, after: str) -> bool:
    if after in CLOSING or after in QUOTES or before in QUOTES or before in OPENING or after == " ":
        return False
    if before == " ":
        return True
    if before in CLOSING:
        return before in "，。；：、！？）》" and _is_han(after)
    return _is_han(after) if not _is_han(before) else _is_han(after) or after in "（《" or after.isascii()


def _is_han(character: str) -> bool:
    """Ideographs, between which a line may be broken; kana and Hangul are not counted among them."""
    point = ord(character)
    return 0x3400 <= point <= 0x9FFF or 0x20000 <= point <= 0x3FFFF
