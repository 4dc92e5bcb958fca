"""The day that is promised, with the reason why a day off counts or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask_babel import gettext as _
from markupsafe import Markup, escape

from registration.clock import local_date
from registration.http.context import lang_here
from registration.matters import calendar, definition_of, office_hours
from registration.models import Application
from registration.queries.promised import acceptance_comes_first, day_from_now
from registration.rules.languages import dated
from registration.web.i18n import day
from workflows.definition.references import FINISHED
from workflows.errors import UnknownYear

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class PromiseText:
    """`label` is the kind of promise, `why` the days off until then, or empty."""

    label: str
    on: date
    why: Markup


def promise_of(case: Application, *, now: datetime) -> PromiseText | None:
    """The day by which the office answers; None where nothing is promised, or the year's calendar is not known."""
    state = definition_of(case.definition).states[case.state]
    if state.kind == "applicant":
        return _if_submitted(case, now=now)
    if case.paused_at is not None or state.kind not in ("office", "waiting") or case.submitted_at is None:
        return None
    if state.is_period and case.due_at is not None and FINISHED not in state.shown.stage:
        return PromiseText(_("这一期间的最后一天"), local_date(case.due_at), Markup(""))
    label, due_at = (_("承诺办结"), case.case_due_at) if case.case_due_at else (_("最迟答复"), case.due_at)
    if due_at is None or FINISHED in state.shown.stage:
        return None
    return _promise(label, office_hours().received_on(case.submitted_at), local_date(due_at))


def _if_submitted(case: Application, *, now: datetime) -> PromiseText | None:
    """What would be promised if everything were handed in today."""
    limit = definition_of(case.definition).clock[case.regime].limit
    label = _("今天补正提交，承诺办结") if case.submitted_at else _("今天提交，承诺办结")
    if acceptance_comes_first(case):
        # The time limit of the whole begins with the acceptance: only the day of that decision is known.
        table = definition_of(case.definition)
        answer = table.states[table.intake].within if table.intake else None
        if answer is None:
            return None
        limit, label = answer, _("今天提交，最迟决定是否受理")
    on = day_from_now(limit, now=now)
    return _promise(label, office_hours().received_on(now), on) if on else None


def _promise(label: str, start: date, on: date) -> PromiseText:
    try:
        return PromiseText(label, on, _why(start, on))
    except UnknownYear:
        return PromiseText(label, on, Markup(""))


def _why(start: date, on: date) -> Markup:
    """10月10日周六调休上班，计入；10月11日周日不计。"""
    days = [start + timedelta(days=n) for n in range(1, (on - start).days + 1)]
    notes = list(_notes([one for one in days if _is_odd(one)]))
    return escape(_("；")).join(notes) + _("。") if notes else Markup("")


def _is_odd(one: date) -> bool:
    """Whether the day differs from its weekday: a working day at a weekend, or a day off during the week."""
    return one.weekday() >= SATURDAY or not calendar().is_working(one)


def _notes(days: list[date]) -> Iterator[Markup]:
    """One note a run of days that are alike and follow each other."""
    numbered = enumerate(days)
    for (works, _gap), group in groupby(numbered, lambda pair: (calendar().is_working(pair[1]), _run(pair))):
        run = [one for _place, one in group]
        first, last = day(run[0], year=False), day(run[-1], year=False)
        weekday = dated("weekday", lang_here(), run[0])
        if works:
            yield escape(_("%(day)s%(weekday)s调休上班，计入")) % {"day": first, "weekday": weekday}
        elif len(run) == 1:
            yield escape(_("%(day)s%(weekday)s不计")) % {"day": first, "weekday": weekday}
        else:
            yield escape(_("%(first)s至%(last)s休息，不计")) % {"first": first, "last": last}


def _run(pair: tuple[int, date]) -> int:
    place, one = pair
    return one.toordinal() - place
