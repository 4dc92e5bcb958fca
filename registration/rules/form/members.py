"""The members of a farmers' co-operative and its organs (Law on Farmers' Specialised Co-operatives 13, 19-20, 33)."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from registration.rules.form.values import About, AmountOrNone, Copies, Key, Schema


class Member(Schema):
    """A member with the contribution in units of ten thousand yuan (万元); 0 for one who contributes nothing.

    `kind`: at least four fifths of the members are farmers, and few are organizations (art. 20).
    """

    person: Annotated[Key, About("成员", "Member", public=True)]
    kind: Annotated[Literal["farmer", "citizen", "organization"], About("成员类型", "Kind of member", public=True)]
    amount_wan: Annotated[AmountOrNone, About("出资额（万元）", "Contribution (CNY 10,000)", public=True)]
    method: Annotated[
        Literal["currency", "in_kind", "ip", "land_use", "forest", "other"],
        About("出资方式", "Method of contribution", public=True),
    ] = "currency"


class Members(Schema):
    """Every member, and how many duplicates of the licence are wanted."""

    listed: Annotated[tuple[Member, ...], Field(min_length=1, max_length=200), About("成员", "Members")]
    large_confirmed: Annotated[bool, About("确认数额无误", "The amount is right")] = False
    copies: Annotated[Copies, About("副本数量", "Duplicates wanted")] = 1

    @property
    def amount_wan(self) -> Decimal:
        """The total of the contributions (成员出资总额), which the licence prints."""
        return sum((row.amount_wan for row in self.listed), Decimal(0))


class Council(Schema):
    """The chair, who is the legal representative, the other council members and the supervisors (art. 33)."""

    person: Annotated[Key, About("理事长（法定代表人）", "Chair (legal representative)", public=True, printed=True)]
    directors: Annotated[
        tuple[Key, ...], Field(max_length=50), About("理事", "Members of the council", public=True)
    ] = ()
    supervisors: Annotated[
        tuple[Key, ...], Field(max_length=50), About("执行监事或者监事会成员", "Supervisors", public=True)
    ] = ()
