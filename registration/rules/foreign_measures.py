"""The negative list for foreign investment (2024), and the scope items that each of its measures concerns.

Foreign Investment Law art. 28: nobody from abroad invests in a prohibited field; in a restricted one on the conditions.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from registration.rules.reference import table
from registration.rules.scope import ScopeItem

Access = Literal["open", "partly", "restricted", "prohibited"]
# The list as a norm (reference/norms_of_permits.yaml).
LIST = "FINL"


@dataclass(frozen=True, slots=True)
class Measure:
    """An item of the list: `items` are codes of the scope that it covers, `partly` those that it covers in part."""

    number: int
    kind: Literal["restricted", "prohibited"]
    zh: str
    en: str
    items: tuple[str, ...]
    partly: tuple[str, ...]


@cache
def measures() -> tuple[Measure, ...]:
    """All of them, in the order of the list."""
    return tuple(
        Measure(
            int(row["number"]),
            "prohibited" if row["kind"] == "prohibited" else "restricted",
            row["zh"],
            row["en"],
            _codes(row["items"]),
            _codes(row["partly"]),
        )
        for row in table("foreign_measures")
    )


def measures_of(item: ScopeItem) -> list[Measure]:
    """The measures that concern an item wholly or in part."""
    return [one for one in measures() if item.code in (*one.items, *one.partly)]


def measure_for(item: ScopeItem) -> Measure | None:
    """The strictest measure that covers the whole of an item."""
    found = [one for one in measures() if item.code in one.items]
    return min(found, key=lambda one: one.kind != "prohibited", default=None)


def foreign_access(item: ScopeItem) -> Access:
    """Whether an investor from abroad may: openly, on conditions, not at all, or not in a part of it."""
    whole = measure_for(item)
    if whole is not None:
        return whole.kind
    return "partly" if measures_of(item) else "open"


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(code for code in cell.split(";") if code)
