"""Search keys for a database index, to find registered names that may conflict with a proposed one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from registration.rules.names_parts import NameParts, group_of, normalise, parse, readings, tidy
from registration.rules.names_rules import LONGEST
from registration.rules.readings import readings_of

# Readings of the first characters are enough to find candidates, and keep their number bounded for long trade names.
_READ = 4


@dataclass(frozen=True, slots=True)
class NameKeys:
    """The keys that are stored for a name (`stored`) and those to look up (`sought`).

    Any name that a comparison could report shares at least one key: stored keys of the one, sought keys of the other.
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
    stored: frozenset[str]
    sought: frozenset[str]


def keys_for(name: str | NameParts) -> NameKeys:
    """All keys of a name, as text or in parts."""
    parts = parse(name) if isinstance(name, str) else tidy(name)
    # A longer name is refused anyway, and the number of its keys is quadratic in its length.
    identity, trade = normalise(parts.full), parts.trade[:LONGEST]
    plain, deletions = _joined(plain_readings(trade)), frozenset(_deletions(trade))
    trades = {one.trade[:LONGEST] for one in readings(parts)}
    both = {f"n:{identity}", f"b:{parts.body[:LONGEST]}", f"s:{''.join(sorted(trade))}"}
    both |= {f"t:{one}" for one in trades} | {f"y:{len(trade)}:{reading}" for reading in plain}
    both |= {f"d:{rest}" for rest in deletions}
    return NameKeys(
        identity=identity,
        trade=trade,
        industry_group=group_of(parts),
        pinyin_tones=_joined(toned_readings(trade)),
        pinyin_plain=plain,
        deletions=deletions,
        stored=frozenset(both | {f"g:{pair}" for pair in _pairs(trade)}),
        sought=frozenset(both | {f"g:{trade[:2]}"} | {f"t:{inner}" for inner in _inner(trade)}),
    )


def toned_readings(trade: str) -> tuple[frozenset[str], ...]:
    """Every reading of every character with its tone; a character without a reading is used itself."""
    return tuple(readings_of(char) for char in trade)


def plain_readings(trade: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(reading.rstrip("12345") for reading in readings_of(char)) for char in trade)


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
