"""The desk's messages about promises: those nearly or already broken, and a missing calendar."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup
from sqlmodel import Session

from registration.actor import Actor
from registration.clock import local_date
from registration.http.context import say
from registration.matters import calendar, definition_of, shipped
from registration.models import Application, PromiseAlert
from registration.queries.calendars import missing_year
from registration.queries.promises import lacking_years
from registration.web.present.states import Mark

_KEPT = "cases without a promise"


def alert_marks(case: Application, alerts: Iterable[PromiseAlert]) -> tuple[Mark, ...]:
    """The latest alert of the case's own promise and of each part's."""
    latest = {one.part_key: one for one in alerts}
    return tuple(alert_mark(one.kind, _part_label(case, key)) for key, one in latest.items())


def alert_mark(kind: str, part: str = "") -> Mark:
    """That four fifths of the time are over, or that the promise is broken and was reported; of a part its name."""
    words, shape = (_("超期已上报"), "bad") if kind == "overdue" else (_("快到期"), "warn")
    if part:
        # A sign instead of a text, so that a list of parts stays narrow.
        return Markup('{}<span class="vh">{}{}</span>').format(part, _("："), words), shape
    return words, shape


def answers_for(actor: Actor) -> bool:
    """Whether broken promises are reported to one of the actor's roles."""
    states = (state for key in shipped() for state in definition_of(key).states.values())
    return any(set(state.escalates_to) & actor.roles for state in states)


def calendar_notes(session: Session, *, actor: Actor, now: datetime) -> list[str]:
    """For those responsible for promises: how many are missing by year of the calendar, and the year needed soon."""
    if not answers_for(actor):
        return []
    lacking = _lacking(session, actor.registrar_code, now=now)
    said = [
        _("%(year)s年的工作日安排还没有录入，%(count)s件因此没有承诺时间。请系统管理员录入。", year=year, count=count)
        for year, count in sorted(lacking.items())
    ]
    missing = missing_year(calendar(), today=local_date(now))
    if missing is not None and missing not in lacking:
        said.append(_("%(year)s年的工作日安排还没有录入，快要影响承诺时间。请系统管理员录入。", year=missing))
    return said


def _lacking(session: Session, registrar_code: str | None, *, now: datetime) -> Mapping[int, int]:
    """Kept until the minute is over: it is worked out from the histories of up to a thousand cases."""
    minute = now.replace(second=0, microsecond=0)
    kept = current_app.extensions.setdefault(_KEPT, {})
    if registrar_code not in kept or kept[registrar_code][0] != minute:
        kept[registrar_code] = minute, lacking_years(session, registrar_code=registrar_code)
    found: Mapping[int, int] = kept[registrar_code][1]
    return found


def _part_label(case: Application, key: str) -> str:
    parts = definition_of(case.definition).parts
    return say(parts.graph[key].label) if key and parts is not None else ""
