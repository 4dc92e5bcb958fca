"""The pages of a co-operative: its members, and the chair, council and supervisors."""

from typing import Any

from flask_babel import lazy_gettext as _l

from registration.queries.casefile import CaseFile
from registration.web.forms.layout_fields import Layout, LayoutField, LayoutRows
from registration.web.forms.section import raw_rows

_MEMBERS = LayoutRows(
    "members.listed",
    _l("第%(number)s位成员"),
    (
        LayoutField("members.listed.*.person", "person", empty=_l("请选择")),
        LayoutField("members.listed.*.kind", "select", empty=_l("请选择")),
        LayoutField("members.listed.*.amount_wan", "number", hint=_l("以万元为单位，没有出资的填0。")),
        LayoutField("members.listed.*.method", "select", default="currency"),
    ),
    hint=_l("人员信息里的人都列在这里。不是成员的，把“成员”改为“请选择”，别的不填，保存时去掉这一行。"),
    more=_l("再加一位成员"),
)
MEMBERS_PAGES: dict[str, Layout] = {
    "members": (
        _MEMBERS,
        LayoutField("members.large_confirmed", "check", hint=_l("数额在10亿元以上的，核对以后勾选。")),
        LayoutField("members.copies", "number", default="1", inputmode="numeric"),
    ),
    "council": (
        LayoutField("council.person", "person", empty=_l("请选择"), hint=_l("从成员中选举产生，是法定代表人。")),
        LayoutField("council.directors", "persons", hint=_l("设理事会的才选，都是成员。")),
        LayoutField(
            "council.supervisors",
            "persons",
            hint=_l("可以不设。理事长、理事、经理和财务会计人员不能兼任（《农民专业合作社法》第三十三条）。"),
        ),
    ),
}


def all_persons_as_members(file: CaseFile) -> dict[str, Any] | None:
    """The page as it is opened first: each person as a member; None if no person is filled in yet."""
    kinds = {"legal": {"kind": "organization"}}
    people = [row for row in raw_rows(file, "people") if row.get("key")]
    rows = [{"person": row["key"], **kinds.get(str(row.get("kind")), {})} for row in people]
    return {"listed": rows, "copies": 1} if rows else None
