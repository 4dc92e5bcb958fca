"""The districts of the city as choices."""

from registration.http.context import say
from registration.queries.accounts import registrars
from registration.rules.regions import region


def districts_served() -> list[tuple[str, str]]:
    """(code, name) of the districts that the registrars here serve, each once."""
    codes = dict.fromkeys(code for registrar in registrars() for code in registrar.regions)
    known = [one for one in map(region, sorted(codes)) if one]
    return [(one.code, say(one.name)) for one in known]
