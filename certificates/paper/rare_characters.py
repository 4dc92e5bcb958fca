"""Rare characters of a page in the fonts that have them: named one by one, never left to a machine's own choice.

Two files under one family would be taken for one font, and one would be drawn with the other's glyphs; so each has a
family of its own, and the page asks for it.
"""

import re
from itertools import groupby

from certificates.paper.glyphs import fallback_for, fallbacks, family_of

# Tags with their attributes, and the title, which is no text of the page; then a word of letters, or one character.
_PARTS = re.compile(r"<title>.*?</title>|<[^>]*>|[^\W\d_\u2e80-\U0003ffff]+|[^<]", re.DOTALL)


def with_rare_fonts(html: str) -> str:
    """The page with a span around what the text font lacks; a word of letters is set in one font as a whole."""
    if not fallbacks(html):
        return html
    parts = ((part, _font_of(part)) for part in _PARTS.findall(html))
    runs = groupby(parts, key=lambda pair: pair[1])
    return "".join(_set("".join(part for part, _ in run), font) for font, run in runs)


def _font_of(part: str) -> str | None:
    if part.startswith("<"):
        return None
    return next((file for one in part if (file := fallback_for(one))), None)


def _set(text: str, font: str | None) -> str:
    if font is None:
        return text
    return f"<span style=\"font-family:'{family_of(font)}';font-weight:400\">{text}</span>"
