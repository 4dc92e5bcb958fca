"""Decisions that can still be undone, above every page of the desk, and what was typed for one that did not leave."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any

from flask_babel import gettext as _
from sqlmodel import Session

from registration.access import ObjectFacts, allows
from registration.actor import Actor
from registration.clock import now
from registration.database import reading
from registration.http.context import actor_here, say
from registration.matters import definition_of
from registration.models import Application
from registration.queries.attention import attention
from registration.queries.delayed_decisions import OwnDecision, ended_decision, inputs_of, own_decisions
from registration.web.present.decisions import blocker_texts
from registration.web.present.desk import name_of


@dataclass(frozen=True)
class DecisionNotice:
    """A decision of the reader. `seconds` are those in which it can be undone, None for one that did not leave."""

    number: int
    ref: str
    name: str
    action: str
    seconds: int | None
    words: str


@dataclass(frozen=True)
class DecisionBefore:
    """The action of the reader's last decision on a case that did not leave, and what was typed for it."""

    action: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)

    def opinions(self) -> Mapping[str, str]:
        """Action -> the opinion that was typed or chosen for it."""
        return {self.action: str(self.inputs["opinion"])} if self.inputs.get("opinion") else {}

    def inputs_beside(self, opinions: Collection[str]) -> dict[str, Any]:
        """The inputs without an opinion that the page shows in the field of its own action."""
        return {} if self.action in opinions else self.inputs


def own_notices() -> list[DecisionNotice]:
    """Those of the signed-in member of the office; for anybody else none."""
    actor = actor_here()
    if actor is None or not allows("inbox.read", actor, ObjectFacts()):
        return []
    with reading() as session:
        if not attention(session, actor=actor)["undo"]:
            return []
        return [_notice(one, at=now()) for one in own_decisions(session, actor=actor, now=now())]


def decision_before(session: Session, case: Application, *, actor: Actor) -> DecisionBefore:
    row = ended_decision(session, case, actor=actor)
    if row is None or case.decision_delayed:
        return DecisionBefore()
    typed = inputs_of(row, case)
    return DecisionBefore(row.action, {name: value for name, value in typed.items() if name != "items"})


def _notice(one: OwnDecision, *, at: datetime) -> DecisionNotice:
    action = definition_of(one.case.definition).actions.get(one.row.action)
    label = say(action.label) if action is not None else one.row.action
    name = name_of(one.case)
    if not one.waits:
        reasons = _("；").join(blocker_texts(one.reasons))
        return DecisionNotice(one.row.id, one.case.ref, name, label, None, reasons)
    left = max(0, ceil((one.row.leaves_at - at).total_seconds()))
    return DecisionNotice(one.row.id, one.case.ref, name, label, left, seconds_words(left))


def seconds_words(left: int) -> str:
    return _("还有%(count)s秒可以撤销", count=left) if left else _("正在送出")
