"""The entity types and the regimes that the rules know, and which regime a day belongs to."""

from datetime import date
from enum import StrEnum


class EntityType(StrEnum):
    """Kinds of entity that can be established; the SAMR type code is derived later, see entity_types.py."""

    LLC = "llc"
    LLC_SINGLE = "llc_single"
    INDIVIDUAL = "individual"


class Regime(StrEnum):
    """Bodies of law in force; one is pinned to an application on the day of its submission."""

    FIVE_NUMBERS_2015 = "five_numbers_2015"
    THREE_IN_ONE_2015 = "three_in_one_2015"
    FIVE_IN_ONE_2016 = "five_in_one_2016"
    MARKET_ENTITY_2022 = "market_entity_2022"
    COMPANY_LAW_2024 = "company_law_2024"


COMPANIES = frozenset({EntityType.LLC, EntityType.LLC_SINGLE})


def is_company(entity_type: str) -> bool:
    return EntityType(entity_type) in COMPANIES


def is_five_numbers(regime: str) -> bool:
    return Regime(regime) is Regime.FIVE_NUMBERS_2015


def is_new_company_law(regime: str) -> bool:
    """Whether the Company Law of 2023 applies (in force since 2024-07-01)."""
    return Regime(regime) is Regime.COMPANY_LAW_2024


def is_under_regulation(regime: str) -> bool:
    """Whether the Regulation on the Registration of Market Entities applies (in force since 2022-03-01)."""
    return Regime(regime) in (Regime.MARKET_ENTITY_2022, Regime.COMPANY_LAW_2024)


def regime_on(day: date, *, entity_type: str, five_numbers: bool = False) -> Regime:
    """The regime of an application submitted on `day`.

    `five_numbers` is the registrar's own setting: such a registrar works by the model of 2015 for companies,
    whatever the day, so that the model can be shown and studied today.
    """
    if five_numbers and is_company(entity_type):
        return Regime.FIVE_NUMBERS_2015
    if day >= date(2024, 7, 1) and is_company(entity_type):
        return Regime.COMPANY_LAW_2024
    if day >= date(2022, 3, 1):
        return Regime.MARKET_ENTITY_2022
    return Regime.FIVE_IN_ONE_2016 if day >= date(2016, 10, 1) else Regime.THREE_IN_ONE_2015
