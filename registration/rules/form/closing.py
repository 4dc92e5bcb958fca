"""What the investors promise before a registration is cancelled by the simple procedure (Regulation art. 33)."""

from typing import Annotated, Literal

from registration.rules.form.values import About, Schema


class Closing(Schema):
    """Implementing Rules 47, 48: only what no register of this deployment can tell. All but `debts` must be true."""

    debts: Annotated[Literal["none", "settled"], About("债权债务", "Debts and claims", public=True)]
    paid: Annotated[
        bool,
        About(
            "职工工资、社会保险费用、法定补偿金、应缴纳税款、滞纳金和罚款已经结清",
            "Wages, social insurance, compensation, taxes, surcharges and fines are paid",
            public=True,
        ),
    ] = False
    unencumbered: Annotated[
        bool,
        About(
            "股权、投资权益没有被冻结或者出质，动产没有抵押，没有对其他企业的投资",
            "No share is frozen or pledged, no movable mortgaged, and nothing invested in others",
            public=True,
        ),
    ] = False
    undisputed: Annotated[
        bool,
        About(
            "没有正在被立案调查、采取强制措施、诉讼或者仲裁，没有被列入经营异常名录或者严重违法失信名单",
            "No investigation, coercive measure, lawsuit or arbitration; on no list of abnormal or serious cases",
            public=True,
        ),
    ] = False
    unlicensed: Annotated[
        bool,
        About(
            "注销不需要事先批准，也不是上市公司",
            "No approval is needed before deregistration, and it is no listed company",
            public=True,
        ),
    ] = False


# The promises, in the order of the form.
PROMISES = ("paid", "unencumbered", "undisputed", "unlicensed")
