"""The regions that names and addresses carry: what a text says, and what lies in what."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from registration.rules.reference import table


@dataclass(frozen=True, slots=True)
class Region:
    """A row of the table of regions; `level` is province, prefecture, district, county, county-city, placeholder."""

    code: str
    name_zh: str
    short_zh: str
    name_en: str
    level: str


@cache
def all_regions() -> tuple[Region, ...]:
    return tuple(Region(**row) for row in table("regions"))


@cache
def region(code: str) -> Region | None:
    return next((known for known in all_regions() if known.code == code), None)


@cache
def districts_of(prefecture: str) -> tuple[Region, ...]:
    """The districts, counties and county-level cities of a prefecture, such as 330700."""
    inside = (known for known in all_regions() if known.code[:4] == prefecture[:4])
    return tuple(known for known in inside if known.level in ("district", "county", "county-city"))


def above(code: str) -> tuple[str, ...]:
    """A region's code and those of the prefecture and the province around it."""
    return (code, code[:4] + "00", code[:2] + "0000")


def lies_in(inner: str, outer: str) -> bool:
    return outer in above(inner)


def address_text(code: str, street: str) -> str:
    """The whole address: province, city, county, street; a street that repeats their names keeps them once."""
    known = [
        place for place in (region(part) for part in reversed(above(code))) if place and place.level != "placeholder"
    ]
    for place in known:
        street = street.removeprefix(place.name_zh)
    return "".join(dict.fromkeys(place.name_zh for place in known)) + street


@cache
def _by_text() -> dict[str, Region]:
    named = {known.name_zh: known for known in all_regions() if known.level != "placeholder"}
    return {known.short_zh: known for known in named.values() if known.short_zh} | named


def region_called(text: str) -> Region | None:
    """The region with exactly this name, long or short."""
    return _by_text().get(text)


def chains(text: str) -> Iterable[tuple[tuple[Region, ...], str]]:
    """Every way to read regions at the start of a text, each lying in the one before, and the rest; longest first."""
    yield from sorted(_chains(text, ()), key=lambda found: len(found[1]))


def _chains(text: str, so_far: tuple[Region, ...]) -> Iterable[tuple[tuple[Region, ...], str]]:
    for length in range(min(len(text), 9), 1, -1):
        found = region_called(text[:length])
        if found and text.startswith(found.name_zh) and length < len(found.name_zh):
            continue
        if found and (not so_far or (found != so_far[-1] and lies_in(found.code, so_far[-1].code))):
            yield from _chains(text[length:], (*so_far, found))
    yield so_far, text
