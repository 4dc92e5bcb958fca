"""Search in the catalogue of business scope, in Chinese and English: codes, words, pinyin, industries."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain

from registration.rules.city import City, city
from registration.rules.readings import syllables_of
from registration.rules.scope import ScopeItem, catalogue, industry_of
from registration.rules.scope_words import (
    Codes,
    activities,
    activities_in,
    content_of,
    core,
    everyday,
    everyday_of,
    latin,
    phrases,
    plain,
    readings,
)
from registration.rules.spelling_index import SpellingIndex

# A spelling in pinyin of fewer letters may be part of any other.
SHORTEST_PINYIN = 5
# Words in Latin letters of the longest phrase that is looked up.
LONGEST_PHRASE = 3


def search(text: str, *, limit: int = 20) -> list[ScopeItem]:
    """Items for a text, in this order: equal to it, meant by its everyday words, beginning with it, containing it.

    The text may be words in Chinese or English, with verbs and endings around them (我想开饭店), pinyin or its first
    letters, the code of an item, or the code or the name of a class of industry. Only where nothing is found, items
    that share two syllables or a word with it.
    """
    sought = plain(text)
    if not sought:
        return []
    found = dict.fromkeys(chain(_exact(sought), _meant(sought), _beginning(sought), _containing(sought)))
    return [catalogue()[code] for code in list(found or _alike(sought))[:limit]]


def _exact(sought: str) -> Iterator[str]:
    yield from _items(latin=False).equal_to(sought)
    if sought.isascii():
        yield from _items_in_pinyin().equal_to(sought)


def _meant(sought: str) -> list[str]:
    """Items that the everyday words of the text mean: those of its activity, then those of most of its letters."""
    weights: dict[str, int] = {}
    for letters, codes in _rows_meant(sought):
        for code in codes:
            weights[code] = weights.get(code, 0) + letters
    activities = activities_in(sought)
    return sorted(weights, key=lambda code: (not _does(code, activities), -weights[code]))


def _does(code: str, activities: Collection[str]) -> bool:
    return not activities or any(activity in catalogue()[code].zh for activity in activities)


def _rows_meant(sought: str) -> list[tuple[int, Codes]]:
    """(letters, codes) of the everyday words in the text; of the whole text alone, if it is one."""
    known = everyday()
    if sought in known:
        return [(len(sought), known[sought])]
    if sought.isascii():
        return [*_phrases_in(sought), *_readings_in(sought)]
    rest = core(sought)
    words = list(_words_in(sought, known))
    # An activity beside a thing only orders the items that the thing means.
    things = [word for word in words if word not in activities()] or words or ([rest] if rest in known else [])
    return [(len(word), known[word]) for word in things]


def _words_in(text: str, known: Collection[str]) -> Iterator[str]:
    """The known words of two letters or more, from left to right, the longest at each place."""
    at, longest = 0, max(map(len, known), default=0)
    while at < len(text):
        ends = range(min(len(text), at + longest), at + 1, -1)
        word = next((text[at:end] for end in ends if text[at:end] in known), "")
        if word:
            yield word
        at += len(word) or 1


def _phrases_in(sought: str) -> Iterator[tuple[int, Codes]]:
    """The longest known phrase at each word; a word of a longer phrase counts in that phrase alone."""
    parts, known, at = latin(sought), phrases(), 0
    while at < len(parts):
        ends = range(min(len(parts), at + LONGEST_PHRASE), at, -1)
        phrase = next((parts[at:end] for end in ends if parts[at:end] in known), ())
        if phrase:
            yield len("".join(phrase)), known[phrase]
        at += len(phrase) or 1


def _readings_in(sought: str) -> Iterator[tuple[int, Codes]]:
    spelled = sought.replace(" ", "").replace("'", "")
    known = readings()
    if spelled in known:
        yield len(spelled), known[spelled]
        return
    longest = max((one for one in known if len(one) >= SHORTEST_PINYIN and one in spelled), key=len, default="")
    if longest:
        yield len(longest), known[longest]


def _beginning(sought: str) -> Iterator[str]:
    yield from _items(latin=sought.isascii()).beginning_with(sought)
    yield from _codes_of(_words(city()).beginning_with(sought))


def _containing(sought: str) -> Iterator[str]:
    texts = [one for one in dict.fromkeys((sought, core(sought))) if len(one) > 1 or one == sought]
    for text in texts:
        yield from _items(latin=text.isascii()).containing(text)
    if len(sought) > 1 and not sought.isascii():
        yield from _codes_of(_words(city()).containing(sought))


def _codes_of(words: Iterable[str]) -> Iterator[str]:
    known = everyday()
    for word in words:
        yield from known[word]


def _alike(sought: str) -> list[str]:
    """Items that share most pairs of syllables with the text, or most of its English words."""
    rest = core(sought)
    pairs: Sequence[str] = (
        content_of(latin(rest)) if rest.isascii() else [rest[at : at + 2] for at in range(len(rest) - 1)]
    )
    counts = {code: sum(pair in one for pair in pairs for one in _spellings(code)) for code in catalogue()}
    return sorted((code for code, count in counts.items() if count), key=lambda code: -counts[code])


@cache
def _items(*, latin: bool) -> SpellingIndex:
    """The items by their spellings and those of their industry; for a text in Latin letters also by their pinyin."""
    return SpellingIndex(
        (code, (*_spellings(code), *_industry(code), *(_pinyin(code) if latin else ()))) for code in catalogue()
    )


@cache
def _items_in_pinyin() -> SpellingIndex:
    return SpellingIndex((code, _pinyin(code)) for code in catalogue())


@cache
def _words(of: City) -> SpellingIndex:
    """The everyday words of a city."""
    return SpellingIndex((word, (word,)) for word in everyday_of(of))


@cache
def _spellings(code: str) -> tuple[str, ...]:
    item = catalogue()[code]
    return (plain(code), plain(item.zh), plain(item.en))


@cache
def _industry(code: str) -> tuple[str, ...]:
    """The class of industry: its four digits, also behind the letter of the section, and its name."""
    row = industry_of(catalogue()[code])
    return (row["code"], row["section"].casefold() + row["code"], row["name_zh"])


@cache
def _pinyin(code: str) -> tuple[str, ...]:
    syllables = syllables_of(catalogue()[code].zh)
    return ("".join(syllables), "".join(one[0] for one in syllables))
