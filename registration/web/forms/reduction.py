"""The page of a company that reduces its capital."""

from flask_babel import lazy_gettext as _l

from registration.web.forms.layout_fields import Layout, LayoutField

REDUCTION_PAGES: dict[str, Layout] = {
    "reduction": (
        LayoutField("reduction.way", "radios", default="ordinary"),
        LayoutField("reduction.resolved_on", "date"),
        LayoutField("reduction.told_on", "date", hint=_l("决议以后十日内。分几天通知的填最后一天；弥补亏损的不用填。")),
        LayoutField(
            "reduction.where",
            "radios",
            default="here",
            hint=_l("在这里公告的，填好这一节和资本以后，在任务列表里发布。"),
        ),
        LayoutField(
            "reduction.published_on",
            "date",
            hint=_l(
                "决议以后三十日内。在报纸或者国家企业信用信息公示系统上公告的填写；在这里公告的不用填，由系统记录。"
            ),
        ),
    ),
}
