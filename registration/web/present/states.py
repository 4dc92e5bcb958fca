"""The state of a case and its due time: state tags, due badges, the holder."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from markupsafe import Markup, escape

from registration.clock import local, local_date
from registration.http.context import say
from registration.matters import calendar, definition_of, office_hours
from registration.models import Application, Part
from registration.web.i18n import day
from workflows.clock import remaining
from workflows.definition import Parts, Table
from workflows.errors import UnknownYear

Mark = tuple[str | Markup, str]

_BY_KIND = {"start": "", "applicant": "warn", "office": "go", "waiting": "go", "final": ""}


def state_tag(case: Application) -> Mark:
    """(text, kind) of the tag for the state of the case."""
    table = definition_of(case.definition)
    if case.revision > 1 and case.state == table.intake:
        return _("已重新提交"), "warn"
    return label_in(table, case.state), _look(table, case.state)


def own_tag(case: Application) -> Mark:
    """The state for the applicant; a state that waits for the applicant says so."""
    state = definition_of(case.definition).states[case.state]
    if state.kind != "applicant":
        return state_tag(case)
    words = say(state.shown.label or state.label)
    return words, "go" if waits_for_signers(case) else "warn"


def waits_for_signers(case: Application) -> bool:
    """Whether the case is with people who sign, and not with the applicant."""
    state = definition_of(case.definition).states[case.state]
    return state.kind == "applicant" and "signer" in state.holder


def label_of_case(case: Application) -> str:
    """The name of the case's state, as the office calls it."""
    return label_in(definition_of(case.definition), case.state)


def matter_words(case: Application) -> str:
    """What the application is for: the title of its table."""
    return say(definition_of(case.definition).title)


def part_tag(case: Application, part: Part) -> Mark:
    parts = definition_of(case.definition).parts
    assert parts is not None
    return label_in(parts, part.state), _look(parts, part.state)


def is_objected(parts: Parts, part: Part) -> bool:
    """Whether an objection of the agency waits for the office that leads the case."""
    state = parts.states[part.state]
    return bool(part.objection) and state.kind == "office" and parts.acting_role not in state.holder


def _look(table: Table, key: str) -> str:
    """The table's own text, else that of the kind of state; an older table may have a state that no longer exists."""
    state = table.states.get(key)
    if state is None:
        return ""
    if state.shown.look is None:
        return _BY_KIND[state.kind]
    return "" if state.shown.look == "plain" else state.shown.look


def label_in(table: Table, state: str) -> str:
    """The state's name; the key of the state if only an older table has it."""
    known = table.states.get(state)
    return say(known.label) if known else state


def case_due(case: Application, *, now: datetime) -> Mark | None:
    """The badge of a case's time limit, or None where nothing runs: drafts, finished cases."""
    table = definition_of(case.definition)
    kind = table.states[case.state].kind
    stopped = kind == "waiting" and case.state in table.clock[case.regime].excluded
    if case.paused_at is not None or stopped:
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
        return _passed(due_at, -left, now=now) if due_at < now else _coming(due_at, left, now=now)
    except UnknownYear:
        # Where the calendar of working days is not published yet, the day itself is still true.
        return day(due_at, weekday=True), ""


def _passed(due_at: datetime, days: int, *, now: datetime) -> Mark:
    on = local_date(due_at)
    if days <= 0 and on == local_date(now):
        return _("今天已到期"), "bad"
    if days <= 0:
        # On a day off no working day has passed since.
        return escape(_("%(day)s已到期")) % {"day": day(on, weekday=True, year=False)}, "bad"
    return _("超%(days)s个工作日", days=days), "bad"


def _coming(due_at: datetime, left: int, *, now: datetime) -> Mark:
    on = local_date(due_at)
    if left <= 0:
        return _("今天 %(time)s", time=f"{local(due_at):%H:%M}"), "warn"
    if left > 1:
        named = day(on, weekday=True, year=on.year != local_date(now).year)
        # One element: the parts of a badge have gaps between them.
        words = escape(_("%(day)s，还有%(left)s个工作日")) % {"day": named, "left": left}
        return Markup("<span>{}</span>").format(words), ""
    makeup = calendar().is_makeup(on)
    if on == local_date(now) + timedelta(days=1):
        return (_("明天（调休上班）") if makeup else _("明天")), "go"
    named = day(on, weekday=True, year=False)
    return (escape(_("%(day)s，调休上班")) % {"day": named} if makeup else named), "go"


def holder_words(login: str | None, *, own: str | None) -> str:
    """The holder of the case: oneself, a colleague by number, or none."""
    if login is None:
        return "—"
    return _("我") if login == own else _("%(number)s号", number=login)
