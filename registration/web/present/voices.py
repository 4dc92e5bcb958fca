"""Voices of anybody as texts: kinds, matters, offices, states and the steps of the office."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.http.context import say
from registration.models import PublishedVoice, Registrar, VoiceEntry
from registration.queries.published_voices import VoiceFigures
from registration.queries.voices import BY_HOTLINE, VoiceRow, VoiceStep
from registration.rules.voices import KINDS
from registration.web.present.lists import shown_words
from registration.web.present.report import number, percent
from registration.web.present.states import Mark
from registration.web.wording import by_number

_STEPS = {
    "file": _l("收到"),
    BY_HOTLINE: _l("收到，由市民热线代为提交"),
    "give": _l("分派"),
    "pass_on": _l("转办"),
    "answer": _l("答复"),
    "close": _l("办结，不答复"),
    "propose": _l("提议公开"),
    "confirm": _l("同意公开"),
    "refuse": _l("不同意公开"),
    "withdraw": _l("撤回公开的提议"),
    "unpublish": _l("停止公开"),
    "escalate": _l("逾期未答复，已报告登记机关负责人"),
}

_PUBLISHED = {
    "proposed": (_l("等另一人决定"), "go"),
    "published": (_l("已经公开"), "ok"),
    "refused": (_l("没有同意公开"), "hold"),
    "withdrawn": (_l("已经撤回"), "hold"),
    "ended": (_l("已经停止公开"), "hold"),
}


def kind_words(kind: str) -> str:
    return say(KINDS[kind])


def kind_choices() -> list[tuple[str, str]]:
    return [(key, say(words)) for key, words in KINDS.items()]


def office_choices(offices: Sequence[Registrar], *, without: str = "") -> list[tuple[str, str]]:
    return [(one.code, say(one.name)) for one in offices if one.code != without]


def published_tag(row: PublishedVoice) -> Mark:
    """The state of a text for everybody."""
    words, kind = _PUBLISHED[row.status]
    return str(words), kind


def voice_tag(row: VoiceRow) -> Mark:
    """The state, for the sender and for the office."""
    voice = row.voice
    if voice.status == "answered":
        return _("已答复"), "ok"
    if voice.status == "closed":
        return _("已办结"), "hold"
    return (_("办理中"), "go") if voice.assignee_id else (_("等待办理"), "")


def figure_facts(found: VoiceFigures) -> list[tuple[str, str]]:
    """(what, figure) for the public page."""
    return [
        (_("收到"), shown_words(found.received)),
        (_("按期答复"), percent(found.in_time)),
        (_("答复用时中位数（工作小时）"), number(found.hours)),
        (_("正在办理"), shown_words(found.open)),
    ]


def steps_of(steps: Sequence[VoiceStep], offices: Sequence[Registrar]) -> list[tuple[str, VoiceEntry, str, str]]:
    """(what was done, the entry, from whom to whom, the reason), for the history at the desk."""
    names = {one.code: say(one.name) for one in offices}
    return [
        (str(_STEPS.get(one.entry.step, one.entry.step)), one.entry, _change(one.entry, names), one.words)
        for one in steps
    ]


def _change(entry: VoiceEntry, names: Mapping[str, str]) -> str:
    """From which person or office to which; a text's state is said by the step itself."""
    before, after = (_named(str(entry.data.get(key) or ""), names) for key in ("from", "to"))
    return f"{before} → {after}" if before and after else after


def _named(value: str, names: Mapping[str, str]) -> str:
    return by_number(value) if value.startswith("staff:") else names.get(value, "")
