"""For whom a part of a parallel review waits, since when in working time, and what was promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import escape

from registration.http.context import say
from registration.matters import calendar, definition_of, office_hours
from registration.models import Application
from registration.queries.file_contents import PartView
from registration.web.i18n import moment
from registration.web.present.states import due_badge
from registration.web.wording import agency_words, role_words
from workflows.clock import worked
from workflows.definition import Parts
from workflows.errors import UnknownYear


@dataclass(frozen=True)
class PartWait:
    """Texts, each empty where there is nothing to say: `whom` it waits for, `since` when and how long, the `promise`.

    `overdue`: the promised time is over.
    """

    whom: str = ""
    since: str = ""
    promise: str = ""
    overdue: bool = False


def waits_of(case: Application, views: Iterable[PartView], *, now: datetime) -> dict[str, PartWait]:
    """Of each part by its key."""
    return {view.part.key: _wait_of(case, view, now=now) for view in views}


def _wait_of(case: Application, view: PartView, *, now: datetime) -> PartWait:
    """Nothing for a part that is done, or while the agencies do not work on the case."""
    parts, part = definition_of(case.definition).parts, view.part
    if parts is None or part.state in parts.done or case.state not in parts.runs_in:
        return PartWait()
    since = _since(part.since_at, now=now) if part.since_at else ""
    # The promise is the agency's: while the office decides on its objection, nothing of it is overdue.
    due_at = part.due_at if parts.acting_role in parts.states[part.state].holder else None
    due = due_badge(due_at, now=now)
    return PartWait(
        whom=_whom(parts, view),
        since=since,
        promise=_promise(parts, view, escape(due[0]).striptags() if due else ""),
        overdue=due_at is not None and due_at < now,
    )


def _whom(parts: Parts, view: PartView) -> str:
    comma, part = _("、"), view.part
    if view.waits_for:
        return comma.join(say(parts.graph[key].label) for key in view.waits_for)
    holders = parts.states[part.state].holder
    if parts.acting_role in holders:
        return agency_words(part.agency)
    return role_words(holders)


def _since(at: datetime, *, now: datetime) -> str:
    """`已等3小时（11月30日 09:12起）`: hours and days in which the office was open."""
    begun = moment(at, year=False).striptags()
    try:
        long = worked(at, now, calendar=calendar(), hours=office_hours())
    except UnknownYear:
        return _("%(begun)s起", begun=begun)
    return _("已等%(long)s（%(begun)s起）", long=_length(long), begun=begun)


def _length(long: timedelta) -> str:
    hours = office_hours()
    day = timedelta(hours=hours.closes.hour - hours.opens.hour, minutes=hours.closes.minute - hours.opens.minute)
    if long < timedelta(hours=1):
        return _("不到1小时")
    if long < day:
        count = long // timedelta(hours=1)
        return ngettext("%(num)d小时", "%(num)d小时", count)
    count = long // day
    return ngettext("%(num)d个工作日", "%(num)d个工作日", count)


def _promise(parts: Parts, view: PartView, due: str) -> str:
    """The time that the table grants, and how much of it is left."""
    limit = parts.graph[view.part.key].within
    if limit is None or not due:
        return ""
    if limit.unit == "d":
        granted = ngettext("%(num)d天", "%(num)d天", limit.amount)
    else:
        granted = ngettext("%(num)d个工作日", "%(num)d个工作日", limit.amount)
    return _("承诺%(granted)s：%(due)s", granted=granted, due=due)
