"""The decision bar: its actions and their inputs, and why some actions are not available now."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.http.context import lang_here, say
from registration.matters import definition_of
from registration.queries.casefile import CaseFile
from registration.rules.blockers import blocker_text, field_of
from workflows.definition import UNCHANGED, Action, Table
from workflows.engine import Offer
from workflows.errors import Blocker

_LABELS = {
    "opinion": _l("审查意见"),
    "reason_code": _l("法定理由"),
    "reason": _l("理由"),
    "competent_body": _l("有权办理的机关"),
    "paper": _l("法院或者仲裁机构的文书"),
    "recipient": _l("领照人"),
    "courier_number": _l("快递单号"),
    "number": _l("号码"),
    "items": _l("要补正的内容"),
}
_HINTS = {
    "reason": _l("会原样告诉申请人，请写明事实，不用缩写。"),
    "paper": _l("写明文书的名称和编号。"),
    "recipient": _l("写明姓名，并当面核对身份证件。"),
    "number": _l("留空由系统按编码规则赋号。"),
}


@dataclass(frozen=True)
class Button:
    """An action on the bar. `asks` is empty if one click is enough; `style` is main, second or stop."""

    action: str
    label: str
    style: str
    asks: tuple[str, ...]


@dataclass(frozen=True)
class Off:
    """An action that the role allows, and its obstacles."""

    label: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    buttons: tuple[Button, ...]
    off: tuple[Off, ...]

    def has(self, *actions: str) -> bool:
        return any(button.action in actions for button in self.buttons)


@dataclass(frozen=True)
class Input:
    """One input of an action; it may be empty unless `required`."""

    name: str
    label: str
    hint: str
    required: bool


def bar_of(file: CaseFile) -> Bar:
    """The actions of the case for this actor: the most likely first, irreversible ones last."""
    return bar_from(definition_of(file.case.definition), file.offers)


def bar_from(table: Table, offers: Iterable[Offer]) -> Bar:
    buttons, off = [], []
    for offer in offers:
        action = table.actions[offer.action]
        standing = [blocker for blocker in offer.blockers if field_of(blocker) is None]
        if standing:
            off.append(Off(_label(action), tuple(blocker_texts(standing))))
        else:
            buttons.append(Button(offer.action, _label(action), action.style, _asks(action, offer)))
    order = ("main", "second", "stop")
    return Bar(tuple(sorted(buttons, key=lambda button: order.index(button.style))), tuple(off))


def inputs_for(table: Table, *offers: Offer) -> list[Input]:
    """The fields of an action's page without `items`, which come from the marks.

    A part's action is in two tables, the part's own and the case's: the inputs of both are needed.
    """
    needed = {field_of(blocker) for offer in offers for blocker in offer.blockers}
    action = table.actions[offers[0].action]
    asks = [name for name in action.asks if name != "items"]
    return [Input(name, label_for(name), _hint(action, name), name in needed) for name in asks]


def label_for(name: str) -> str:
    return str(_LABELS[name])


def blocker_texts(blockers: Iterable[Blocker]) -> list[str]:
    return [blocker_text(blocker, lang_here()) for blocker in blockers]


def blocker_errors(blockers: Iterable[Blocker]) -> list[tuple[str, str]]:
    """(anchor, message) for an error summary: at the field in which it is corrected, if there is one."""
    return [(field_of(blocker) or "", blocker_text(blocker, lang_here())) for blocker in blockers]


def done_words(table: Table, action: str) -> str:
    return _("已办理：%(action)s", action=_label(table.actions[action]))


def _asks(action: Action, offer: Offer) -> tuple[str, ...]:
    """Claiming a file without a holder needs no page; taking it from a colleague needs a reason."""
    needed = any(field_of(blocker) for blocker in offer.blockers)
    merely_takes = offer.row.held_by == "actor" and offer.row.to == UNCHANGED
    return () if merely_takes and not needed else action.asks


def _hint(action: Action, name: str) -> str:
    own = action.shown.hints.get(name)
    return say(own) if own is not None else str(_HINTS.get(name, ""))


def _label(action: Action) -> str:
    return say(action.label)
