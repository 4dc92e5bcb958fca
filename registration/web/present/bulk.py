"""The steps for several files, in words."""

from flask_babel import lazy_gettext as _l

from registration.actor import Actor
from registration.operations.bulk import ARCHIVE, ASSIGN, GIVE_BACK, PRINT, REMIND, TAKE, steps_of

_STEPS = {
    TAKE: _l("领取"),
    GIVE_BACK: _l("退回待办池"),
    ASSIGN: _l("交给他人办理"),
    REMIND: _l("提醒申请人补正"),
    PRINT: _l("打印最近的文书"),
    ARCHIVE: _l("归档"),
}


def step_words(what: str) -> str:
    return str(_STEPS[what])


def steps_for(actor: Actor) -> list[tuple[str, str]]:
    """(step, label) of those that this person may be able to take."""
    return [(what, step_words(what)) for what in steps_of(actor)]
