"""A shareholder's contribution: one line for each method and each instalment (Company Law 2023 arts. 46(5), 48)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from registration.rules.form.values import About, Amount, AmountOrNone, Day, Key, Schema

Method = Literal[
    "currency",
    "in_kind",
    "ip",
    "land_use",
    "equity",
    "claim",
    "data",
    "other",
    "labour",
    "credit",
    "personal_name",
    "goodwill",
    "franchise",
    "encumbered",
]

# Earlier forms had one method, amount and day for each shareholder: earlier field -> field of a line.
_BEFORE_LINES = {"method": "method", "subscribed_wan": "amount_wan", "due_on": "due_on", "paid_wan": "paid_wan"}


def with_lines(row: Mapping[str, Any]) -> dict[str, Any]:
    """A raw row in the present shape; one without lines becomes a row of one line."""
    if "lines" in row or not _BEFORE_LINES.keys() & row.keys():
        return dict(row)
    line = {name: row[before] for before, name in _BEFORE_LINES.items() if before in row}
    return {**{name: value for name, value in row.items() if name not in _BEFORE_LINES}, "lines": [line]}


class Contribution(Schema):
    """One line; the forbidden methods can be chosen through the API, so that the refusal can name the article."""

    method: Annotated[Method, About("出资方式", "Method of contribution", public=True)] = "currency"
    amount_wan: Annotated[Amount, About("认缴出资额（万元）", "Subscribed (CNY 10,000)", public=True)]
    due_on: Annotated[Day, About("出资期限", "Paid in by", public=True)]
    paid_wan: Annotated[AmountOrNone | None, About("实缴出资额（万元）", "Paid in (CNY 10,000)", public=True)] = None

    @property
    def is_paid(self) -> bool:
        return self.paid_wan is not None and self.paid_wan >= self.amount_wan


class Shareholder(Schema):
    """A shareholder with the lines of the contribution; amounts are in ten thousand units of its currency."""

    person: Annotated[Key, About("股东", "Shareholder", public=True)]
    lines: Annotated[
        tuple[Contribution, ...],
        Field(min_length=1, max_length=50),
        About("出资明细", "Contributions", public=True),
    ]

    @classmethod
    def settled(cls, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        return with_lines(raw)

    @property
    def subscribed_wan(self) -> Decimal:
        return sum((line.amount_wan for line in self.lines), Decimal(0))

    @property
    def paid_wan(self) -> Decimal:
        return sum((line.paid_wan or Decimal(0) for line in self.lines), Decimal(0))


class Shareholders(RootModel[Annotated[tuple[Shareholder, ...], Field(min_length=1, max_length=200)]]):
    """One row for each shareholder."""
