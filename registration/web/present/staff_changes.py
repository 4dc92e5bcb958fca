"""A change of a staff account in words: what it is, what differs, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from registration.models import StaffChange
from registration.web.present.proposals import proposal_mark
from registration.web.wording import agency_words, role_words


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


def differences(change: StaffChange, registrars: Mapping[str, str]) -> list[Difference]:
    """What the change makes different; of a new account everything. `registrars` maps codes to names."""
    labels = {
        "name": _("姓名"),
        "roles": _("角色"),
        "registrar_code": _("登记机关"),
        "agency": _("部门"),
        "active": _("状态"),
    }
    found = []
    for key, label in labels.items():
        before, after = (_value(key, side, registrars) for side in (change.before, change.after))
        if before != after:
            found.append(Difference(label, before, after))
    return found


def kind_words(change: StaffChange) -> str:
    words = {
        "add": _("新建账户"),
        "change": _("变更账户"),
        "enable": _("恢复账户"),
        "end": _("停用账户"),
        "password": _("重置密码"),
    }
    return words[change.kind]


def status_words(change: StaffChange) -> tuple[str, str]:
    """The words and the kind of the tag."""
    return proposal_mark(change.status)


def _value(key: str, told: Mapping[str, Any], registrars: Mapping[str, str]) -> str:
    value = told.get(key)
    if key == "active":
        return "" if value is None else _("在用") if value else _("停用")
    if not value:
        return ""
    if key == "roles":
        return role_words(value)
    if key == "registrar_code":
        return registrars.get(value, str(value))
    if key == "agency":
        return agency_words(value)
    return str(value)
