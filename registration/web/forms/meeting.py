"""The page of the meeting that decided, of a company limited by shares or a co-operative."""

from flask_babel import lazy_gettext as _l

from registration.web.forms.layout_fields import Layout, LayoutField

MEETING_PAGES: dict[str, Layout] = {
    "meeting": (
        LayoutField("meeting.held_on", "date"),
        LayoutField("meeting.host", "person", may_be_none=True, empty=_l("请选择")),
        LayoutField("meeting.attended", "persons", hint=_l("股份有限公司选出席的董事；合作社选出席的成员。")),
        LayoutField("meeting.votes", "number", hint=_l("股份有限公司填出席的股东持有的股份数；合作社填票数。")),
        LayoutField("meeting.in_favour", "number"),
    ),
}
MEETING_INTRO = _l(
    "填写了这一节，会议记录由系统生成，主持人和出席的人用手机签名（《公司法》第一百一十九条、《农民专业合作社法》第三十条）。"
    "没有填写的，上传自己的会议记录；合作社由成员代表大会决定的也上传。"
)
