"""Regions in names and addresses: finds them in a text, and their parent regions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from certificates.numbers.regions import Words, province_name
from registration.rules.city import city
from registration.rules.reference import table
from workflows.definition.values import CHINESE, ENGLISH

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_COUNTY_LEVEL = ("district", "county", "county-city")


@dataclass(frozen=True, slots=True)
class Region:
    """A row of a table of regions; `level` is province, prefecture, district, county, county-city, placeholder.

    Regions outside the own prefecture may have no English name.
    """

    code: str
    name_zh: str
    short_zh: str
    name_en: str
    level: str

    @property
    def name(self) -> dict[str, str]:
        """The name by language; the Chinese one where there is no English one."""
        return {CHINESE: self.name_zh, ENGLISH: self.name_en or self.name_zh}

    @property
    def short_name(self) -> dict[str, str]:
        return {**self.name, CHINESE: self.short_zh or self.name_zh}

    @property
    def is_county_level(self) -> bool:
        return self.level in _COUNTY_LEVEL


@cache
def all_regions() -> tuple[Region, ...]:
    """The own prefecture, the provinces and the larger cities, with their English names; the city's rows win."""
    rows = {row["code"]: row for row in (*table("regions"), *city().regions)}
    return tuple(Region(**row) for row in rows.values())


@cache
def region(code: str) -> Region | None:
    return next((known for known in all_regions() if known.code == code), None)


@cache
def districts_of(prefecture: str) -> tuple[Region, ...]:
    """The districts, counties and county-level cities of a prefecture, such as 330700."""
    inside = (known for known in all_regions() if known.code[:4] == prefecture[:4])
    return tuple(known for known in inside if known.is_county_level)


@cache
def examples() -> dict[str, str]:
    """Examples for hints and messages, by placeholder: `example_city`, `example_phone` and others."""
    own = city().about.examples
    prefecture = region(city().about.prefecture)
    name, short = (prefecture.name_zh, prefecture.short_zh) if prefecture else (city().about.name[CHINESE],) * 2
    first = districts_of(city().about.prefecture)[:1]
    district = "".join(name + one.name_zh if one.level == "district" else one.name_zh for one in first)
    texts = {"city": name, "city_short": short, "district": district, **own.model_dump()}
    return {f"example_{key}": text for key, text in texts.items()}


def above(code: str) -> tuple[str, ...]:
    """A region's code and those of its prefecture and province."""
    return (code, code[:4] + "00", code[:2] + "0000")


def lies_in(inner: str, outer: str) -> bool:
    return outer in above(inner)


def address_text(code: str, street: str) -> str:
    """The whole address: province, city, county, street; names that the street repeats are used once."""
    return "".join(dict.fromkeys(place.name_zh for place in _around(code))) + without_regions(code, street)


def without_regions(code: str, street: str) -> str:
    """The street without the full names of its own province, city and county at the start."""
    for place in _around(code):
        street = street.removeprefix(place.name_zh).strip()
    return street


def region_words(code: str) -> Words:
    """Province, prefecture and county of any region of the country; the English leaves out places without a name."""
    province = province_name(code)
    known = [place for part in (code[:4] + "00", code) if (place := _by_code().get(part))]
    places = [place for place in dict.fromkeys(known) if place.level not in ("province", "placeholder")]
    zh = "".join(dict.fromkeys((province.zh, *(place.name_zh for place in places))))
    return Words(zh, ", ".join([*(place.name_en for place in reversed(places) if place.name_en), province.en]))


@cache
def _by_code() -> Mapping[str, Region]:
    return {one.code: one for one in (*_everywhere(), *all_regions())}


def region_in_front(street: str) -> Region | None:
    """The province, city, district or county at the start of a street, written in full (义乌市场路 has none)."""
    named = (known for known in all_regions() if known.level != "placeholder" and street.startswith(known.name_zh))
    return next((known for known in named if not street.startswith(known.name_zh + "场")), None)


def _around(code: str) -> list[Region]:
    """Province, prefecture and county of a code, as far as they are known."""
    known = (region(part) for part in reversed(above(code)))
    return [place for place in known if place and place.level != "placeholder"]


@cache
def _everywhere() -> tuple[Region, ...]:
    """All regions of the country down to the counties (GB/T 2260), and additional ones of the city."""
    listed = tuple(Region(row["code"], row["name"], row["short"], "", row["level"]) for row in table("china_regions"))
    known = {one.code for one in listed}
    own = (region(row["code"]) for row in city().regions if row["code"] not in known)
    return (*listed, *(one for one in own if one and one.level != "placeholder"))


@cache
def is_code(code: str) -> bool:
    """Whether a region of the country or the placeholder of a city has this code."""
    return region(code) is not None or any(known.code == code for known in _everywhere())


@cache
def _by_text() -> Mapping[str, tuple[Region, ...]]:
    """The regions by each spelling in names. A district is never written without its 区."""
    spelled: dict[str, tuple[Region, ...]] = {}
    for known in _everywhere():
        for text in _spellings(known):
            spelled[text] = (*spelled.get(text, ()), known)
    return spelled


def _spellings(known: Region) -> Iterable[str]:
    yield known.name_zh
    if not known.short_zh or known.level == "district":
        return
    yield known.short_zh
    ending = {"自治州": "州", "自治县": "县"}.get(known.name_zh[-3:])
    if ending:
        yield known.short_zh + ending


@cache
def _longest() -> int:
    return max(map(len, _by_text()))


def regions_called(text: str) -> tuple[Region, ...]:
    """The regions of the whole country with exactly this name, long or short; several share one name."""
    return _by_text().get(text, ())


@cache
def _district_shorts() -> frozenset[str]:
    return frozenset(known.short_zh for known in _everywhere() if known.level == "district" and known.short_zh)


def is_called_like_a_district(text: str) -> bool:
    """Whether a district has this name without 区, as in 朝阳区; most such words have another meaning, too."""
    return text in _district_shorts()


def chains(text: str) -> Iterable[tuple[tuple[Region, ...], str]]:
    """Every reading of regions at the start of a text, each within the one before, and the rest; longest first."""
    yield from sorted(_chains(text, ()), key=lambda found: len(found[1]))


def _chains(text: str, so_far: tuple[Region, ...]) -> Iterable[tuple[tuple[Region, ...], str]]:
    for length in range(min(len(text), _longest()), 1, -1):
        for found in regions_called(text[:length]):
            if length < len(found.name_zh) and text.startswith(found.name_zh):
                continue
            if not so_far or (found != so_far[-1] and lies_in(found.code, so_far[-1].code)):
                yield from _chains(text[length:], (*so_far, found))
    yield so_far, text
