"""The lists of words that a name may not contain, or only after a person looked: those of the package and the office's.

The office's own words are rows of the database, which no rule reads: the module that reads them says here how.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from registration.rules import csv_text
from registration.rules.problems import InvalidForm, Problem
from registration.rules.reference import words

# The most severe first: a word on two of them belongs to the first.
LISTS = ("banned", "puffery", "group", "strategies", "national", "foreign", "licensed", "associations")
_GROUP_OF_COMPANIES = "集团"
# The lists that an office adds to. The regulation itself names the words of the other two (arts. 12 and 13).
OWN_LISTS = tuple(one for one in LISTS if one not in ("group", "national"))
# A longer word is never one piece of a name for the division into words.
SHORTEST, LONGEST = 2, 8
MOST_WORDS = 3000
_WORD = re.compile(rf"[\u3400-\u4dbf\u4e00-\u9fff]{{{SHORTEST},{LONGEST}}}")
_BETWEEN = re.compile(r"[\s,，、;；]+")

# (list, its words) of an office, sorted.
OwnWords = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, eq=False)
class WordLists:
    """Each listed word and its list. Two are the same only if they are one object, so that caches may hold them."""

    listed: Mapping[str, str]


@lru_cache(maxsize=2)
def word_lists(own: OwnWords = ()) -> WordLists:
    """The same object for the same words."""
    found, added = {_GROUP_OF_COMPANIES: "group"}, dict(own)
    for name in reversed(LISTS):
        if name != "group":
            found |= dict.fromkeys((*shipped_words(name), *added.get(name, ())), name)
    return WordLists(found)


def shipped_words(name: str) -> frozenset[str]:
    """The words of the package for one of OWN_LISTS."""
    return words(f"name_{name}")


_source: Callable[[], WordLists] = word_lists


def read_from(source: Callable[[], WordLists]) -> None:
    """Says where the lists are read."""
    global _source
    _source = source


def lists_in_use() -> WordLists:
    return _source()


def read_words(content: bytes) -> tuple[str, ...]:
    """The words of a text, sorted and each once; a line that begins with # is a remark.

    InvalidForm with every word that cannot be one.
    """
    try:
        lines = csv_text.decoded(content).splitlines()
    except ValueError:
        raise InvalidForm([Problem("words", "name_words.not_text")]) from None
    found: set[str] = set()
    problems = []
    for number, line in enumerate(lines, start=1):
        for written in () if line.startswith("#") else filter(None, _BETWEEN.split(line)):
            word = unicodedata.normalize("NFKC", written)
            if _WORD.fullmatch(word):
                found.add(word)
            else:
                asked = {"line": number, "word": written[:20], "least": SHORTEST, "most": LONGEST}
                problems.append(Problem("words", "name_words.word", asked))
    if not found and not problems:
        problems.append(Problem("words", "name_words.none"))
    if len(found) > MOST_WORDS:
        problems.append(Problem("words", "name_words.too_many", {"most": MOST_WORDS, "found": len(found)}))
    if problems:
        raise InvalidForm(problems)
    return tuple(sorted(found))
