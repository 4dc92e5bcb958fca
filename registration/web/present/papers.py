"""The names of the papers of a case, by kind."""

from flask_babel import lazy_gettext as _l

PAPERS = {
    "receipt": _l("接收申请材料凭证"),
    "acceptance": _l("受理通知书"),
    "correction": _l("一次性告知（补正）通知书"),
    "approval": _l("登记通知书"),
    "refusal": _l("不予登记通知书"),
    "not_accepted": _l("不予受理通知书"),
    "extension": _l("延长审查期限告知书"),
    "reexamination": _l("退回审查告知书"),
    "withdrawal": _l("撤回确认"),
    "hold": _l("中止登记告知书"),
    "application": _l("登记申请书"),
    "application_persons": _l("登记申请书·人员信息页"),
    "name_reservation": _l("名称保留告知书"),
    "joint_handling": _l("联办流转表"),
    "licence_correction": _l("营业执照更正通知书"),
    "decision": _l("决定书"),
    "courtesy": _l("营业执照英文译本"),
}
