"""The page of a foreign-invested enterprise, which only those see whom it concerns."""

from flask_babel import lazy_gettext as _l

from registration.web.forms.layout_fields import Layout, LayoutField

FOREIGN_PAGES: dict[str, Layout] = {
    "foreign": (
        LayoutField("foreign.field", "radios"),
        LayoutField("foreign.declared", "check"),
        LayoutField("foreign.recipient", hint=_l("境内的个人或者单位，也可以是拟设立的企业。")),
        LayoutField("foreign.recipient_address", width="", hint=_l("境内的地址，不公示。")),
        LayoutField("foreign.recipient_phone", inputmode="tel", hint=_l("不公示。")),
    ),
}
