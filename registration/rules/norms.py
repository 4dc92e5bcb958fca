"""Citations of law on papers: the version of a norm in force on a day, and the format of an article."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from certificates.chinese import counted
from registration.rules.kinds import Regime
from registration.rules.languages import CatalogueKey, catalogue_key, formatted, in_offered, joined, said
from registration.rules.reference import texts
from workflows.definition.values import CHINESE, ENGLISH, Text

# The laws of registration, and those of the permits and negative lists beside it.
_FILES = ("reference/norms.yaml", "reference/norms_of_permits.yaml")
_CITATION = re.compile(r"(?P<norm>[A-Z]+\d*)(?: (?P<article>\d+)(?:\((?P<paragraph>\d+)\)|-(?P<item>\d+))?)?")
_TITLE: dict[str, re.Pattern[str]] = {
    CHINESE: re.compile(r"(《[^》]+》(?:（[^）]+）)?|.+?)(第.+)?"),
    ENGLISH: re.compile(r"(.+?)(, art\. .+)?"),
}
_OLD_LAW = frozenset({Regime.FIVE_NUMBERS_2015, Regime.THREE_IN_ONE_2015, Regime.FIVE_IN_ONE_2016})
# The model of 2015 cites the law of 2015 on any day: from its first day in Zhejiang to the day before
# the nationwide code (Document 67 of 2015; 国办发〔2015〕50号). The others begin with their law and do not end here:
# a file of the old law that is decided later is decided under the law in force then.
_DAYS = {
    Regime.FIVE_NUMBERS_2015: (date(2015, 7, 1), date(2015, 9, 30)),
    Regime.THREE_IN_ONE_2015: (date(2015, 10, 1), date(2016, 9, 30)),
    Regime.FIVE_IN_ONE_2016: (date(2016, 10, 1), date(2022, 2, 28)),
    Regime.MARKET_ENTITY_2022: (date(2022, 3, 1), date.max),
    Regime.COMPANY_LAW_2024: (date(2024, 7, 1), date.max),
}


@dataclass(frozen=True, slots=True)
class NormVersion:
    """A version of a norm; `since` and `until` are the first and the last day on which it is in force."""

    since: date
    until: date
    zh: str
    en: str
    source: str


def law_day(regime: str, day: date) -> date:
    """The day whose law a case of this regime follows on `day`."""
    first, last = _DAYS[Regime(regime)]
    return min(max(day, first), last)


def regime_days(regime: str) -> tuple[date, date]:
    """The first and the last day of a regime's law."""
    return _DAYS[Regime(regime)]


def is_old_law(regime: str) -> bool:
    """Whether the regulation on company registration applies, before that of market entities."""
    return Regime(regime) in _OLD_LAW


@cache
def _norms() -> dict[str, Any]:
    return {key: row for file in _FILES for key, row in texts(file).items()}


@cache
def norm_keys() -> frozenset[str]:
    return frozenset(_norms())


@cache
def versions(norm: str) -> tuple[NormVersion, ...]:
    """Every version of a norm that is on record, the oldest first."""
    row = _norms()[norm]
    found = [_version(one) for one in row["versions"]]
    ends = [date.fromordinal(later.since.toordinal() - 1) for later in found[1:]] + [date.max]
    return tuple(
        NormVersion(one.since, min(one.until, end), one.zh, one.en, one.source)
        for one, end in zip(found, ends, strict=True)
    )


def version_on(norm: str, day: date) -> NormVersion | None:
    """The version that is in force on the day; None where none is."""
    return next((one for one in versions(norm) if one.since <= day <= one.until), None)


def norm_title(version: NormVersion, lang: str) -> str:
    """The title of a norm."""
    return said({CHINESE: version.zh, ENGLISH: version.en}, lang)


def in_force(citation: str, day: date) -> bool:
    """Whether the norm of a citation such as `MR 19(2)` is in force on the day."""
    return version_on(_split(citation)["norm"], day) is not None


def is_citation(text: str) -> bool:
    """Whether a text such as `MR 19(2)` cites a norm that is on record."""
    found = _CITATION.fullmatch(text)
    return found is not None and found["norm"] in norm_keys()


def cited(citations: Iterable[str], day: date, lang: str) -> list[str]:
    """Those of the citations that are in force on the day, in words, each once."""
    words = catalogue_key(lang)
    return list(dict.fromkeys(text for one in citations if (text := _cited(one, day, words)) is not None))


@lru_cache(maxsize=4096)
def _cited(citation: str, day: date, words: CatalogueKey) -> str | None:
    """None where the norm is not in force on the day."""
    return citation_text(citation, day, words[0]) if in_force(citation, day) else None


def article(citation: str, day: date) -> Text:
    """A citation in every offered language. KeyError where the norm is not in force on the day."""
    return Text(**in_offered(lambda lang: citation_text(citation, day, lang)))


def articles(citations: Iterable[str], day: date) -> tuple[Text, ...]:
    """Those in force on the day in every offered language, each once."""
    return tuple(article(one, day) for one in dict.fromkeys(citations) if in_force(one, day))


def listed(citations: Iterable[str], lang: str) -> str:
    """Citations in words; a title is not repeated directly after itself."""
    parts, last = [], ""
    for words in citations:
        found = _TITLE.get(lang, _TITLE[ENGLISH]).fullmatch(words)
        assert found is not None
        title, article = found.groups()
        parts.append(article.removeprefix(", ") if article and title == last else words)
        last = title
    return joined("citations", lang, parts)


def citation_text(citation: str, day: date, lang: str) -> str:
    """`MR 19(2)` as 《市场主体登记管理条例》第十九条第二款. KeyError where the norm is not in force on the day."""
    parts = _split(citation)
    version = version_on(parts["norm"], day)
    if version is None:
        raise KeyError(citation)
    title, edition = said(_norms()[parts["norm"]], lang), said(version, lang)
    head = formatted("untitled_norm" if parts["norm"] in _UNTITLED else "norm", lang, title=title, version=edition)
    return head + "".join(_numbered(parts, lang))


# A document has a number instead of a title; a registrar's own limit has neither.
_UNTITLED = frozenset({"ZJ67", "OWN"})


def _numbered(parts: dict[str, Any], lang: str) -> Iterable[str]:
    for name in ("article", "paragraph", "item"):
        if parts[name]:
            yield formatted(name, lang, numeral=counted(int(parts[name])), number=parts[name])


def _split(citation: str) -> dict[str, Any]:
    found = _CITATION.fullmatch(citation)
    if found is None or not is_citation(citation):
        raise ValueError(citation)
    return found.groupdict()


def _version(row: dict[str, Any]) -> NormVersion:
    return NormVersion(
        row["from"], row.get("until", date.max), row.get(CHINESE, ""), row.get(ENGLISH, ""), row["source"]
    )
