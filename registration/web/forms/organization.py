"""The page of an organization that holds shares, is a partner or a member."""

from flask_babel import lazy_gettext as _l

from registration.web.forms.layout_fields import Layout, LayoutField, LayoutGroup

ORGANIZATION: Layout = (
    LayoutField(
        "people.*.name",
        width="",
        label=_l("名称"),
        hint=_l("与营业执照一致；机关和事业单位与统一社会信用代码证书一致。"),
    ),
    LayoutField(
        "people.*.uscc",
        hint=_l("18位，在营业执照或者代码证书上；境外的企业不填。在这里登记的，名称和代表人可以空着，保存后带出。"),
    ),
    LayoutField("people.*.representative", hint=_l("由法定代表人代表它签名；机关是负责人。")),
    LayoutField("people.*.representative_id_no", hint=_l("签名时要核对，请填写完整；保存以后只显示一部分。")),
    LayoutField("people.*.held_by", "select", hint=_l("决定执照上的公司类型，例如国有控股。")),
    LayoutField("people.*.mobile", inputmode="tel"),
    LayoutField("people.*.email", inputmode="email", hint=_l("填写后，签名链接会同时发到这个邮箱。")),
    LayoutGroup(
        _l("境外的企业才填的"),
        (
            LayoutField("people.*.seat", "select", empty=_l("中国内地")),
            LayoutField("people.*.country", hint=_l("注册地是外国的才填，例如新加坡。")),
            LayoutField(
                "people.*.number_abroad", hint=_l("在注册地的公司注册号或者商业登记号，代替统一社会信用代码。")
            ),
        ),
        shown=0,
        more=_l("在香港、澳门、台湾或者外国注册的"),
    ),
)
