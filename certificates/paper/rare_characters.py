"""Assigns the rare characters of a page to the fonts that have them, so that the machine's fonts are never used.

Two files in one family would be taken for one font and drawn with each other's glyphs; so each file has a
family of its own, which the page names.
"""

import re
from itertools import groupby

from certificates.paper.glyphs import fallback_for, fallbacks, family_of

# Tags with their attributes, and the title, which is not text of the page; then a word of letters, or one character.
_PARTS = re.compile(r"<title>.*?</title>|<[^>]*>|[^\W\d_\u2e80-\U0003ffff]+|[^<]", re.DOTALL)


def with_rare_fonts(html: str) -> str:
    """The page with a span around characters that the text font lacks; a word of letters is set in one font."""
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
