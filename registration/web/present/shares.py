"""Contributions that add up: each owner's share, the sum, and what is missing to the stated capital.

The page shows it as it was saved; static/shares.js follows what is typed, by the same rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from registration.http.context import lang_here
from registration.queries.casefile import CaseFile
from registration.rules.check_capital import plain
from registration.rules.currencies import currency_in, in_currency
from registration.web.forms.controls import people_of
from registration.web.present.people import amount_of, subscribed

# The gap between two shares in the bar, in hundredths.
GAP = Decimal("0.3")
FILLS = ("f1", "f2", "f4", "f5", "f3")


@dataclass(frozen=True, slots=True)
class Share:
    """One owner; `percent` is None while nothing is put in, `x` and `width` draw the bar in hundredths.

    `fixed` is what is put in on another page, in ten thousand yuan.
    """

    key: str
    name: str
    amount: Decimal | None
    fixed: Decimal
    percent: Decimal | None
    x: Decimal
    width: Decimal
    fill: str


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of all owners.

    `sum_words` name the sum and its unit. `amounts` and `owners` are the names of the page's inputs, with a * for the
    number of the row: an amount belongs to the owner chosen in its row, or where `owners` is empty to the row itself.
    """

    rows: tuple[Share, ...]
    total: Decimal
    capital: Decimal | None
    sum_words: str
    amounts: str
    owners: str

    @property
    def kind(self) -> str:
        return "ok" if self.total == self.capital else "warn"

    @property
    def words(self) -> str:
        """The sum compared with the capital; empty where no capital is stated."""
        if self.capital is None:
            return ""
        missing = self.capital - self.total
        if missing == 0:
            return _("等于注册资本")
        difference = plain(abs(missing))
        if missing > 0:
            return _("比注册资本少%(difference)s", difference=difference)
        return _("比注册资本多%(difference)s", difference=difference)


Put = tuple[str, str, Decimal | None, Decimal]


def shares_of(
    put: Iterable[Put], *, form: Mapping[str, Any], capital: Decimal | None = None, amounts: str, owners: str = ""
) -> Shares:
    """`put`: key, name, amount and fixed part of each owner, in order."""
    listed = list(put)
    total = sum((amount or Decimal(0) for _key, _name, amount, _fixed in listed), Decimal(0))
    made: list[Share] = []
    for place, (key, name, amount, fixed) in enumerate(listed):
        percent = amount / total * 100 if amount and total else None
        x = made[-1].x + made[-1].width + GAP if made and made[-1].width else Decimal(0)
        width = max((percent or Decimal(0)) - GAP, Decimal(0))
        made.append(Share(key, name, amount, fixed, percent, x, width, FILLS[place % len(FILLS)]))
    sum_words = in_currency(_("合计（万元）"), currency_in(form), lang_here())
    return Shares(tuple(made), total, capital, sum_words, amounts, owners)


def shareholder_shares(file: CaseFile, rows: Sequence[Mapping[str, Any]], *, here: Iterable[int]) -> Shares:
    """The shareholders of a company; the amounts of the rows `here` (from 0) can be typed on the page."""
    names, open_here = dict(people_of(file)), set(here)
    capital = file.form.get("capital")
    put = (
        (
            str(place),
            names.get(str(row.get("person")), ""),
            amount,
            Decimal(0) if place in open_here else amount or Decimal(0),
        )
        for place, row in enumerate(rows)
        for amount in [subscribed(row)]
    )
    stated = amount_of(capital.get("amount_wan")) if isinstance(capital, Mapping) else None
    return shares_of(put, form=file.form, capital=stated, amounts="shareholders.*.lines.*.amount_wan")


def listed_shares(file: CaseFile, section: str, raw: Mapping[str, Any] | None) -> Shares:
    """The owners in the rows of a section (`partners.listed`), each with all that the person puts in."""
    typed = (raw or {}).get("listed")
    rows = [row for row in typed if isinstance(row, Mapping)] if isinstance(typed, list) else []
    sums: dict[str, Decimal] = {}
    for row in rows:
        if key := str(row.get("person") or ""):
            sums[key] = sums.get(key, Decimal(0)) + (amount_of(row.get("amount_wan")) or Decimal(0))
    names = dict(people_of(file))
    put = ((key, names.get(key, ""), amount or None, Decimal(0)) for key, amount in sums.items())
    return shares_of(put, form=file.form, amounts=f"{section}.listed.*.amount_wan", owners=f"{section}.listed.*.person")
