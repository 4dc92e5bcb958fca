"""Breaks the texts of a block into lines as the renderer does: all that fits, up to a break that UAX 14 allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, takewhile

from certificates.paper.compiled.shaping import UNITS, Glyphs, NotShaped, breaks, face, is_mixed
from certificates.paper.compiled.sheet import NotFilled

WIDE_SPACE = "\u3000"
# Characters that are shaped for a line, for each em of its width.
SHAPED = 4


@dataclass(frozen=True)
class Text:
    """A text of a block with its font file, size in units of an em, space between letters in units, and whether it
    must stay on one line. `gap` is the space before it, in pixels."""

    text: str
    file: str
    size: int
    spacing: int
    unbroken: bool
    gap: float

    @cached_property
    def mixed(self) -> bool:
        """Whether it has more than one script."""
        return is_mixed(self.text)


@dataclass(frozen=True)
class Part:
    """Some of a text on one line: the number of the text, its glyphs, and its place and width in pixels."""

    text: int
    glyphs: Glyphs
    x: float
    width: float


def set_lines(
    texts: Sequence[Text], *, width: float, first: float | None = None, anywhere: bool = False
) -> list[list[Part]]:
    """The lines of a block of this width in pixels, of which the first may have another width. `anywhere`: a word that
    is wider than a line is broken where the line ends.

    Raises NotFilled for what the renderer might set in another way.
    """
    try:
        shaped = [_shaped(text) for text in texts]
    except NotShaped:
        raise NotFilled from None
    whole = "".join(text.text for text in texts)
    if "  " in whole or any(text.text != text.text.strip(" ") or not text.text for text in texts):
        raise NotFilled
    line = _line(texts, shaped, [(at, 0, len(text.text)) for at, text in enumerate(texts)])
    if _end(line) <= (width if first is None else first):
        return [line]
    if any(text.spacing or text.gap for text in texts):
        raise NotFilled
    limit = int(width * UNITS)
    first_limit = limit if first is None else int(first * UNITS)
    return _broken(texts, shaped, whole, limit=limit, first_limit=first_limit, anywhere=anywhere)


def _shaped(text: Text) -> Glyphs:
    glyphs = face(text.file).shape(text.text, size=text.size)
    return _spaced(glyphs, text.spacing) if text.spacing else glyphs


def _spaced(glyphs: Glyphs, spacing: int) -> Glyphs:
    """With space between the letters: half of it on each side, none at the ends, as Pango has it."""
    before, after = spacing // 2, spacing - spacing // 2
    last = len(glyphs.numbers) - 1
    advances = [
        advance + (before if at else 0) + (after if at < last else 0) for at, advance in enumerate(glyphs.advances)
    ]
    offsets = [offset + (before if at else 0) for at, offset in enumerate(glyphs.offsets)]
    return Glyphs(glyphs.numbers, advances, offsets, glyphs.safe)


def _line(texts: Sequence[Text], shaped: Sequence[Glyphs], spans: list[tuple[int, int, int]]) -> list[Part]:
    """One line of parts (text, start, end)."""
    x = 0.0
    found: list[Part] = []
    for at, start, end in spans:
        text, glyphs = texts[at], shaped[at]
        own = glyphs if end - start == len(text.text) else _divided(text, glyphs, start, end)
        x += text.gap if found or start == 0 else 0
        wide = (sum(own.advances) + text.spacing) / UNITS
        found.append(Part(at, own, x, wide))
        x += wide
    return found


def _divided(text: Text, glyphs: Glyphs, start: int, end: int) -> Glyphs:
    """The glyphs of a part, shaped again where they change with what was beside them."""
    safe = (start == 0 or glyphs.safe[start]) and (end == len(text.text) or glyphs.safe[end])
    if safe and not text.mixed:
        return glyphs.part(start, end)
    return face(text.file).shape(text.text[start:end], size=text.size)


def _end(line: list[Part]) -> float:
    return line[-1].x + line[-1].width


def _broken(
    texts: Sequence[Text], shaped: list[Glyphs], whole: str, *, limit: int, first_limit: int, anywhere: bool
) -> list[list[Part]]:
    starts = [sum(len(text.text) for text in texts[:at]) for at in range(len(texts))]
    allowed = breaks(whole)
    for text, start in zip(texts, starts, strict=True):
        if text.unbroken:
            allowed[start + 1 : start + len(text.text)] = [False] * (len(text.text) - 1)
    lines, begin = [], 0
    advances = [advance for glyphs in shaped for advance in glyphs.advances]
    while begin < len(whole):
        room = limit if begin else first_limit
        end = _end_of_line(whole, advances, allowed, begin, room)
        # A first line that is shorter follows other words, after which the renderer might break it.
        if end is None and anywhere and room == limit:
            end = _last_that_fits(advances, begin, room)
        # The ideographic space is not printed at a break, as the renderer may see it.
        if end is None or end == begin or whole[end - 1] == WIDE_SPACE or whole[begin] == WIDE_SPACE:
            raise NotFilled
        spans = _spans(texts, starts, begin, len(whole[:end].rstrip(" ")))
        line = _line(texts, shaped, spans)
        if not spans or _end(line) * UNITS > room:
            raise NotFilled
        lines.append(line)
        begin = end
        advances = _after(texts[0], shaped[0], advances, begin, limit)
    return lines


def _end_of_line(whole: str, advances: list[int], allowed: list[bool], begin: int, limit: int) -> int | None:
    """Where the line that begins at `begin` ends: the last allowed break within `limit` units; None without one."""
    used, found = 0, None
    for at in range(begin, len(whole)):
        if at > begin and allowed[at]:
            found = at
        used += advances[at]
        # A space at the end of a line needs no room.
        if used > limit and whole[at] != " ":
            return found
    return len(whole)


def _last_that_fits(advances: list[int], begin: int, limit: int) -> int:
    """The end of the characters after `begin` that fit into `limit` units."""
    ends = accumulate(advances[begin:])
    return begin + sum(1 for _ in takewhile(lambda end: end <= limit, ends))


def _spans(texts: Sequence[Text], starts: list[int], begin: int, end: int) -> list[tuple[int, int, int]]:
    """The parts of texts between two places of all of them together."""
    found = []
    for at, (text, start) in enumerate(zip(texts, starts, strict=True)):
        first, last = max(begin - start, 0), min(end - start, len(text.text))
        if first < last:
            found.append((at, first, last))
    return found


def _after(first: Text, glyphs: Glyphs, advances: list[int], begin: int, limit: int) -> list[int]:
    """The advances, with those after a break as they are at the beginning of a line. Only the first text of a block is
    broken more than once."""
    if begin >= len(first.text) or (glyphs.safe[begin] and not first.mixed):
        return advances
    end = min(len(first.text), begin + SHAPED * limit // first.size)
    rest = face(first.file).shape(first.text[begin:end], size=first.size)
    return [*advances[:begin], *rest.advances, *advances[end:]]
