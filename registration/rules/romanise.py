"""Names of persons and places in Latin letters, for the English page beside a licence (GB/T 28039-2011 for persons)."""

import re
from functools import cache

from registration.rules.readings import syllables_of
from registration.rules.reference import words
from registration.rules.regions import Region, all_regions

# Characters with another reading as a surname.
SURNAMES = {
    "单": "Shan",
    "曾": "Zeng",
    "解": "Xie",
    "仇": "Qiu",
    "查": "Zha",
    "盖": "Ge",
    "区": "Ou",
    "朴": "Piao",
    "任": "Ren",
    "翟": "Zhai",
    "乐": "Yue",
    "覃": "Qin",
    "冼": "Xian",
    "缪": "Miao",
    "员": "Yun",
    "宁": "Ning",
    "尉迟": "Yuchi",
    "万俟": "Moqi",
    "长孙": "Zhangsun",
    "单于": "Chanyu",
    "澹台": "Tantai",
}
LONGEST_NAME = 4
_HAN = re.compile(r"[㐀-鿿\U00020000-\U0003ffff]+")


def person(name: str) -> str | None:
    """苏知禾 -> Su Zhihe; several names stay several. None if it is not a personal name in Han characters."""
    parts = [_one(part) for part in name.split("、")]
    return ", ".join(part for part in parts if part) if all(parts) else None


def _one(name: str) -> str | None:
    segments = name.split("·")
    if not all(_HAN.fullmatch(segment) for segment in segments):
        return None
    if len(segments) > 1:
        return " ".join(_word(segment) for segment in segments)
    if not 2 <= len(name) <= LONGEST_NAME:
        return None
    surname = name[:2] if len(name) > 2 and name[:2] in words("family_names") else name[0]
    return f"{SURNAMES.get(surname) or _word(surname)} {_word(name.removeprefix(surname))}"


def _word(text: str) -> str:
    """One word of pinyin; an apostrophe precedes a vowel at the start of a later syllable: 西安 -> Xi'an."""
    syllables = [syllable.replace("v", "ü") for syllable in syllables_of(text)]
    joined = "".join(f"'{one}" if index and one[0] in "aoe" else one for index, one in enumerate(syllables))
    return joined.capitalize()


def place(address: str) -> str | None:
    """The region at the head of an address, the smallest first: Wucheng District, Jinhua City, Zhejiang."""
    found: list[str] = []
    rest = address
    while known := next((one for one in _by_length() if rest.startswith(one.name_zh)), None):
        found.insert(0, known.name_en)
        rest = rest.removeprefix(known.name_zh)
    return ", ".join(found) or None


@cache
def _by_length() -> list[Region]:
    """Longer names first, so that 金华市 is tried before a shorter name with which it begins."""
    return sorted((one for one in all_regions() if one.level != "placeholder"), key=lambda one: -len(one.name_zh))
