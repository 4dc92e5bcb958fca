"""Phrases in the search of the business scope that name no trade, such as 开公司: the answer is advice and trades."""

import re
from collections.abc import Mapping
from functools import cache

from registration.rules.city import City, GeneralIdea, city
from registration.rules.reference import texts, words
from registration.rules.scope import ScopeItem
from registration.rules.scope_search import search
from registration.rules.scope_words import everyday, latin, plain


def idea_in(text: str) -> GeneralIdea | None:
    """The advice for a text that names no trade; None for any other."""
    return _by_phrase(city()).get(_bare(text))


def found_for(text: str, *, limit: int) -> list[ScopeItem]:
    """The items for a text.

    Of a phrase that names no trade only what it means as an everyday word: what contains one of its syllables misleads.
    """
    return search(text, limit=limit) if idea_in(text) is None or plain(text) in everyday() else []


@cache
def _by_phrase(of: City) -> Mapping[str, GeneralIdea]:
    own = {row.key for row in of.scope_general}
    shared = texts("reference/scope_general.yaml").items()
    rows = [GeneralIdea.model_validate(row | {"key": key}) for key, row in shared if key not in own]
    return {_bare(word): row for row in (*rows, *of.scope_general) for word in row.words}


def _bare(text: str) -> str:
    """The phrase without what stands around it, unless nothing would be left: 我想开一家公司 -> 开公司."""
    sought, around = plain(text), words("scope_around")
    if sought.isascii():
        parts = latin(sought)
        return " ".join(part for part in parts if part not in around) or " ".join(parts)
    return _han_around().sub("", sought) or sought


@cache
def _han_around() -> re.Pattern[str]:
    """The longest first, and every mark."""
    han = sorted((word for word in words("scope_around") if not word.isascii()), key=len, reverse=True)
    return re.compile(rf"{'|'.join(han)}|\W")
