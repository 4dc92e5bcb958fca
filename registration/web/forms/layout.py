"""The controls on the page of a section, their order and hints. Labels come from the schema."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from registration.http.context import say
from registration.rules.city import city
from registration.rules.entity_types import type_row
from registration.web.forms.closing import CLOSING_INTROS, CLOSING_PAGES, CLOSING_TITLES
from registration.web.forms.foreign import FOREIGN_PAGES
from registration.web.forms.layout_fields import LayoutField, LayoutGroup, LayoutRows
from registration.web.forms.meeting import MEETING_INTRO, MEETING_PAGES
from registration.web.forms.members import MEMBERS_PAGES
from registration.web.forms.organization import ORGANIZATION
from registration.web.forms.parent import PARENT_PAGES
from registration.web.forms.reduction import REDUCTION_PAGES

_PHONE = city().about.examples.phone
_CONTACT_HINT = _l("从已填写的人员中选一位，或者另填姓名和手机号码。")


def _contact(path: str, legend: LazyString, *, phone: bool = True) -> LayoutGroup:
    line = LayoutField(f"{path}.phone", inputmode="tel", hint=_l("例如%(phone)s，可以不填。", phone=_PHONE))
    fields = (
        LayoutField(f"{path}.person", "person", empty=_l("不从名单中选")),
        LayoutField(f"{path}.name"),
        LayoutField(f"{path}.mobile", inputmode="tel"),
        *((line,) if phone else ()),
        LayoutField(f"{path}.email", inputmode="email"),
    )
    return LayoutGroup(legend, fields, _CONTACT_HINT, more=_l("另填一人"))


_IN_NUMBER = _l("居民身份证不用填，号码里已经有了。")
PERSON = {
    "natural": (
        LayoutField("people.*.name", hint=_l("与证件一致。")),
        LayoutField("people.*.id_type", "select", default="resident_id"),
        LayoutField("people.*.id_no", hint=_l("保存以后只显示一部分；不改就保留原来的号码。")),
        LayoutField("people.*.id_expires_on", "date"),
        LayoutField("people.*.id_long", "check"),
        LayoutField("people.*.mobile", inputmode="tel", hint=_l("用来联系本人，不公示。")),
        LayoutField("people.*.address", width="", hint=_l("家庭住址，不公示。经营者、投资人和受益所有人必须填写。")),
        LayoutField("people.*.email", inputmode="email", hint=_l("填写后，签名链接会同时发到这个邮箱。")),
        LayoutGroup(
            _l("只有部分人要填的"),
            (
                LayoutField("people.*.sex", "radios", hint=_IN_NUMBER),
                LayoutField("people.*.born_on", "date", hint=_IN_NUMBER),
                LayoutField("people.*.nation", hint=_l("例如汉族，可以不填。")),
                LayoutField(
                    "people.*.guardian",
                    "person",
                    empty=_l("没有"),
                    may_be_none=True,
                    hint=_l("未成年的股东才选，由监护人代为签名（《民法典》第二十三条）。"),
                ),
            ),
            shown=0,
            more=_l("护照等其他证件，民族，未成年人的监护人"),
        ),
    ),
    "legal": ORGANIZATION,
}
SHAREHOLDER = (
    LayoutField(
        "shareholders.*.person",
        "person",
        empty=_l("请选择"),
        hint=_l("没有列出的，请先在人员信息里添加。"),
    ),
    LayoutRows(
        "shareholders.*.lines",
        _l("第%(number)s笔出资"),
        (
            LayoutField("shareholders.*.lines.*.amount_wan", "number", hint=_l("以万元为单位，最多六位小数。")),
            LayoutField("shareholders.*.lines.*.method", "select", default="currency"),
            LayoutField(
                "shareholders.*.lines.*.due_on",
                "date",
                hint=_l(
                    "公司成立之日起五年内缴足，增加的部分从变更登记之日起算（《公司法》第四十七条、第二百二十八条）。"
                ),
            ),
            LayoutField("shareholders.*.lines.*.paid_wan", "number", hint=_l("已经缴纳的数额，没有就不填。")),
        ),
        hint=_l("既出货币又出实物的，或者分期缴纳的，每种方式、每一期写一笔。清空一笔就删除它。"),
        more=_l("再加一笔出资"),
    ),
)
_FILER = LayoutGroup(
    _l("谁来办理"),
    (
        LayoutField("contacts.filer.person", "person", empty=_l("请选择")),
        LayoutField("contacts.filer.role", "radios", default="party"),
        LayoutField("contacts.filer.firm"),
        LayoutField("contacts.filer.firm_uscc", hint=_l("18位，在营业执照上。")),
    ),
    hint=_l("从人员信息里选一位。委托代理人的，另交委托书（《登记管理条例》第十八条）；办理人在签名链接上实名认证。"),
    shown=2,
    more=_l("由代理机构办理的"),
)
_OWNERS = LayoutRows(
    "owners.listed",
    _l("第%(number)s位受益所有人"),
    (
        LayoutField(
            "owners.listed.*.owner",
            "person",
            empty=_l("请选择"),
            hint=_l("没有列出的，请先在人员信息里添加，并填写住址。"),
        ),
        LayoutField("owners.listed.*.nationality", hint=_l("例如中国。不填就是中国。")),
        LayoutField("owners.listed.*.owner_relation", "select", empty=_l("请选择"), width=""),
        LayoutField("owners.listed.*.owner_percent", "number", hint=_l("按股权、收益或者表决权认定的才填。")),
        LayoutField("owners.listed.*.owner_control", hint=_l("按实际控制认定的才填，例如协议控制。")),
        LayoutField("owners.listed.*.owner_since_on", "date", hint=_l("从公司成立时起的不用填。")),
    ),
    hint=_l("选择逐个填写的才填。清空一位就删除。"),
    more=_l("再加一位受益所有人"),
)
_PARTNERS = LayoutRows(
    "partners.listed",
    _l("第%(number)s笔出资"),
    (
        LayoutField(
            "partners.listed.*.person",
            "person",
            empty=_l("请选择"),
            hint=_l("没有列出的，请先在人员信息里添加，并填写住址。"),
        ),
        LayoutField("partners.listed.*.liability", "radios", default="general"),
        LayoutField("partners.listed.*.amount_wan", "number", hint=_l("以万元为单位，最多六位小数。")),
        LayoutField("partners.listed.*.method", "select", default="currency", hint=_l("有限合伙人不得以劳务出资。")),
        LayoutField("partners.listed.*.due_on", "date", hint=_l("由合伙协议约定，没有法定期限。")),
        LayoutField("partners.listed.*.paid", "check"),
        LayoutField("partners.listed.*.executes", "check", hint=_l("至少一位；执照上印的是执行事务合伙人。")),
        LayoutField(
            "partners.listed.*.delegate",
            "person",
            empty=_l("没有"),
            may_be_none=True,
            hint=_l("执行合伙事务的是企业时才选，由这个人代表它。"),
        ),
    ),
    hint=_l("每位合伙人写一笔；一位合伙人有几种出资方式的，每种写一笔。清空一笔就删除它。"),
    more=_l("再加一笔出资"),
)
PAGES: dict[str, tuple[LayoutField | LayoutGroup | LayoutRows, ...]] = {
    "domicile": (
        LayoutField("domicile.region", "district", empty=_l("请选择")),
        LayoutField("domicile.street", width="", hint=_l("填写到门牌号和室号，前面不用写省市区。")),
        LayoutField("domicile.tenure", "radios"),
        LayoutField("domicile.lease_end_on", "date", hint=_l("使用方式是租赁的才填。")),
        LayoutField("domicile.platform_url", width="", hint=_l("使用方式是网络平台的才填。")),
        LayoutField("domicile.use", "select", default="commercial", hint=_l("住宅要另交有利害关系的业主同意的证明。")),
        LayoutField("domicile.area_m2", "number", hint=_l("可以不填。")),
        LayoutField(
            "domicile.phone", inputmode="tel", hint=_l("企业的联系电话，例如%(phone)s或者手机号码。", phone=_PHONE)
        ),
        LayoutField("domicile.email", inputmode="email", hint=_l("企业的电子邮箱，可以不填。")),
        LayoutField("domicile.postcode", inputmode="numeric", hint=_l("可以不填。")),
        LayoutField("domicile.production_address", width="", hint=_l("与住所不同的才填。")),
    ),
    "capital": (
        LayoutField("capital.amount_wan", "number", hint=_l("以万元为单位。全体股东认缴的数额相加，应当正好等于它。")),
        LayoutField(
            "capital.currency",
            "select",
            default="CNY",
            hint=_l("有境外投资者的，可以用可以自由兑换的外币；股东的出资用同一种货币。"),
        ),
        LayoutField("capital.large_confirmed", "check", hint=_l("数额在10亿元以上的，核对以后勾选。")),
        LayoutField("capital.term", "radios", default="long"),
        LayoutField("capital.term_until_on", "date", hint=_l("选择到某一天为止的才填。")),
        LayoutField("capital.copies", "number", hint=_l("正本一份，副本可以多份。"), default="1", inputmode="numeric"),
    ),
    "legal_rep": (
        LayoutField("legal_rep.person", "person", empty=_l("请选择")),
        LayoutField(
            "legal_rep.post", "radios", hint=_l("法定代表人由执行公司事务的董事或者经理担任（《公司法》第十条）。")
        ),
    ),
    "operator": (
        LayoutField("operator.person", "person", empty=_l("请选择")),
        LayoutField("operator.composition", "radios", default="personal"),
        LayoutField("operator.family", "lines", hint=_l("家庭经营的，写上参加经营的家庭成员，一行一位。")),
        LayoutField("operator.funds_wan", "number", hint=_l("以万元为单位，可以不填。")),
        LayoutField("operator.copies", "number", default="1", inputmode="numeric"),
    ),
    "investor": (
        LayoutField("investor.person", "person", empty=_l("请选择")),
        LayoutField("investor.amount_wan", "number", hint=_l("以万元为单位，由投资人自己申报，没有最低数额。")),
        LayoutField("investor.large_confirmed", "check", hint=_l("数额在10亿元以上的，核对以后勾选。")),
        LayoutField("investor.method", "select", default="currency"),
        LayoutField(
            "investor.property",
            "radios",
            hint=_l("以家庭共有财产出资的，以家庭共有财产对企业债务承担无限责任（《个人独资企业法》第十八条）。"),
        ),
        LayoutField("investor.copies", "number", default="1", inputmode="numeric"),
    ),
    "partners": (
        _PARTNERS,
        LayoutField(
            "partners.currency",
            "select",
            default="CNY",
            hint=_l("有境外投资者的，可以用可以自由兑换的外币；所有合伙人用同一种货币。"),
        ),
        LayoutField("partners.large_confirmed", "check", hint=_l("数额在10亿元以上的，核对以后勾选。")),
        LayoutField("partners.term", "radios", default="long"),
        LayoutField("partners.term_until_on", "date", hint=_l("选择到某一天为止的才填。")),
        LayoutField("partners.copies", "number", hint=_l("正本一份，副本可以多份。"), default="1", inputmode="numeric"),
    ),
    "duplicates": (
        LayoutField("duplicates.copies", "number", hint=_l("正本一份，副本可以多份。"), inputmode="numeric"),
    ),
    **FOREIGN_PAGES,
    **REDUCTION_PAGES,
    **MEETING_PAGES,
    **PARENT_PAGES,
    **MEMBERS_PAGES,
    "contacts": (
        _contact("contacts.liaison", _l("登记联络员"), phone=False),
        _contact("contacts.finance", _l("财务负责人")),
        _FILER,
    ),
    "owners": (
        LayoutField("owners.basis", "radios"),
        LayoutField("owners.promised", "check", hint=_l("选择承诺免于备案的，请勾选。")),
        _OWNERS,
    ),
    "tax": (
        _contact("tax.officer", _l("办税人员")),
        LayoutField("tax.accounting_system", "radios", default="small_enterprise"),
        LayoutField("tax.accounting_method", "radios", default="independent"),
        LayoutField("tax.vat_kind", "radios", default="small"),
        LayoutField("tax.invoices", "checks", hint=_l("可以不选，以后再向税务部门申领。")),
    ),
    "social": (
        LayoutField("social.headcount", "number", inputmode="numeric", hint=_l("包括经营者自己，没有雇人的填1。")),
        LayoutField(
            "social.insured_count", "number", inputmode="numeric", hint=_l("可以不填，录用人员以后30日内办理参保。")
        ),
        LayoutField("social.start_month", "month", hint=_l("可以不填。")),
        _contact("social.handler", _l("社保专管员（可以不填）")),
    ),
    "five": (
        LayoutField("five.org_class", "radios", default="enterprise_legal"),
        LayoutField("five.econ_type", "select", default="170"),
        LayoutField("five.main_activities", "lines", hint=_l("一行一项，最多三项，最主要的写在第一行。")),
        LayoutField("five.open_on", "date"),
        LayoutField("five.operating_state", "radios", default="preparing"),
        LayoutField("five.accounting_standard", "radios", default="small_enterprise"),
        LayoutField("five.unit_kind", "radios", default="legal"),
        LayoutField("five.parent_unit", hint=_l("没有就不填。")),
        LayoutField("five.supervising_body", hint=_l("没有就不填。")),
    ),
    **CLOSING_PAGES,
    "addons": (
        LayoutField("addons.seal", "check"),
        LayoutField("addons.bank", "check"),
        LayoutField("addons.housing_fund", "check"),
        LayoutField("addons.medical_insurance", "check"),
        LayoutField("addons.e_licence", "check", default="yes"),
        LayoutField("addons.postal_delivery", "check", hint=_l("不选的，准予登记后立即领取电子营业执照。")),
        LayoutField("addons.postal_address", width="", hint=_l("选择邮寄的才填，不公示。")),
    ),
}
TITLES = {
    "name": _l("给企业起个名称"),
    "domicile": _l("企业在哪里"),
    "scope": _l("经营什么"),
    "capital": _l("注册资本是多少"),
    "people": _l("有哪些人和企业参加"),
    "shareholders": _l("股东与出资"),
    "officers": _l("谁担任董事、监事和经理"),
    "legal_rep": _l("谁是法定代表人"),
    "operator": _l("谁来经营"),
    "investor": _l("谁来投资，出资多少"),
    "partners": _l("谁来合伙，各出资多少"),
    "parent": _l("哪家企业设立分支机构"),
    "responsible": _l("谁是负责人"),
    "members": _l("有哪些成员，各出资多少"),
    "council": _l("谁任理事长、理事和监事"),
    "contacts": _l("谁来联系，谁来办理"),
    "owners": _l("谁是受益所有人"),
    "foreign": _l("外商投资"),
    "meeting": _l("哪次会议作出的决议"),
    "reduction": _l("减资的决议和公告"),
    "tax": _l("税务信息确认"),
    "social": _l("社会保险登记"),
    "five": _l("组织机构和统计信息"),
    "addons": _l("还要一并办理什么"),
    **CLOSING_TITLES,
    "documents": _l("由系统生成的文件"),
    "duplicates": _l("新版要几份副本"),
}
INTROS = {
    "domicile": _l("住所只有一处，登记机关的文书送到这里。"),
    "capital": _l("没有最低数额，按实际需要填写。有限责任公司的股东应当在五年内缴足。"),
    "people": _l("每个人只填一次，后面各节直接选用。请把股东、董事、监事、经理、联络员都写在这里；企业股东也是。"),
    "shareholders": _l(
        "每位股东认缴的数额相加，应当正好等于注册资本。认缴的出资要在公司成立之日起五年内缴足，增加的部分从变更登记之日起算。"
    ),
    "partners": _l("各位合伙人的出资相加就是执照上的出资额，不用另填。"),
    "officers": _l("在每个人后面选择职务。董事、经理不能兼任监事（《公司法》第七十六条）。"),
    "parent": _l("分支机构由所从属的企业申请设立，由企业承担民事责任（《登记管理条例》第二十三条）。"),
    "members": _l(
        "至少五名成员，农民至少占百分之八十。二十名以下的，最多一个企业、事业单位或者社会组织；"
        "超过二十名的，不超过百分之五（《农民专业合作社法》第二十条）。出资额相加就是成员出资总额。"
    ),
    "contacts": _l(
        "登记联络员负责与登记机关联系，财务负责人负责与税务部门联系，可以是同一人。三者都要实名认证，请从人员信息里选。"
    ),
    "owners": _l(
        "注册资本不超过1000万元、股东全是自然人，并且没有股东以外的人实际控制或者获取收益的，承诺后免于备案；"
        "其他公司逐个填写。这些内容不公示，加密保存，只由登记机关送中国人民银行（《受益所有人信息管理办法》）。"
    ),
    "foreign": _l(
        "有境外投资者（包括港澳台）的企业，说明投资的领域是不是在外商投资准入负面清单之内，"
        "并写明谁在境内代收法律文件（《外商投资法》第二十八条、《登记管理条例》第九条）。"
        "注册资本或者出资额可以用外币，在填写数额的那一节选择币种。"
    ),
    "tax": _l("准予登记后送税务部门，不用再去填表。"),
    "social": _l("准予登记后送人力资源和社会保障部门，同时完成社会保险登记。"),
    "five": _l("这些内容送质量技术监督、税务、人社和统计部门，由他们各自赋号。"),
    "documents": _l(
        "下面的文件由系统按您填写的内容生成，和申请一起签名，不用打印。"
        "可以逐份阅读，修改可以约定的条款，或者改用自己的文件。"
    ),
    "meeting": MEETING_INTRO,
    **CLOSING_INTROS,
    "duplicates": _l("现在的份数已经填好。新版的正本和副本一起签发，旧版各份同时失效。"),
    "addons": _l("都可以不选。选了的，发照后把需要的内容送给相应的单位。"),
}


def title_of(section: str, *, entity_type: str) -> LazyString | str:
    """The title of a page."""
    own = type_row(entity_type).pages.titles.get(section)
    return say(own) if own else TITLES[section]


def intro_of(section: str, *, entity_type: str) -> LazyString | str:
    """The text under the title of a page; may be empty."""
    own = type_row(entity_type).pages.intros.get(section)
    return say(own) if own else INTROS.get(section, "")
