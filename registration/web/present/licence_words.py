"""The texts of a public check: verdicts, reasons for doubt, faults of a number."""

from flask_babel import lazy_gettext as _l

from registration.http.context import say
from registration.queries.licences import ENDED
from registration.rules.city import city
from registration.rules.entity_types import Word, type_row
from registration.rules.register_items import STATES

# How a page marks the state of a registration; any other is not marked.
_STATE_KINDS = {"active": "ok", "restored": "ok", **dict.fromkeys(ENDED, "bad")}
FIELDS = {
    "name": _l("名称"),
    "uscc": _l("统一社会信用代码"),
    "five_numbers": _l("五个号码"),
    "type_text": _l("类型"),
    "currency": _l("币种"),
    "general_items": _l("一般项目"),
    "licensed_items": _l("许可项目"),
    "issued_on": _l("签发日期"),
    "registrar": _l("登记机关"),
    "edition": _l("版次"),
    "serial": _l("执照编号"),
}
# Facts of a licence that each type calls by a word of its own.
_OF_TYPE: dict[str, Word] = {
    "representative": "representative",
    "capital": "capital",
    "domicile": "place",
    "founded_on": "founded",
}


def entity_state_tag(state: str) -> tuple[str, str]:
    """The words of a registration's state, and how they are marked."""
    return say(STATES[state]), _STATE_KINDS.get(state, "")


def fact_label(fact: str, entity_type: str) -> str:
    """What a fact of a licence is called for this type of entity. KeyError for one that has no words."""
    return say(type_row(entity_type).words[_OF_TYPE[fact]]) if fact in _OF_TYPE else str(FIELDS[fact])


HEADS = {
    "valid": ("ok", _l("执照有效"), ""),
    "sample": ("warn", _l("演示样本，没有法律效力"), _l("这是本系统为演示制作的样本，不是真实的营业执照")),
    "superseded": ("warn", _l("已换发新版"), _l("这份执照是旧版，企业仍然存续")),
    "revoked": ("bad", _l("执照不再有效"), _l("请不要接受")),
    "declared_void": ("bad", _l("声明作废"), _l("企业声明这份执照已经遗失或者毁坏，请不要接受；企业仍然存续")),
    "altered": ("bad", _l("内容与签发时不一致"), _l("这份文件被改动过")),
    "not_ours": ("bad", _l("不是本登记机关签发的文件"), _l("签发记录里没有这份文件，也没有与它对应的执照")),
    "unknown": ("", _l("查不到"), _l("没有这份执照的签发记录")),
    "malformed": ("", _l("号码有误"), _l("没有这样的号码")),
}
HOTLINE = city().about.hotline
ADVICE = {
    "valid": _l("请核对：上面的名称和代码，应当与您手中的执照一致。"),
    "sample": _l("请不要把它当作营业执照使用或者接受。"),
    "superseded": _l("请索要现行版本的执照。"),
    "declared_void": _l("企业正在申请补领。新版签发以前，申请撤回或者不予办理的，这份执照恢复有效。"),
    "not_ours": _l("请不要接受。请向对方索要原始电子执照，或者按统一社会信用代码查验。"),
    "revoked": _l("对结果有疑问，请致电%(number)s。", number=HOTLINE),
    "altered": _l("请不要接受，并向%(number)s反映。", number=HOTLINE),
}
DOUBTS = {
    "pdf.too_many_pages": _l("页数太多，不是电子执照"),
}
FAULTS = {
    "number.length": _l("%(scheme)s应当是%(expected)s位，您输入了%(found)s位"),
    "number.character": _l("第%(position)s位的“%(found)s”不能用在%(scheme)s里"),
    "number.check_digit": _l("%(scheme)s的最后一位校验码对不上，可能有一位输错了"),
    "number.inner_check_digit": _l("组织机构代码部分的校验码对不上，可能有一位输错了"),
    "number.department": _l("%(scheme)s的第一位“%(found)s”不是登记管理部门的代码"),
    "number.class": _l("%(scheme)s的前两位“%(found)s”不是机构类别的代码"),
    "number.region": _l("%(scheme)s里的行政区划“%(found)s”不存在"),
    "number.unknown_scheme": _l("没有%(found)s位的号码。统一社会信用代码是18位，注册号是15位"),
}
NO_NUMBER = _l("这不是一个号码")
