"""A change of a setting in words: what it is about, its figures, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.models import SettingChange
from registration.queries.calendar_changes import DayDifference
from registration.queries.setting_changes import BARRED, CALENDAR, NAMES, NUMBERS, WEBHOOK, WORDS
from registration.web.present.numbers import scheme_words
from registration.web.present.proposals import proposal_mark
from registration.web.present.webhooks import event_words
from registration.web.wording import registrar_names

# The lists of words for names: what each has, and what comes of a name that contains one of its words.
LISTS = {
    "banned": (_l("不得使用的词"), _l("驳回")),
    "puffery": (_l("夸大、误导的词"), _l("驳回")),
    "strategies": (_l("国家战略、国家出资的词"), _l("人工审查")),
    "foreign": (_l("外国和国际组织的名称"), _l("人工审查")),
    "licensed": (_l("须经批准的行业用词"), _l("人工审查")),
    "associations": (_l("像社会团体、机关的词"), _l("人工审查")),
}


@dataclass(frozen=True)
class ChangeLine:
    """`rows` are (label, value); `days` those of a calendar that would be other than what was loaded before.

    `words` are (label, words) that a list of words for names would gain and lose.
    """

    change: SettingChange
    title: str
    status: tuple[str, str]
    rows: Sequence[tuple[str, str]]
    days: Sequence[DayDifference] = ()
    words: Sequence[tuple[str, Sequence[str]]] = ()


def line_of(change: SettingChange) -> ChangeLine:
    title, rows = _ABOUT[change.kind](change)
    days = _days(change) if change.kind == CALENDAR else ()
    words = _changed_words(change) if change.kind == WORDS else ()
    return ChangeLine(change, title, status_words(change), rows, days, words)


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
    """A large file is counted by its import, and has here the number of its names."""
    told = change.after
    labels = {"names": _("名称个数"), "new": _("新增"), "mended": _("修改组成部分"), "unchanged": _("不变")}
    rows = [(label, str(told[key])) for key, label in labels.items() if key in told]
    return told["file"], [*rows, (_("文件摘要（SHA-256）"), told["sha256"])]


def _words(change: SettingChange) -> About:
    told = change.after
    after = told["kept"] + len(told["added"])
    rows = [(_("本机关的词"), _("%(before)s个 → %(after)s个", before=change.before["words"], after=after))]
    if told["shipped"]:
        rows.append((_("系统自带，不用加入"), str(told["shipped"])))
    return _("名称用词：%(list)s", list=LISTS[told["list"]][0]), rows


def _changed_words(change: SettingChange) -> list[tuple[str, Sequence[str]]]:
    told = change.after
    listed = [
        (_("加入的词"), told["added"]),
        (_("去掉的词"), told["removed"]),
        (_("其中名称里常见的，请核对会不会误伤"), told["usual"]),
    ]
    return [(label, words) for label, words in listed if words]


def _webhook(change: SettingChange) -> About:
    told = change.after
    asks = _("推送以前先问") if told.get("asks_consent") else _("不问")
    rows = [(_("地址"), told["url"]), (_("事件"), event_words(told["events"])), (_("接收方的同意"), asks)]
    return _("推送接收方：%(name)s", name=told["name"]), rows


_ABOUT = {
    CALENDAR: _calendar,
    NUMBERS: _numbers,
    BARRED: _barred,
    NAMES: _names,
    WORDS: _words,
    WEBHOOK: _webhook,
}


def _days(change: SettingChange) -> list[DayDifference]:
    return [DayDifference(date.fromisoformat(day), *rest) for day, *rest in change.after["differences"]]
