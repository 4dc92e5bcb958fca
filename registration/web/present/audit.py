"""Audit lines in words: what the tag of a line means."""

from flask_babel import gettext as _


def kinds() -> list[tuple[str, str]]:
    """The kinds of lines that an auditor can choose; a tag begins with the first of each pair."""
    return [
        ("account:sign_in", _("登录")),
        ("account:", _("账户：登录、密码、变更")),
        ("sensitive:", _("查看证件号等完整内容")),
        ("material:", _("查看材料")),
        ("definition:", _("流程表：启用、迁移、撤回")),
        ("definition_change:", _("流程表：两个人决定的迁移和启用")),
        ("message:retry", _("重试后台任务")),
        ("verification:", _("核验记录")),
        ("phrase:", _("意见和理由")),
        ("registrar:", _("登记机关的设置")),
        ("calendar:", _("工作日历")),
        ("audit:", _("导出审计记录")),
    ]


def tag_words(tag: str) -> str:
    """What happened; a tag without words of its own stands as it is."""
    words = {
        "account:sign_in": _("登录"),
        "account:sign_out": _("退出"),
        "account:sign_up": _("新建账户"),
        "account:change_password": _("更换密码"),
        "account:reset_password": _("用验证码重设密码"),
        "account:set_password": _("管理员设密码"),
        "account:change_address": _("更换邮箱或者手机号码"),
        "account:change_notices": _("通知方式"),
        "account:end_session": _("结束一个登录"),
        "account:add_staff": _("新建人员账户"),
        "account:set_email": _("人员的邮箱"),
        "account:disable": _("停用账户"),
        "account:propose": _("提出账户变更"),
        "account:confirm": _("同意账户变更"),
        "account:refuse": _("退回账户变更"),
        "account:withdraw": _("撤回账户变更"),
        "account:end": _("停用账户"),
        "account:password": _("重置密码"),
        "account:load_samples": _("载入演示账户"),
        "sensitive:view": _("查看完整内容"),
        "material:view": _("查看材料"),
        "misuse:report": _("报告身份被冒用"),
        "definition:use": _("启用流程表"),
        "definition:migrate": _("迁移申请"),
        "definition:revert": _("撤回迁移"),
        "definition_change:propose": _("提出迁移或者启用"),
        "definition_change:confirm": _("同意迁移或者启用"),
        "definition_change:refuse": _("退回迁移或者启用"),
        "definition_change:withdraw": _("撤回迁移或者启用的提议"),
        "definition_change:revert": _("撤回迁移"),
        "message:retry": _("重试后台任务"),
        "message:retry_all": _("重试一组后台任务"),
        "verification:begin": _("开始核验"),
        "verification:end": _("核验结束"),
        "phrase:add": _("新增意见或者理由"),
        "phrase:confirm": _("同意新的驳回理由"),
        "phrase:refuse": _("退回新的驳回理由"),
        "phrase:withdraw": _("撤回新的驳回理由"),
        "phrase:move": _("调整次序"),
        "phrase:end": _("停用意见或者理由"),
        "registrar:load": _("登记机关的设置"),
        "calendar:load": _("载入工作日历"),
        "audit:export": _("导出审计记录"),
    }
    return words.get(tag, tag)
