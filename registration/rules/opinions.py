"""The opinions that a clerk can choose for an action: those of the matter and the bureau's own."""

from collections.abc import Mapping

from registration.rules.city import city
from registration.rules.matter_folders import matter_data


def opinions_for(action: str, *, matter: str, registrar_code: str) -> dict[str, Mapping[str, str]]:
    """Key -> text by language, the matter's first. A key of the bureau has a dot before it."""
    own = {
        f".{row.key}": row.text
        for row in city().opinions
        if row.action == action and (not row.registrars or registrar_code in row.registrars)
    }
    return {**matter_data(matter).opinions.opinions.get(action, {}), **own}
