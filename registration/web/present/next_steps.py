"""What follows the licence, as the applicant reads it: each step with its state, place, term and what to bring."""

from dataclasses import dataclass

from flask_babel import gettext as _

from registration.http.context import say
from registration.queries.casefile import CaseFile
from registration.queries.next_steps import NextStepState, next_steps_of
from registration.web.i18n import day
from registration.web.present.states import Mark, part_tag


@dataclass(frozen=True, slots=True)
class NextLine:
    """One step; `note` says since when its state is so."""

    title: str
    mark: Mark
    where: str
    when: str
    due: Mark | None
    bring: tuple[str, ...]
    note: str


def next_lines(file: CaseFile) -> list[NextLine]:
    return [_line(file, one) for one in next_steps_of(file)]


def _line(file: CaseFile, one: NextStepState) -> NextLine:
    step = one.step
    return NextLine(
        title=say(step.title),
        mark=_mark(file, one),
        where=say(step.where),
        when=say(step.when),
        due=(day(one.due_on, weekday=True), "") if one.due_on else None,
        bring=tuple(say(words) for words in step.bring),
        note=_note(one),
    )


def _note(one: NextStepState) -> str:
    """What the agency has; no words of a report, which are between agency and office."""
    if one.at is None:
        return ""
    sent = _("登记信息已在%(day)s送达，不用再填", day=day(one.at).striptags())
    if one.state == "clarifying":
        return sent + _("；部门正在与登记机关核对记录，需要您做什么时会通知您")
    if one.confirmed_at is None:
        return sent
    on = day(one.confirmed_at).striptags()
    if one.number:
        return sent + _("；部门已在%(day)s确认，编号%(number)s", day=on, number=one.number)
    return sent + _("；部门已在%(day)s确认", day=on)


def _mark(file: CaseFile, one: NextStepState) -> Mark:
    if one.part is not None:
        return part_tag(file.case, one.part)
    marks = {
        "delivered": (_("信息已送达"), "ok"),
        "confirmed": (_("部门已确认"), "ok"),
        "clarifying": (_("部门正在核对"), "warn"),
        "sending": (_("信息正在送达"), "go"),
        "asked": (_("登记时已提出"), "go"),
    }
    return marks.get(one.state, (_("您来办"), "warn"))
