"""Dissolution and liquidation of an entity (Company Law arts. 229 to 239; Regulation arts. 31, 32)."""

from typing import Annotated, Literal

from pydantic import Field

from registration.rules.form.values import About, Day, Key, Phone, Schema

# Causes after which the investors may let the company go on, before anything is distributed (Company Law art. 230).
UNDOABLE = frozenset({"term", "resolution"})


class Dissolution(Schema):
    """The cause, and who liquidates. Individual businesses and branches have no group."""

    cause: Annotated[
        Literal["term", "resolution", "merger", "revoked", "court"], About("解散或者终止的原因", "Cause", public=True)
    ]
    decided_on: Annotated[Day, About("决定或者发生的日期", "Day of the decision or event", public=True)]
    formed_on: Annotated[Day | None, About("清算组成立的日期", "Day when the group was formed", public=True)] = None
    group: Annotated[
        tuple[Key, ...], Field(max_length=50), About("清算组成员", "Members of the liquidation group", public=True)
    ] = ()
    head: Annotated[Key | None, About("清算组负责人", "Head of the liquidation group", public=True)] = None
    phone: Annotated[Phone | None, About("债权申报的联系电话", "Telephone for creditors' claims", public=True)] = None


class Settlement(Schema):
    """The result of the liquidation, which the investors confirm (Company Law art. 239). Both promises must be true."""

    completed_on: Annotated[Day, About("清算结束的日期", "Day when the liquidation ended", public=True)]
    claims: Annotated[Literal["none", "paid"], About("债权人申报的债权", "Claims of creditors", public=True)]
    paid: Annotated[
        bool,
        About(
            "清算费用、职工工资、社会保险费用、法定补偿金、税款和债务已经付清",
            "Costs, wages, social insurance, compensation, taxes and debts are paid",
            public=True,
        ),
    ] = False
    distributed: Annotated[
        bool,
        About(
            "剩余财产在债权申报期满以后才分配",
            "What was left was distributed only after the time for claims",
            public=True,
        ),
    ] = False
