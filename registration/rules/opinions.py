"""The opinions that a clerk can choose for an action: those of the matter and the bureau's own."""

from collections.abc import Mapping

from registration.rules.city import city
from registration.rules.matter_folders import matter_data
from registration.rules.own_phrases import OPINION, own_phrases


def opinions_for(action: str, *, matter: str, registrar_code: str) -> dict[str, Mapping[str, str]]:
    """Key -> text by language: the matter's, the bureau's with a dot before the key, then the registrar's own."""
    own = {
        f".{row.key}": row.text
        for row in city().opinions
        if row.action == action and (not row.registrars or registrar_code in row.registrars)
    }
    added = {
        one.code: one.words
        for one in own_phrases(OPINION, matter=matter)
        if one.used and (one.action, one.registrar) == (action, registrar_code)
    }
    return {**matter_data(matter).opinions.opinions.get(action, {}), **own, **added}
