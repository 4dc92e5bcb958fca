"""The investor of a sole proprietorship and the contribution (Sole Proprietorship Enterprises Law arts. 2, 8-9, 18)."""

from typing import Annotated, Literal

from registration.rules.form.values import About, Amount, Copies, Key, Schema


class Investor(Schema):
    """One natural person. The investor declares the contribution; there is no minimum and no term of payment.

    `property`: personal or of the family. Family property is liable for the debts, too (art. 18).
    """

    person: Annotated[Key, About("投资人", "Investor", public=True, printed=True)]
    amount_wan: Annotated[
        Amount, About("出资额（万元）", "Capital contribution (CNY 10,000)", public=True, printed=True)
    ]
    method: Annotated[
        Literal["currency", "in_kind", "land_use", "ip", "other"],
        About("出资方式", "Method of contribution", public=True),
    ] = "currency"
    property: Annotated[Literal["personal", "family"], About("出资的财产", "Property contributed", public=True)]
    large_confirmed: Annotated[bool, About("确认数额无误", "The amount is right")] = False
    copies: Annotated[Copies, About("副本数量", "Duplicates wanted")] = 1
