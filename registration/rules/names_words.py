"""Words in a name: the words of industry at its end, and the words of the lists that it contains.

A listed word counts if the cheapest division of the whole has it: 安泰国贸 has 国贸 and not 泰国.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from registration.rules.name_word_lists import LONGEST, WordLists, lists_in_use
from registration.rules.reference import table, words

NO_INDUSTRY = "none"
UNKNOWN_INDUSTRY = "unknown"

# The cost of a piece as a word of a list, as a coined word at the start, as unknown characters.
_KNOWN, _COINED, _STRANGE = 1, 2, 3
_LONGEST_COINED = 4


@dataclass(frozen=True, slots=True)
class WordAt:
    """A word of one of the lists in a name; not `sure` where the characters can be read otherwise as well."""

    word: str
    of: str
    sure: bool


@cache
def _groups() -> dict[str, str]:
    """Words of industry and their groups: the own list, and the names of the classes and of the items of scope."""
    listed = {word: row["group"] for row in table("name_industries") for word in row["words"].split()}
    known = sorted(set(listed.values()), key=len, reverse=True)
    for row in table("scope_items"):
        group = next((group for group in known if row["gb4754"].startswith(group)), None)
        if group and 2 <= len(row["zh"]) <= 6:
            listed.setdefault(row["zh"], group)
    return listed


@cache
def _industry_words() -> frozenset[str]:
    return frozenset(_groups()) | words("name_industry_tails")


def is_industry_word(text: str) -> bool:
    return text in _groups()


@lru_cache(maxsize=16384)
def split_industry(body: str) -> tuple[str, str]:
    """A name without region and form as (trade name, industry): words of industry are taken from its end.

    If there are only such words, the first of them is the trade name.
    """
    cuts = [cut for cut, pieces in enumerate(_industry_from(body)) if pieces is not None and cut < len(body)]
    if body in _groups():
        return body, ""
    cut = next((cut for cut in cuts if cut > 1 or (cut and 0 not in cuts)), len(body))
    return body[:cut], body[cut:]


@lru_cache(maxsize=16384)
def is_of_industry_words(text: str) -> bool:
    """Whether words of industry fill the whole text, as they do an empty one."""
    return _industry_from(text)[0] is not None


def _industry_from(body: str) -> list[tuple[str, ...] | None]:
    """For each position the smallest number of words of industry that fill the text from there to its end."""
    best: list[tuple[str, ...] | None] = [None] * len(body) + [()]
    for start in range(len(body) - 1, -1, -1):
        for end in range(start + 2, len(body) + 1):
            rest = best[end]
            if rest is not None and body[start:end] in _industry_words():
                found, so_far = (body[start:end], *rest), best[start]
                best[start] = found if so_far is None or len(found) < len(so_far) else so_far
    return best


@lru_cache(maxsize=16384)
def industry_group(industry: str) -> str:
    """The industry group of a text: that of its last word, except general ones such as 科技 and 管理."""
    pieces = next((pieces for pieces in _industry_from(industry) if pieces), ())
    heads = [piece for piece in pieces if piece not in words("name_industry_tails")]
    groups = [_groups()[piece] for piece in reversed(heads or pieces) if piece in _groups()]
    specific = [group for group in groups if group != NO_INDUSTRY]
    return (specific or groups or [UNKNOWN_INDUSTRY])[0]


@cache
def _usual_words() -> frozenset[str]:
    forms = frozenset(row["form"].strip("（）") for row in table("name_forms"))
    return words("name_common") | words("name_usual") | _industry_words() | forms


def is_usual_word(text: str) -> bool:
    """Whether it is a common word, one of industry, or one of the legal forms."""
    return text in _usual_words()


@lru_cache(maxsize=2)
def _vocabulary(lists: WordLists) -> frozenset[str]:
    return _usual_words() | frozenset(lists.listed)


def listed_words(text: str) -> tuple[WordAt, ...]:
    """The listed words in a text, without those within a longer one or a usual expression."""
    return _listed_words(text, lists_in_use())


@lru_cache(maxsize=8192)
def _listed_words(text: str, lists: WordLists) -> tuple[WordAt, ...]:
    pieces = tuple(_pieces(text))
    # An expression at the very start is the trade name itself, and is not excluded.
    expressions = words("name_usual")
    usual = [span for span, piece in pieces if piece in expressions and span[0] > 0]
    found = [(span, piece) for span, piece in pieces if piece in lists.listed]
    said: list[tuple[tuple[int, int], WordAt]] = []
    for span, word in found:
        if any(_within(span, wider) for wider in (*usual, *(taken for taken, one in said if one.sure))):
            continue
        known = _vocabulary(lists)
        as_word, otherwise = (_cost(text, span, whole=whole, known=known) for whole in (True, False))
        if as_word <= otherwise:
            said.append((span, WordAt(word, lists.listed[word], as_word < otherwise)))
    return tuple(one for _, one in said)


def _pieces(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """The pieces of a text that may be listed words, with their places, longer ones first: fewer than the words."""
    for size in range(min(len(text), LONGEST), 0, -1):
        for start in range(len(text) - size + 1):
            yield (start, start + size), text[start : start + size]


def _within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _cost(text: str, span: tuple[int, int], *, whole: bool, known: frozenset[str]) -> float:
    """The cost of the cheapest reading that has the span as one word (`whole`), or that cuts through it."""
    best = [0.0] + [float("inf")] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - LONGEST), end):
            if _may_stand((start, end), span, whole=whole):
                piece = text[start:end]
                is_known = (start, end) == span or piece in known
                best[end] = min(best[end], best[start] + _price(piece, start, known=is_known))
    return best[-1]


def _may_stand(piece: tuple[int, int], span: tuple[int, int], *, whole: bool) -> bool:
    if not whole:
        return not _within(span, piece)
    return piece == span or piece[1] <= span[0] or span[1] <= piece[0]


def _price(piece: str, start: int, *, known: bool) -> int:
    if known:
        return _KNOWN
    return _COINED if start == 0 and 2 <= len(piece) <= _LONGEST_COINED else _STRANGE
