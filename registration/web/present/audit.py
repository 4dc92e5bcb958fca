"""Audit lines in words: what the tag of a line means."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.queries.audit import VIEWS

_TAGS = {
    "account:sign_in": _l("登录"),
    "account:sign_out": _l("退出"),
    "account:sign_up": _l("新建账户"),
    "account:change_password": _l("更换密码"),
    "account:reset_password": _l("用验证码重设密码"),
    "account:set_password": _l("管理员设密码"),
    "account:change_address": _l("更换邮箱或者手机号码"),
    "account:change_notices": _l("通知方式"),
    "account:end_session": _l("结束一个登录"),
    "account:add_staff": _l("新建人员账户"),
    "account:set_email": _l("人员的邮箱"),
    "account:disable": _l("停用账户"),
    "account:propose": _l("提出账户变更"),
    "account:confirm": _l("同意账户变更"),
    "account:refuse": _l("退回账户变更"),
    "account:withdraw": _l("撤回账户变更"),
    "account:end": _l("停用账户"),
    "account:password": _l("重置密码"),
    "account:load_samples": _l("载入演示账户"),
    "sensitive:view": _l("查看完整内容"),
    "material:view": _l("查看材料"),
    "misuse:report": _l("报告身份被冒用"),
    "definition:use": _l("启用流程表"),
    "definition:migrate": _l("迁移申请"),
    "definition:revert": _l("撤回迁移"),
    "definition_change:propose": _l("提出迁移或者启用"),
    "definition_change:confirm": _l("同意迁移或者启用"),
    "definition_change:refuse": _l("退回迁移或者启用"),
    "definition_change:withdraw": _l("撤回迁移或者启用的提议"),
    "definition_change:revert": _l("撤回迁移"),
    "message:retry": _l("重试后台任务"),
    "message:retry_all": _l("重试一组后台任务"),
    "verification:begin": _l("开始核验"),
    "verification:end": _l("核验结束"),
    "voice:file": _l("收到诉求"),
    "voice:give": _l("分派诉求"),
    "voice:pass_on": _l("转办诉求"),
    "voice:answer": _l("答复诉求"),
    "voice:close": _l("办结诉求，不答复"),
    "voice:propose": _l("提议公开一件诉求的答复"),
    "voice:confirm": _l("同意公开一件诉求的答复"),
    "voice:refuse": _l("不同意公开一件诉求的答复"),
    "voice:withdraw": _l("撤回公开的提议"),
    "voice:unpublish": _l("停止公开一件诉求的答复"),
    "voice:escalate": _l("诉求逾期未答复，已报告"),
    "phrase:add": _l("新增意见或者理由"),
    "phrase:confirm": _l("同意新的驳回理由"),
    "phrase:refuse": _l("退回新的驳回理由"),
    "phrase:withdraw": _l("撤回新的驳回理由"),
    "phrase:move": _l("调整次序"),
    "phrase:end": _l("停用意见或者理由"),
    "registrar:load": _l("登记机关的设置"),
    "absence:enter": _l("登记请假"),
    "absence:end": _l("结束请假"),
    "barred:load": _l("载入限制任职名单"),
    "calendar:load": _l("载入工作日历"),
    "audit:export": _l("导出审计记录"),
    "setting:propose": _l("提出设置变更"),
    "setting:confirm": _l("同意设置变更"),
    "setting:refuse": _l("退回设置变更"),
    "setting:withdraw": _l("撤回设置变更"),
    "numbers:add": _l("新增号段"),
    "names:load": _l("载入名称"),
    "archive:consult": _l("查阅档案"),
    "archive:fetch": _l("下载档案文件"),
}


def kinds() -> list[tuple[str, str]]:
    """The kinds of lines that an auditor can choose; a tag begins with the first of each pair."""
    return [
        ("account:sign_in", _("登录")),
        ("account:", _("账户：登录、密码、变更")),
        (VIEWS, _("查看个人信息：完整内容和材料")),
        ("sensitive:", _("查看证件号等完整内容")),
        ("material:", _("查看材料")),
        ("definition:", _("流程表：启用、迁移、撤回")),
        ("definition_change:", _("流程表：两个人决定的迁移和启用")),
        ("message:retry", _("重试后台任务")),
        ("verification:", _("核验记录")),
        ("voice:", _("诉求")),
        ("phrase:", _("意见和理由")),
        ("registrar:", _("登记机关的设置")),
        ("calendar:", _("工作日历")),
        ("setting:", _("设置变更：提出、同意、退回")),
        ("numbers:", _("号段")),
        ("names:", _("名称登记簿")),
        ("barred:", _("限制任职名单")),
        ("archive:", _("查阅档案")),
        ("audit:", _("导出审计记录")),
    ]


def tag_words(tag: str) -> str:
    """What happened; a tag without words of its own stands as it is."""
    return str(_TAGS.get(tag, tag))
