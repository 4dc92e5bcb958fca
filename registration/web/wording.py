"""Words for codes that many pages show: roles, places of work, devices."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.http.context import say
from registration.queries.accounts import registrars
from registration.rules.city import city
from registration.rules.parked_reasons import ParkedReason, parked_reasons, reason_of

ROLES = {
    "window": _l("综合窗口"),
    "examiner": _l("审查员"),
    "approver": _l("核准人"),
    "director": _l("登记机关负责人"),
    "licensing": _l("制照发照"),
    "archivist": _l("档案员"),
    "hotline": _l("市民热线"),
    "sysadmin": _l("系统管理员"),
    "secadmin": _l("安全管理员"),
    "auditor": _l("审计员"),
}
BROWSERS = (("Edg", "Edge"), ("MicroMessenger", "WeChat"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def role_words(roles: Iterable[str]) -> str:
    """The roles of staff; an account without roles is an applicant's."""
    comma = _("、")
    officers = {agency.role: say(agency.officer) for agency in city().agencies}
    return comma.join(str(ROLES.get(role) or officers.get(role, role)) for role in roles) or _("申请人")


def by_number(tag: str) -> str:
    """A member of staff by number; another actor's tag, such as the command line's, as it is."""
    kind, _colon, number = tag.partition(":")
    return _("%(number)s号", number=number) if kind == "staff" else tag


def registrar_names() -> dict[str, str]:
    """Code to name of every registrar, in the language of the page."""
    return {row.code: say(row.name) for row in registrars()}


def agency_words(key: str | None) -> str:
    """The name of an agency, or its key where the city has it no more; empty for none."""
    return next((say(one.name) for one in city().agencies if one.key == key), key or "")


def place_words(account: Any, names: Mapping[str, str] | None = None) -> str:
    """Where an account works: its agency, else its registrar by name; a dash for nowhere.

    For many calls, pass the `registrar_names()` that were read once.
    """
    if account.agency:
        return agency_words(account.agency)
    code = account.registrar_code or "—"
    return (registrar_names() if names is None else names).get(code, code)


def parked_reason(error: str | None) -> ParkedReason:
    """Why a message was parked and what to do, by its last error."""
    return parked_reasons()[reason_of(error)]


def device_words(agent: str) -> str:
    """The common names of browser and system, from the User-Agent header."""
    browser = next((name for sign, name in (*BROWSERS, ("Safari", "Safari")) if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return " · ".join(part for part in (browser, system) if part) or _("其他设备")
