"""Everyday words for the business scope, and the activities that a phrase names (files `scope_*` of reference/).

The rows of a city (`scope_words.csv` of its folder) come before those of the whole country.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeVar

from registration.rules.city import City, city
from registration.rules.readings import syllables_of
from registration.rules.reference import table, words
from registration.rules.scope import catalogue

Key = TypeVar("Key")
Codes = tuple[str, ...]
_LATIN = re.compile(r"[0-9a-z]+(?:'s)?")


def listed(cell: str) -> list[str]:
    """The words of a cell, which are separated by semicolons."""
    return [word.strip() for word in cell.split(";") if word.strip()]


def plain(text: str) -> str:
    """A text for comparison: width, capitals and spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def everyday() -> Mapping[str, Codes]:
    """Everyday word, as `plain` has it -> the codes of the items that it means, the best first."""
    return everyday_of(city())


@cache
def everyday_of(of: City) -> Mapping[str, Codes]:
    """The everyday words of a city and of the whole country."""
    codes = {item.zh: code for code, item in catalogue().items()}
    rows = [*of.scope_words, *table("scope_words")]
    return _gathered(
        (plain(word), tuple(codes[item] for item in listed(row["items"]) if item in codes))
        for row in rows
        for word in listed(row["words"])
    )


def readings() -> Mapping[str, Codes]:
    """Pinyin of the everyday words, whole and by first letters -> the codes; of words with two syllables or more."""
    return _readings(city())


@cache
def _readings(of: City) -> Mapping[str, Codes]:
    syllables = [(syllables_of(word), codes) for word, codes in everyday_of(of).items() if not word.isascii()]
    spelled = [(one, codes) for one, codes in syllables if len(one) > 1]
    whole = [("".join(one), codes) for one, codes in spelled]
    return _gathered([*whole, *(("".join(part[0] for part in one), codes) for one, codes in spelled)])


def phrases() -> Mapping[tuple[str, ...], Codes]:
    """The words in Latin letters, as their parts without plural -> the codes."""
    return _phrases(city())


@cache
def _phrases(of: City) -> Mapping[tuple[str, ...], Codes]:
    return _gathered((latin(word), codes) for word, codes in everyday_of(of).items() if word.isascii())


def latin(text: str) -> tuple[str, ...]:
    """The words of a text in Latin letters, each without the ending of a plural."""
    return tuple(_singular(word) for word in _LATIN.findall(text.casefold()))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if re.search(r"(?:s|x|ch|sh)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


def core(text: str) -> str:
    """A phrase without verbs and endings that every business has: 我想开奶茶店 -> 奶茶; as it is if nothing is left."""
    left = text
    while cut := next((cut for filler in _fillers() if (cut := _without(left, filler)) != left), ""):
        left = cut
    return left


def _without(text: str, filler: str) -> str:
    """Without the filler at either end, unless nothing would be left."""
    cuts = (text.removeprefix(filler).strip(), text.removesuffix(filler).strip())
    return next((cut for cut in cuts if cut and cut != text), text)


@cache
def _fillers() -> tuple[str, ...]:
    """The Han ones, the longest first."""
    return tuple(sorted((word for word in words("scope_fillers") if not word.isascii()), key=len, reverse=True))


def content_of(parts: Iterable[str]) -> tuple[str, ...]:
    """The Latin words that say something about the business."""
    fillers = {_singular(word) for word in words("scope_fillers") if word.isascii()}
    return tuple(part for part in parts if part not in fillers and len(part) > 1)


@cache
def activities() -> frozenset[str]:
    """The words for activities."""
    return frozenset(word for row in table("scope_activities") for word in row["said"].split())


def activities_in(text: str) -> frozenset[str]:
    """The syllables of standard items that have the activity of the text: 修空调 -> 修理, 维修, 维护."""
    parts = frozenset(_LATIN.findall(text))
    return frozenset(
        syllable
        for row in table("scope_activities")
        if any(word in parts if word.isascii() else word in text for word in row["said"].split())
        for syllable in row["standard"].split()
    )


def _gathered(pairs: Iterable[tuple[Key, Codes]]) -> dict[Key, Codes]:
    """The codes of equal keys one after the other, each once."""
    found: dict[Key, Codes] = {}
    for key, codes in pairs:
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), *codes)))
    return found
