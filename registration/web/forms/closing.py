"""The pages of the end of an entity: promise, dissolution with its liquidation group, and the result."""

from flask_babel import lazy_gettext as _l

from registration.web.forms.layout_fields import LayoutField

CLOSING_PAGES = {
    "dissolution": (
        LayoutField("dissolution.cause", "radios"),
        LayoutField("dissolution.decided_on", "date"),
        LayoutField(
            "dissolution.formed_on",
            "date",
            hint=_l("解散事由出现之日起十五日内成立清算组（《公司法》第二百三十二条）。"),
        ),
        LayoutField("dissolution.group", "persons", hint=_l("没有列出的，请先在人员信息里添加。")),
        LayoutField(
            "dissolution.head", "person", empty=_l("没有"), may_be_none=True, hint=_l("由他签名申请注销登记。")
        ),
        LayoutField("dissolution.phone", inputmode="tel", hint=_l("随公告公布，债权人用来申报债权。")),
    ),
    "settlement": (
        LayoutField("settlement.completed_on", "date", hint=_l("从这一天起30日内申请注销登记。")),
        LayoutField("settlement.claims", "radios"),
        LayoutField("settlement.paid", "check"),
        LayoutField("settlement.distributed", "check"),
    ),
    "closing": (
        LayoutField("closing.debts", "radios"),
        LayoutField("closing.paid", "check"),
        LayoutField("closing.unencumbered", "check"),
        LayoutField("closing.undisputed", "check", hint=_l("列入名单、诉讼等情形消除以后可以办理。")),
        LayoutField("closing.unlicensed", "check"),
    ),
}
CLOSING_TITLES = {
    "closing": _l("承诺什么"),
    "dissolution": _l("为什么解散，谁来清算"),
    "settlement": _l("清算的结果"),
}
CLOSING_INTROS = {
    "dissolution": _l(
        "签名以后由系统公告清算组和负责人，债权人从公告之日起四十五日内申报债权（《公司法》第二百三十五条）；日期由系统计算。"
        "个体工商户和分支机构不用清算，只填原因和日期。"
    ),
    "settlement": _l("清算报告由系统按这里的内容生成，报股东或者投资人确认签名（《公司法》第二百三十九条）。"),
    "closing": _l(
        "登记簿里查得到的情形系统已经核对；下面的只有投资人自己知道，由全体投资人签名承诺，随公告公布。"
        "承诺不实的，全体投资人对注销以前的债务承担连带责任（《公司法》第二百四十条）。"
    ),
}
