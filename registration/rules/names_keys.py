"""Search keys for a database index, to find registered names that may conflict with a proposed one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from registration.rules.names_parts import NameParts, group_of, normalise, parse, readings, tidy
from registration.rules.names_rules import LONGEST
from registration.rules.names_words import NO_INDUSTRY, UNKNOWN_INDUSTRY
from registration.rules.readings import readings_of

# Readings of the first characters are enough to find candidates, and keep their number bounded for long trade names.
_READ = 4
# Stored with a key that names of every industry share.
ANY_INDUSTRY = ""


@dataclass(frozen=True, slots=True)
class NameKeys:
    """The keys that are stored for a name, each with its industry group (`stored`), and those to look up (`sought`).

    Any name that a comparison could report shares at least one key: stored keys of the one, sought keys of the other,
    of one of the groups in `industries`; None for all, where a name without a known industry may be like any other.
    Keys are short texts with a letter first: n whole name, t trade name in any reading of the parts, b trade name
    with industry, g pair of characters, y reading without tones, d trade name less one character, s its characters
    sorted.
    """

    identity: str
    trade: str
    industry_group: str
    pinyin_tones: frozenset[str]
    pinyin_plain: frozenset[str]
    deletions: frozenset[str]
    stored: Mapping[str, str]
    sought: frozenset[str]
    industries: frozenset[str] | None

    def find(self, stored: Mapping[str, str]) -> bool:
        """Whether these keys find a name with such stored ones."""
        found = self.sought & stored.keys()
        return any(self.industries is None or stored[key] in self.industries for key in found)


def keys_for(name: str | NameParts) -> NameKeys:
    """All keys of a name, as text or in parts."""
    parts = parse(name) if isinstance(name, str) else tidy(name)
    # A longer name is refused anyway, and the number of its keys is quadratic in its length.
    identity, trade = normalise(parts.full), parts.trade[:LONGEST]
    plain, deletions = _joined(plain_readings(trade)), frozenset(_deletions(trade))
    read = {f"t:{one.trade[:LONGEST]}": _industry_of(one) for one in readings(parts)}
    whole = {f"n:{identity}", f"b:{parts.body[:LONGEST]}"}
    near = {f"s:{''.join(sorted(trade))}"}
    near |= {f"y:{len(trade)}:{reading}" for reading in plain} | {f"d:{rest}" for rest in deletions}
    own = _industry_of(parts)
    return NameKeys(
        identity=identity,
        trade=trade,
        industry_group=group_of(parts),
        pinyin_tones=_joined(toned_readings(trade)),
        pinyin_plain=plain,
        deletions=deletions,
        stored=dict.fromkeys(whole, ANY_INDUSTRY)
        | dict.fromkeys(near | {f"g:{pair}" for pair in _pairs(trade)}, own)
        | read,
        sought=frozenset(whole | near | read.keys() | {f"g:{trade[:2]}"} | {f"t:{inner}" for inner in _inner(trade)}),
        industries=None if ANY_INDUSTRY in read.values() else frozenset({ANY_INDUSTRY, *read.values()}),
    )


def _industry_of(parts: NameParts) -> str:
    """The group whose names may be like this one; a name without one, or with words on no list, may be like any."""
    group = group_of(parts)
    return ANY_INDUSTRY if group in (NO_INDUSTRY, UNKNOWN_INDUSTRY) else group


def toned_readings(trade: str) -> tuple[frozenset[str], ...]:
    """Every reading of every character with its tone; a character without a reading is used itself."""
    return tuple(map(readings_of, trade))


def plain_readings(trade: str) -> tuple[frozenset[str], ...]:
    return tuple(map(plain_readings_of, trade))


@lru_cache(maxsize=32768)
def plain_readings_of(char: str) -> frozenset[str]:
    """The readings of a character without tones."""
    return frozenset(reading.rstrip("12345") for reading in readings_of(char))


def _joined(readings: tuple[frozenset[str], ...]) -> frozenset[str]:
    return frozenset(" ".join(reading) for reading in product(*readings[:_READ]))


def _deletions(trade: str) -> Iterable[str]:
    """The trade name and each with one character less: two at edit distance one share at least one of them."""
    if len(trade) < 3:
        return ()
    return {trade, *(trade[:place] + trade[place + 1 :] for place in range(len(trade)))}


def _pairs(trade: str) -> Iterator[str]:
    yield from (trade[place : place + 2] for place in range(len(trade) - 1))


def _inner(trade: str) -> Iterator[str]:
    for start in range(len(trade)):
        yield from (trade[start:end] for end in range(start + 2, len(trade) + 1))
