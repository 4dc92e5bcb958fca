"""The languages of pages, answers and mails: which are offered, and a text in one of them.

Chinese and English are in the program. Any other language is a folder of catalogues, `locales/<tag>/*.po`, in the
program or in the city's folder; a text of data may have its words beside the others, `{zh: ..., en: ..., eo: ...}`.
Where a language has no words the English are shown, and without these the Chinese.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeGuard

from babel.dates import format_datetime
from babel.messages.mofile import read_mo
from babel.support import NullTranslations, Translations

from registration import locales
from registration.locales import locale_of
from registration.rules.city import folder_in_use
from registration.rules.reference import texts
from workflows.definition.values import CHINESE, DEFAULTS, ENGLISH

# The language in which the law requires papers, forms and what is signed to be written; pages follow the reader.
OF_PAPERS = CHINESE
_FORMATS = "reference/formats.yaml"
# A language and the folders whose catalogues it has.
CatalogueKey = tuple[str, tuple[Path, ...]]


class Pair(Protocol):
    """A row with its words in both default languages, such as one of a table of reference data."""

    @property
    def zh(self) -> str: ...

    @property
    def en(self) -> str: ...


def offered() -> tuple[str, ...]:
    """The tags of the languages that a reader may choose, the default ones first."""
    return _offered(_folders())


def known(lang: str | None) -> str:
    """The language of a stored choice; Chinese if it is not, or no longer, offered."""
    return lang if lang in offered() else DEFAULTS[0]


@cache
def own_name(lang: str) -> str:
    """The name of a language in that language: 中文, English, Esperanto."""
    locale = locale_of(lang)
    name = locale.get_display_name(locale) or lang
    return name[0].upper() + name[1:]


def pair(zh: str, en: str) -> dict[str, str]:
    """A text in the default languages, as plain data."""
    return {CHINESE: zh, ENGLISH: en}


def by_language(row: Pair) -> dict[str, str]:
    """The words of a row as plain data."""
    return pair(row.zh, row.en)


def is_text(value: object) -> TypeGuard[Mapping[str, str]]:
    """Whether a value is a text by language."""
    return isinstance(value, Mapping) and CHINESE in value


def said(words: Mapping[str, str] | Pair, lang: str) -> str:
    """A text in a language: its own words, else those of the catalogue, else English, else Chinese."""
    found = words if isinstance(words, Mapping) else by_language(words)
    if lang in DEFAULTS:
        return found[lang]
    return found.get(lang) or _catalogue(lang, _folders()).get(found[CHINESE]) or found[ENGLISH] or found[CHINESE]


def values_in(lang: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a message, those that are texts in this language."""
    return {name: said(value, lang) if is_text(value) else value for name, value in values.items()}


def in_offered(words: Callable[[str], str]) -> dict[str, str]:
    """A text that is composed in each offered language, as plain data."""
    return {lang: words(lang) for lang in offered()}


def said_part(row: Mapping[str, Mapping[str, str]], part: str, lang: str) -> str:
    """One part of a text that has several, such as the subject of `{zh: {subject, text}, en: {subject, text}}`."""
    return said({tag: words[part] for tag, words in row.items()}, lang)


def formatted(key: str, lang: str, **values: object) -> str:
    """Values in the form that a language has for them: a row of reference/formats.yaml."""
    return said(texts(_FORMATS)[key], lang).format(**values)


def joined(key: str, lang: str, words: Iterable[str]) -> str:
    """Words with the mark of `key` between them: `list`, `clauses`, `sentences`, `citations`."""
    return said(texts(_FORMATS)[key], lang).join(words)


def dated(key: str, lang: str, at: date | datetime) -> str:
    """A day or a local time in the pattern (Unicode TR 35) that a language has for it."""
    return _written(at, said(texts(_FORMATS)[key], lang), lang)


@lru_cache(maxsize=4096)
def _written(at: date | datetime, pattern: str, lang: str) -> str:
    return format_datetime(_at_midnight(at), pattern, locale=locale_of(lang))


def translations(lang: str) -> NullTranslations:
    """The catalogue of the pages' texts for gettext."""
    # Chinese, which the texts are written in, has no catalogue to look for.
    return _translations(lang, () if lang == CHINESE else _folders())


def catalogue_key(lang: str) -> CatalogueKey:
    """Two equal keys have the same catalogue."""
    return lang, _folders()


def _at_midnight(at: date | datetime) -> datetime:
    return at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)  # noqa: DTZ001 - a day has no zone


def _folders() -> tuple[Path, ...]:
    """The program's catalogues and those of the city, whose words count more."""
    return _with_city(folder_in_use())


@cache
def _with_city(city: Path) -> tuple[Path, ...]:
    return (locales.HERE, city / "locales")


@cache
def _offered(folders: tuple[Path, ...]) -> tuple[str, ...]:
    added = sorted({lang for folder in folders for lang in locales.languages_in(folder)})
    return tuple(dict.fromkeys((*DEFAULTS, *added)))


@cache
def _translations(lang: str, folders: tuple[Path, ...]) -> NullTranslations:
    if lang == CHINESE:
        return NullTranslations()
    found = Translations(None)
    for folder in folders:
        if lang in locales.languages_in(folder):
            with locales.compiled(lang, folder) as file:
                one = Translations(file)
            found.merge(one)
            found.plural = one.plural
    if lang != ENGLISH:
        found.add_fallback(_translations(ENGLISH, folders))
    return found


@cache
def _catalogue(lang: str, folders: tuple[Path, ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for folder in folders:
        if lang in locales.languages_in(folder):
            with locales.compiled(lang, folder) as file:
                found |= _singular(read_mo(file))
    return found


def _singular(messages: Iterable[Any]) -> dict[str, str]:
    return {one.id: one.string for one in messages if one.id and isinstance(one.id, str)}
