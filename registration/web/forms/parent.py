"""The pages of a branch: its parent, and the responsible person."""

from flask_babel import lazy_gettext as _l

from registration.web.forms.layout_fields import Layout, LayoutField

PARENT_PAGES: dict[str, Layout] = {
    "parent": (
        LayoutField("parent.uscc", hint=_l("18位，在营业执照上。在这里登记的企业，保存后带出名称、类型和代表人。")),
        LayoutField("parent.name", width="", hint=_l("与营业执照一致。")),
        LayoutField("parent.type_code", "select", width="", empty=_l("请选择"), hint=_l("与营业执照一致。")),
        LayoutField(
            "parent.representative", hint=_l("法定代表人、执行事务合伙人（或者其委派代表）、投资人，代表企业签名。")
        ),
        LayoutField("parent.representative_id_no", hint=_l("签名时要核对，请填写完整；保存以后只显示一部分。")),
        LayoutField("parent.mobile", inputmode="tel", hint=_l("用来联系本人，不公示。")),
        LayoutField("parent.email", inputmode="email", hint=_l("填写后，签名链接会同时发到这个邮箱。")),
        LayoutField("parent.scope", "area", width="", hint=_l("照抄营业执照，供审查员核对；在这里登记的企业不用填。")),
    ),
    "responsible": (
        LayoutField(
            "responsible.person",
            "person",
            empty=_l("请选择"),
            hint=_l("由所从属的企业任命，可以是企业的法定代表人。"),
        ),
        LayoutField("responsible.copies", "number", default="1", inputmode="numeric"),
    ),
}
