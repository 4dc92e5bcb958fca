"""Decisions at once in words: the switch of a type, a change of it, and why a case went to a clerk."""

from datetime import date

from flask_babel import gettext as _

from registration.http.context import lang_here
from registration.models import DecisionAttempt, StraightThroughChange
from registration.queries.sample_audits import SampleRow
from registration.queries.straight_through_switch import Switch
from registration.rules.blockers import blocker_text
from workflows.errors import Blocker

Mark = tuple[str, str]


def switch_words(switch: Switch | None) -> Mark:
    """The words and the kind of the tag."""
    if switch is None or not switch.is_on:
        return _("关"), ""
    return _("开，抽查%(percent)s%%", percent=switch.sample_percent), "ok"


def before_words(change: StraightThroughChange) -> str:
    return switch_words(Switch(**change.before) if change.before else None)[0]


def after_words(change: StraightThroughChange) -> str:
    return switch_words(Switch(change.is_on, change.sample_percent))[0]


def change_mark(change: StraightThroughChange, *, today: date) -> Mark:
    if change.status == "done" and change.valid_from > today:
        return _("将要生效"), "go"
    words = {
        "open": (_("等待决定"), "go"),
        "done": (_("已经生效"), "ok"),
        "refused": (_("已经退回"), "bad"),
        "withdrawn": (_("已经撤回"), ""),
    }
    return words[change.status]


def verdict_mark(row: SampleRow) -> Mark:
    return (_("无误"), "ok") if row.sample.verdict == "right" else (_("有问题"), "bad")


def reasons_of(attempt: DecisionAttempt) -> list[str]:
    """Why the system could not decide the case at once, as the office reads it."""
    blockers = [Blocker(one["code"], {"checks": one["checks"]}) for one in attempt.blockers]
    return [blocker_text(one, lang_here()) for one in blockers]
