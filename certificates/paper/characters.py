"""Characters that no document may contain: invisible ones, private-use ones, and scripts not used for registration.

The tables are those of Unicode 16; they are here because Python's own tables differ between versions.
"""

from collections.abc import Sequence
from functools import lru_cache

# General categories Cc, Cf, Cs, Zl and Zp, all Default_Ignorable_Code_Points, and the noncharacters.
_UNSEEN = (
    *((0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD)),
    *((0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
    *((0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xD800, 0xDFFF), (0xFDD0, 0xFDEF)),
    *((0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0xFFFE, 0xFFFF)),
    *((0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A)),
    (0xE0000, 0xE0FFF),
)
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
# A name is registered in standard Han characters: Provisions on the Administration of Enterprise Name Registration
# (2020), art. 5; Law on Resident Identity Cards, art. 4. Other scripts may be added to them, but may not replace them.
_ARABIC = {"zh": "阿拉伯字母（如维吾尔文、哈萨克文）", "en": "Arabic script (Uyghur, Kazakh)"}
_SCRIPTS = (
    (_ARABIC, ((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFEFE))),
    ({"zh": "藏文", "en": "Tibetan script"}, ((0xF00, 0xFFF),)),
    ({"zh": "朝鲜文", "en": "Korean script"}, ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF))),
    ({"zh": "蒙古文", "en": "Mongolian script"}, ((0x1800, 0x18AF), (0x11660, 0x1167F))),
    ({"zh": "彝文", "en": "Yi script"}, ((0xA000, 0xA4CF),)),
    ({"zh": "傣文", "en": "Dai script"}, ((0x1950, 0x19DF), (0x1A20, 0x1AAF))),
    ({"zh": "傈僳文", "en": "Lisu script"}, ((0xA4D0, 0xA4FF),)),
)


# Cached: a form holds the same few hundred characters many times, and each check reads them all again.
@lru_cache(maxsize=4096)
def is_unseen(character: str) -> bool:
    """Whether the character prints nothing, or reverses or hides the characters beside it."""
    return _within(character, _UNSEEN)


@lru_cache(maxsize=4096)
def is_private(character: str) -> bool:
    """Whether the character is for private use: its shape depends on the machine that shows it."""
    return _within(character, _PRIVATE)


def script_in(text: str) -> dict[str, str] | None:
    """The first script of another of China's peoples in a text, with its names in `zh` and `en`, or None."""
    return next((names for one in text for names, ranges in _SCRIPTS if _within(one, ranges)), None)


def named(characters: str) -> str:
    """Characters with their code points, which also identify one that the reader's machine cannot show."""
    return "、".join(f"“{one}”（U+{ord(one):04X}）" for one in characters)


def _within(character: str, ranges: Sequence[tuple[int, int]]) -> bool:
    point = ord(character)
    return any(first <= point <= last for first, last in ranges)
