"""The texts by whose beginning the desk finds a case. A text is found from each place at which a key of it begins."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from registration.rules.names import parse
from registration.rules.readings import searchable
from registration.rules.tidy import search_text

# Of what is sought no more counts, so that a key stays short.
LONGEST = 24
# Of a longer name the desk knows only a part: an organization's, and not a person's.
_MOST_OF_A_PERSON = 4
# A key of one character in the middle of a name would find nearly every name.
_SHORTEST = 2
# After these an address has a part by which people know it: 婺城区 | 宾虹路 | 358号 | 2幢.
_END_OF_PART = re.compile(r"(?<=[省市区县镇乡村路街道巷弄号幢栋楼座层])(?=.)")
_DIVIDERS = re.compile(r"[\s·'’，,。.#]")
Key = tuple[str, str]
# The kind of a keyed hash of an identity number, which is compared as a whole.
IDENTITY = "identity"


def plain(words: str) -> str:
    """A text as it is compared: normalized, without blanks and capitals, cut to what counts."""
    return _plain(words)[:LONGEST]


def read_aloud(words: str) -> str:
    """The same of a text in letters, as readings are stored: `ü` is typed as `v`."""
    return plain(words).replace("ü", "v")


def identity_key(number_hash: str) -> str:
    """The key of a keyed hash: no typed text is a beginning of it, because a text has no `#` when it is compared."""
    return f"#{number_hash}"


def keys_of(*, ref: str, name: str, form: Mapping[str, Any]) -> set[Key]:
    """(kind, key) of a case with this form. Nothing that is encrypted in the form is a key."""
    found = {("ref", key) for key in _of_reference(ref)}
    found |= {("name", key) for key in _inside(name)}
    found |= {("pinyin", key) for key in _read(name)}
    for one in form.get("people") or ():
        called = str(one.get("name") or "") if isinstance(one, Mapping) else ""
        found |= {("person", key) for key in _of_person(called)}
    domicile = form.get("domicile")
    street = str(domicile.get("street") or "") if isinstance(domicile, Mapping) else ""
    return found | {("address", key) for key in _of_address(street)}


def _plain(words: str) -> str:
    return _DIVIDERS.sub("", search_text(words)).casefold()


def _of_reference(ref: str) -> Iterator[str]:
    """`hy-2026-000123`, `2026-000123`, `000123` and `123`."""
    whole = _plain(ref)
    places = [0, *(found.end() for found in re.finditer("-", whole))]
    yield from (whole[place:] for place in places)
    yield whole.rpartition("-")[2].lstrip("0") or "0"


def _inside(name: str) -> Iterator[str]:
    whole = _plain(name)
    for place in range(max(1, len(whole) - _SHORTEST + 1)):
        if whole[place:]:
            yield whole[place : place + LONGEST]


def _read(name: str) -> Iterator[str]:
    """The readings from the first character, from the trade name and from the trade, whole and by initials."""
    parts = parse(name)
    for text in (name, parts.trade + parts.industry + parts.form, parts.industry + parts.form):
        yield from (one[:LONGEST] for one in searchable(text).split())


def _of_person(name: str) -> Iterator[str]:
    whole = plain(name)
    if whole:
        yield whole
    if len(whole) > _MOST_OF_A_PERSON:
        yield from _inside(name)


def _of_address(street: str) -> Iterator[str]:
    whole = _plain(street)
    places = [0, *(found.start() for found in _END_OF_PART.finditer(whole))]
    yield from (whole[place : place + LONGEST] for place in places if whole)


def keys_of_entity(*, name: str, representative: str) -> set[Key]:
    """(kind, key) of an entity in the public register. A representative is found by the whole name alone."""
    found = {("name", key) for key in _starts(name)} | {("pinyin", key) for key in _read(name)}
    return found | {("representative", plain(one)) for one in representative.split("、") if plain(one)}


def _starts(name: str) -> Iterator[str]:
    """A public name is found by its beginning, by each place in its trade name, and by its trade.

    Every place of the name would make three times the keys, and find half of all names by the words that they share.
    """
    parts, whole = parse(name), _plain(name)
    trade = whole.find(_plain(parts.trade)) if parts.trade else -1
    industry = whole.find(_plain(parts.industry), max(trade, 0)) if parts.industry else -1
    inside = range(trade, trade + max(1, len(_plain(parts.trade)) - _SHORTEST + 1)) if trade >= 0 else ()
    for place in sorted({0, *inside, *((industry,) if industry >= 0 else ())}):
        if whole[place:]:
            yield whole[place : place + LONGEST]
