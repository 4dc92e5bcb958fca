"""The partners of a partnership and their contributions (Partnership Enterprise Law arts. 14, 16-18, 61-65)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from registration.rules.form.firm import term_has_its_day
from registration.rules.form.values import About, Amount, Copies, Currency, Day, Key, Schema


class PartnerContribution(Schema):
    """One contribution: a partner who contributes in several ways has several rows.

    `executes`: the partner represents the partnership; an organization does so through its `delegate`.
    """

    person: Annotated[Key, About("合伙人", "Partner", public=True, printed=True)]
    liability: Annotated[Literal["general", "limited"], About("承担责任方式", "Liability", public=True)] = "general"
    amount_wan: Annotated[Amount, About("出资额（万元）", "Contribution (CNY 10,000)", public=True, printed=True)]
    method: Annotated[
        Literal["currency", "in_kind", "ip", "land_use", "other", "labour"],
        About("出资方式", "Method of contribution", public=True),
    ] = "currency"
    due_on: Annotated[Day | None, About("缴付期限", "Paid in by", public=True)] = None
    paid: Annotated[bool, About("已经缴付", "Paid in", public=True)] = False
    executes: Annotated[bool, About("执行合伙事务", "Executes the affairs", public=True, printed=True)] = False
    delegate: Annotated[Key | None, About("委派代表", "Delegate", public=True, printed=True)] = None

    def _is_paid_or_due(self) -> Iterator[str]:
        if not self.paid and self.due_on is None:
            yield "partners.due_missing"

    rules = (_is_paid_or_due,)


class Partners(Schema):
    """The contributions of all partners, and how long the partnership shall last (Regulation art. 9(3))."""

    listed: Annotated[
        tuple[PartnerContribution, ...],
        Field(min_length=1, max_length=200),
        About("合伙人与出资", "Partners", public=True),
    ]
    currency: Annotated[Currency, About("币种", "Currency", public=True, printed=True)] = "CNY"
    large_confirmed: Annotated[bool, About("确认数额无误", "The amount is right")] = False
    term: Annotated[Literal["long", "until"], About("合伙期限", "Term of the partnership")] = "long"
    term_until_on: Annotated[Day | None, About("合伙期限至", "Term ends on")] = None
    copies: Annotated[Copies, About("副本数量", "Duplicates wanted")] = 1

    rules = (term_has_its_day,)

    @property
    def amount_wan(self) -> Decimal:
        """The contributions of all partners together, in ten thousand units of the currency."""
        return sum((row.amount_wan for row in self.listed), Decimal(0))
