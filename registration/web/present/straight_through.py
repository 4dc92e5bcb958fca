"""Decisions at once in words: the switch of a type, a change of it, and why a case went to a clerk."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlmodel import Session

from registration.clock import local_date
from registration.http.context import lang_here
from registration.matters import definition_of
from registration.models import Application, StraightThroughChange
from registration.queries.casefile import CaseFile
from registration.queries.sample_audits import SampleRow
from registration.queries.straight_through import decided_at_once, last_attempt
from registration.queries.straight_through_switch import Switch
from registration.rules.blockers import blocker_text
from registration.rules.reasons import bases
from registration.web.present.proposals import proposal_mark
from workflows.errors import Blocker

Mark = tuple[str, str]
_ELSEWHERE = frozenset({"wrong_state", "wrong_route"})


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
    return proposal_mark(change.status)


def verdict_mark(row: SampleRow) -> Mark:
    return (_("无误"), "ok") if row.sample.verdict == "right" else (_("有问题"), "bad")


@dataclass(frozen=True)
class AttemptLine:
    """What came of the attempt to decide a case at once; `reasons` why not, for the office alone."""

    decided: bool
    at: datetime
    reasons: tuple[str, ...]


def attempt_of(session: Session, case: Application) -> AttemptLine | None:
    found = last_attempt(session, case)
    if found is None:
        return None
    blockers = [Blocker(one["code"], {"checks": one["checks"]}) for one in found.blockers]
    # Somebody else's step was first: the table would say where that step is possible, which is no reason.
    reasons = [
        _("工作人员已经先办理") if one.code in _ELSEWHERE else blocker_text(one, lang_here()) for one in blockers
    ]
    return AttemptLine(found.decided, found.at, tuple(dict.fromkeys(reasons)))


@dataclass(frozen=True)
class AtOnce:
    """The system's decision as the applicant reads it: the beginning of the digest of its rules, and the articles."""

    at: datetime
    rules: str
    law: str


def at_once_of(session: Session, file: CaseFile) -> AtOnce | None:
    """None where a person has decided."""
    attempt, case = decided_at_once(session, file.case), file.case
    entry = next((one for one in reversed(file.history) if one.data.get("rules")), None)
    if attempt is None or entry is None:
        return None
    action = entry.tag.partition(":")[2]
    basis = [key for row in definition_of(case.definition).rows if row.action == action for key in row.basis]
    on = local_date(attempt.at)
    law = bases(dict.fromkeys(basis), matter=case.matter, regime=case.regime, on=on, lang=lang_here())
    return AtOnce(attempt.at, str(entry.data["rules"])[:12], _("；").join(law))
