"""Where a case stands and by when: state tags, due badges, who holds it."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from markupsafe import Markup, escape

from registration.clock import local, local_date
from registration.edge import lang_here
from registration.matters import calendar, definition_of, office_hours
from registration.models import Application, Part
from registration.web.i18n import day
from workflows.clock import remaining
from workflows.definition import Table
from workflows.errors import UnknownYear

Mark = tuple[str | Markup, str]

# Shapes that the kind of a state does not tell by itself.
_KINDS = {
    "submitted": "",
    "accepted": "",
    "correction_requested": "hold",
    "on_hold": "hold",
    "licence_issued": "ok",
    "shared": "ok",
    "archived": "ok",
    "rejected": "bad",
    "not_accepted": "bad",
}
_BY_KIND = {"start": "", "applicant": "warn", "office": "go", "waiting": "go", "final": ""}
_PART_KINDS = {"waiting": "", "pending": "", "claimed": "go", "assigned": "ok", "waived": "ok", "objected": "warn"}


def state_tag(case: Application) -> Mark:
    """(words, kind) of the tag that says where the case stands."""
    state = definition_of(case.definition).states[case.state]
    if case.state == "submitted" and case.revision > 1:
        return _("已重新提交"), "warn"
    return label_in(definition_of(case.definition), case.state), _KINDS.get(case.state, _BY_KIND[state.kind])


def part_tag(case: Application, part: Part) -> Mark:
    parts = definition_of(case.definition).parts
    assert parts is not None
    return label_in(parts, part.state), _PART_KINDS.get(part.state, "go")


def label_in(table: Table, state: str) -> str:
    """The state's name; the state itself where an older table knew one that is gone."""
    known = table.states.get(state)
    return str(getattr(known.label, lang_here())) if known else state


def case_due(case: Application, *, now: datetime) -> Mark | None:
    """The badge of a case's time limit, or None where nothing runs: drafts, finished cases."""
    kind = definition_of(case.definition).states[case.state].kind
    if case.paused_at is not None or case.state == "on_hold":
        return _("计时停止"), "hold"
    if kind == "applicant" and case.submitted_at is not None:
        return _("计时停止"), "hold"
    if kind == "office":
        return due_badge(case.due_at, now=now)
    return None


def due_badge(due_at: datetime | None, *, now: datetime) -> Mark | None:
    """Overdue is bad, today warn with the hour, the next working day go, later only the day."""
    if due_at is None:
        return None
    try:
        left = remaining(now, due_at, calendar=calendar(), hours=office_hours())
        return _passed(-left) if due_at < now else _coming(due_at, left, now=now)
    except UnknownYear:
        # Where the calendar of working days is not published yet, the day itself is still true.
        return day(due_at, weekday=True), ""


def _passed(days: int) -> Mark:
    if days <= 0:
        return _("今天已到期"), "bad"
    return _("超%(days)s个工作日", days=days), "bad"


def _coming(due_at: datetime, left: int, *, now: datetime) -> Mark:
    on = local_date(due_at)
    if left <= 0:
        return _("今天 %(time)s", time=f"{local(due_at):%H:%M}"), "warn"
    if left > 1:
        named = day(on, weekday=True, year=on.year != local_date(now).year)
        # One element: the parts of a badge stand apart from each other.
        words = escape(_("%(day)s，还有%(left)s个工作日")) % {"day": named, "left": left}
        return Markup("<span>{}</span>").format(words), ""
    makeup = calendar().is_makeup(on)
    if on == local_date(now) + timedelta(days=1):
        return (_("明天（调休上班）") if makeup else _("明天")), "go"
    named = day(on, weekday=True, year=False)
    return (escape(_("%(day)s，调休上班")) % {"day": named} if makeup else named), "go"


def holder_words(login: str | None, *, own: str | None) -> str:
    """Who has the case: oneself, a colleague by number, or nobody."""
    if login is None:
        return "—"
    return _("我") if login == own else _("%(number)s号", number=login)
