"""What kinds of entity, matters and regimes are called."""

from flask_babel import lazy_gettext as _l

from registration.http.context import say
from registration.matters import matter_title, matters
from registration.rules.entity_types import entity_types

_REGIMES = {
    "five_numbers_2015": _l("一照五号（2015）"),
    "three_in_one_2015": _l("三证合一（2015）"),
    "five_in_one_2016": _l("五证合一（2016）"),
    "market_entity_2022": _l("市场主体登记管理条例（2022）"),
    "company_law_2024": _l("公司法（2023年修订）"),
}


def entity_type_words(key: str) -> str:
    """The type as people call it; the key itself for one that is not in the table."""
    row = next((row for row in entity_types() if row.key == key), None)
    return say(row.name) if row else key


def type_choices() -> list[tuple[str, str]]:
    return [(row.key, say(row.name)) for row in entity_types()]


def matter_choices() -> list[tuple[str, str]]:
    """(key, title) of the matters in which an applicant can begin."""
    return [(key, say(matter_title(key))) for key in matters()]


def matter_name(matter: str) -> str:
    """The matter's title; of one that is no longer there its key, and nothing for none."""
    return say(matter_title(matter)) if matter in matters() else matter


def regime_words(regime: str) -> str:
    return str(_REGIMES.get(regime, regime))
