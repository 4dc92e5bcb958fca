"""What depends on the registrar: the types that it registers (Implementing Rules art. 4), how a place may be held."""

from registration.rules.city import city
from registration.rules.entity_types import type_row
from registration.rules.languages import in_offered, joined, said
from registration.rules.problems import Problem


def registrar_problems(code: str, *, entity_type: str) -> list[Problem]:
    """The fault of choosing this registrar: some types are registered by a registrar of the city or above only."""
    able = [one for one in city().registrars if one.level == "city"]
    if not type_row(entity_type).city_level or code in {one.code for one in able}:
        return []
    names = in_offered(lambda lang: joined("list", lang, (said(one.name, lang) for one in able)))
    return [Problem("registrar", "registrar.not_for_type", {"registrars": names})]


def tenures_not_here(entity_type: str, *, declared: bool) -> frozenset[str]:
    """The kinds of tenure that cannot be chosen; `declared`: the registrar accepts a declaration as proof."""
    online = type_row(entity_type).online_place
    return frozenset({*(() if online else ("platform",)), *(() if declared else ("declared",))})
