"""The regimes: bodies of law. rules/entity_types.py selects one by day and entity type."""

from enum import StrEnum


class Regime(StrEnum):
    """Bodies of law in force; one is fixed for an application on the day of its submission."""

    FIVE_NUMBERS_2015 = "five_numbers_2015"
    THREE_IN_ONE_2015 = "three_in_one_2015"
    FIVE_IN_ONE_2016 = "five_in_one_2016"
    MARKET_ENTITY_2022 = "market_entity_2022"
    COMPANY_LAW_2024 = "company_law_2024"


def is_five_numbers(regime: str) -> bool:
    return Regime(regime) is Regime.FIVE_NUMBERS_2015


def is_new_company_law(regime: str) -> bool:
    """Whether the Company Law of 2023 applies (in force since 2024-07-01)."""
    return Regime(regime) is Regime.COMPANY_LAW_2024


def is_under_regulation(regime: str) -> bool:
    """Whether the Regulation on the Registration of Market Entities applies (in force since 2022-03-01)."""
    return Regime(regime) in (Regime.MARKET_ENTITY_2022, Regime.COMPANY_LAW_2024)
