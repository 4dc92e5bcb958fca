"""The catalogue of business scope by trade: the sections and divisions of GB/T 4754-2017 that have items."""

from dataclasses import dataclass
from functools import cache

from registration.rules.languages import pair
from registration.rules.reference import table
from registration.rules.scope import ScopeItem, catalogue, industry_of


@dataclass(frozen=True, slots=True)
class Trade:
    """A section (a letter) or a division (two digits) with its name; a section has its divisions."""

    code: str
    name: dict[str, str]
    divisions: tuple["Trade", ...] = ()


@cache
def trades() -> tuple[Trade, ...]:
    """The sections, each with the divisions that have items; one without any is left out."""
    used = {industry_of(item)["division"] for item in catalogue().values()}
    rows = [row for row in table("industries") if row["level"] == "division" and row["code"] in used]
    found = []
    for row in table("industries"):
        if row["level"] == "section":
            inside = [one for one in rows if one["section"] == row["code"]]
            divisions = tuple(Trade(one["code"], pair(one["name_zh"], one["name_en"])) for one in inside)
            found.append(Trade(row["code"], pair(row["name_zh"], row["name_en"]), divisions))
    return tuple(one for one in found if one.divisions)


def trade_of(code: str) -> Trade | None:
    """The section or the division of this code; None for one without items."""
    known = (trade for section in trades() for trade in (section, *section.divisions))
    return next((trade for trade in known if trade.code == code), None)


def items_of_trade(code: str) -> list[ScopeItem]:
    """The items of a section or a division, in the order of their classes; none for an unknown code."""
    return sorted(
        (item for item in catalogue().values() if code in _codes(item)), key=lambda item: (item.gb4754, item.code)
    )


def division_of(item: ScopeItem) -> str:
    """The two digits of the item's division."""
    return industry_of(item)["division"]


def _codes(item: ScopeItem) -> tuple[str, str]:
    row = industry_of(item)
    return row["section"], row["division"]
