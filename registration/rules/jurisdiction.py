"""What depends on the registrar: the types that it registers (Implementing Rules art. 4), how a place may be held."""

from collections.abc import Iterable, Mapping, Sequence

from registration.rules.city import CityRegistrar, city
from registration.rules.entity_types import type_row
from registration.rules.languages import in_offered, joined, said
from registration.rules.problems import Problem


def registrar_problems(code: str, *, entity_type: str) -> list[Problem]:
    """The fault of choosing this registrar: some types are registered by a registrar of the city or above only."""
    able = [one for one in city().registrars if one.level == "city"]
    if not type_row(entity_type).city_level or code in {one.code for one in able}:
        return []
    return [Problem("registrar", "registrar.not_for_type", {"registrars": registrar_names(able)})]


def registrar_names(able: Sequence[CityRegistrar]) -> Mapping[str, str]:
    """The names of registrars in each language, for a problem's text."""
    return in_offered(lambda lang: joined("list", lang, (said(one.name, lang) for one in able)))


def authorised() -> list[CityRegistrar]:
    """The registrars that SAMR has authorised for foreign-invested enterprises (Implementing Rules art. 4(3))."""
    return [one for one in city().registrars if one.foreign_invested]


def is_authorised(code: str) -> bool:
    return code in {one.code for one in authorised()}


def serves_the_city_for_foreigners(code: str) -> bool:
    """Whether it registers foreign-invested enterprises of the whole city: it is authorised, and the city's own."""
    return any(one.code == code and one.level == "city" for one in authorised())


def regions_served(own: Iterable[str], *, entity_type: str, whole_city: bool = False) -> tuple[str, ...]:
    """The regions in which a registrar with its `own` registers a type: those of the whole city for the types that only
    a registrar of the city registers (Implementing Rules art. 4), and for what it registers of the `whole_city`."""
    is_wide = whole_city or type_row(entity_type).city_level
    others = (code for one in city().registrars for code in one.regions) if is_wide else ()
    return tuple(dict.fromkeys((*own, *others)))


def tenures_not_here(entity_type: str, *, declared: bool) -> frozenset[str]:
    """The kinds of tenure that cannot be chosen; `declared`: the registrar accepts a declaration as proof."""
    online = type_row(entity_type).online_place
    return frozenset({*(() if online else ("platform",)), *(() if declared else ("declared",))})
