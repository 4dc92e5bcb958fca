"""A change of a setting in words: what it is about, its figures, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from registration.models import SettingChange
from registration.queries.calendar_changes import DayDifference
from registration.queries.setting_changes import BARRED, CALENDAR, NAMES, NUMBERS, WEBHOOK
from registration.web.present.numbers import scheme_words
from registration.web.present.proposals import proposal_mark
from registration.web.present.webhooks import event_words
from registration.web.wording import registrar_names


@dataclass(frozen=True)
class ChangeLine:
    """`rows` are (label, value); `days` those of a calendar that would be other than what was loaded before."""

    change: SettingChange
    title: str
    status: tuple[str, str]
    rows: Sequence[tuple[str, str]]
    days: Sequence[DayDifference] = ()


def line_of(change: SettingChange) -> ChangeLine:
    title, rows = _ABOUT[change.kind](change)
    days = _days(change) if change.kind == CALENDAR else ()
    return ChangeLine(change, title, status_words(change), rows, days)


def status_words(change: SettingChange) -> tuple[str, str]:
    """The words and the kind of the tag."""
    return proposal_mark(change.status)


About = tuple[str, list[tuple[str, str]]]


def _calendar(change: SettingChange) -> About:
    whole = change.after["year"] is not None
    rows = [(_("范围"), _("全年") if whole else _("单独的日子"))]
    return _("%(year)s年工作日历", year=change.subject), rows


def _numbers(change: SettingChange) -> About:
    told, names = change.after, registrar_names()
    rows = [
        (_("登记机关"), names.get(told["registrar"], told["registrar"])),
        (_("号段"), f"{told['first']} – {told['last']}"),
        (_("号码个数"), str(told["numbers"])),
        (_("现在剩余"), str(change.before["left"])),
    ]
    return _("新增号段：%(scheme)s", scheme=scheme_words(told["scheme"])), rows


def _barred(change: SettingChange) -> About:
    told = change.after
    rows = [
        (_("新增"), str(told["added"])),
        (_("不再限制"), str(told["ended"])),
        (_("不变"), str(told["kept"])),
        (_("文件摘要（SHA-256）"), told["sha256"]),
    ]
    return _("名单：%(name)s", name=told["list"]), rows


def _names(change: SettingChange) -> About:
    told = change.after
    rows = [
        (_("新增"), str(told["new"])),
        (_("修改组成部分"), str(told["mended"])),
        (_("不变"), str(told["unchanged"])),
        (_("文件摘要（SHA-256）"), told["sha256"]),
    ]
    return told["file"], rows


def _webhook(change: SettingChange) -> About:
    told = change.after
    rows = [(_("地址"), told["url"]), (_("事件"), event_words(told["events"]))]
    return _("推送接收方：%(name)s", name=told["name"]), rows


_ABOUT = {CALENDAR: _calendar, NUMBERS: _numbers, BARRED: _barred, NAMES: _names, WEBHOOK: _webhook}


def _days(change: SettingChange) -> list[DayDifference]:
    return [DayDifference(date.fromisoformat(day), *rest) for day, *rest in change.after["differences"]]
