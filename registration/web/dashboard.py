"""The director's dashboard: figures of a period, the cases behind them, a forecast, a display for a wall."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlmodel import Session

from registration.access import access
from registration.actor import Actor
from registration.clock import local_date, now
from registration.database import reading
from registration.documents.downloads import attachment
from registration.errors import NotFound
from registration.http.context import lang_here, the_actor
from registration.matters import matters
from registration.models import Registrar
from registration.queries.dashboard.behind import cases_behind
from registration.queries.dashboard.forecast import forecast_for
from registration.queries.dashboard.selection import Selection
from registration.rules import csv_text
from registration.rules.languages import joined
from registration.rules.periods import KINDS, Period, own_period, period_of
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present import desk
from registration.web.present.dashboard import FIGURES
from registration.web.present.districts import districts_served
from registration.web.present.forecast import forecast_figures
from registration.web.present.kinds import matter_choices, type_choices
from registration.web.present.report import Figure, Report, headlines, wall

blueprint = Blueprint("dashboard", __name__, url_prefix="/desk/dashboard")

Page = str | tuple[str, int]
PERIODS = {
    "month": _l("本月"),
    "last_month": _l("上月"),
    "quarter": _l("本季度"),
    "year": _l("本年"),
    "own": _l("自己选"),
}
FILTERS = ("period", "from", "to", "matter", "entity_type", "district")
REFRESH_SECONDS = 60


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the period, the cases, and what is wrong with it."""

    kind: str
    selection: Selection
    query: Mapping[str, str]
    problems: FieldErrors


@blueprint.get("")
@access("dashboard.read")
def show() -> Page:
    asked = _asked(the_actor(), now())
    with reading() as session:
        report = _report(session, asked)
        shown = headlines(report)
        figures = [build(report) for build in FIGURES.values()]
        registrar = session.get_one(Registrar, asked.selection.registrar_code)
    body = render_template(
        "dashboard/show.html",
        **_frame(asked),
        headlines=shown,
        figures=figures,
        registrar=registrar,
        csv_at=lambda figure: f"{url_for('dashboard.table')}?{urlencode({**asked.query, 'figure': figure.key})}",
        made_at=now(),
    )
    return (body, 422) if asked.problems else body


@blueprint.get("/table.csv")
@access("dashboard.read")
def table() -> Response:
    """The table of one figure as CSV."""
    figure = request.args.get("figure", "")
    if figure not in FIGURES:
        raise NotFound(figure=figure)
    asked = _asked(the_actor(), now())
    with reading() as session:
        found = FIGURES[figure](_report(session, asked))
    days = asked.selection.period
    return _csv(found, f"{asked.selection.registrar_code}-{figure}-{days.first}-{days.last}.csv")


@blueprint.get("/cases")
@access("dashboard.read")
def cases() -> str:
    """The cases behind a number."""
    actor, asked = the_actor(), _asked(the_actor(), now())
    what, value = request.args.get("what", ""), request.args.get("value", "")
    cursor = request.args.get("after", "")
    with reading() as session:
        page = cases_behind(session, asked.selection, what=what, value=value, now=now(), cursor=cursor)
        lines = [desk.line_of(row, actor=actor, now=now()) for row in page.rows]
    here = {**asked.query, "what": what, "value": value}
    return render_template(
        "dashboard/cases.html",
        **_frame(asked),
        lines=lines,
        next=f"{url_for('dashboard.cases')}?{urlencode({**here, 'after': page.next})}" if page.next else "",
        first=f"{url_for('dashboard.cases')}?{urlencode(here)}" if cursor else "",
        what=_what_words(what),
    )


@blueprint.get("/forecast")
@access("dashboard.read")
def forecast() -> str:
    """The next weeks, simulated."""
    actor, asked = the_actor(), _asked(the_actor(), now())
    matter = asked.selection.matter or matters()[0]
    with reading() as session:
        found = forecast_for(session, registrar_code=actor.registrar_code or "", matter=matter, now=now())
    return render_template(
        "dashboard/forecast.html",
        **_frame(asked),
        found=found,
        figures=forecast_figures(found),
        matter=matter,
    )


@blueprint.get("/wall")
@access("dashboard.read")
def wall_display() -> str:
    """Large numbers for a screen in the hall, which loads itself again."""
    code, today = the_actor().registrar_code or "", local_date(now())
    month, day = (Selection(code, period) for period in (period_of("month", today=today), Period(today, today)))
    with reading() as session:
        shown = wall(*(Report(session, one, now(), _nowhere) for one in (month, day)))
        registrar = session.get_one(Registrar, code)
    return render_template(
        "dashboard/wall.html", headlines=shown, registrar=registrar, made_at=now(), seconds=REFRESH_SECONDS
    )


def _asked(actor: Actor, at: datetime) -> Asked:
    given = {name: request.args.get(name, "").strip() for name in FILTERS}
    kind = given["period"] if given["period"] in KINDS else KINDS[0]
    period: Period | None = period_of(kind, today=local_date(at))
    problems: FieldErrors = []
    if kind == "own":
        period, found = own_period(given["from"], given["to"])
        problems = field_errors(found, ids=["from", "to"])
    usual = period_of(KINDS[0], today=local_date(at))
    known = {name: [key for key, _words in choices] for name, choices in _choices().items()}
    chosen = {name: given[name] if given[name] in keys else "" for name, keys in known.items()}
    cases = (chosen["matter"], chosen["entity_type"], chosen["district"])
    selection = Selection(actor.registrar_code or "", period or usual, *cases)
    own = {name: given[name] for name in ("from", "to")} if kind == "own" else {}
    return Asked(kind, selection, {"period": kind, **own, **{k: v for k, v in chosen.items() if v}}, problems)


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "matter": matter_choices(),
        "entity_type": type_choices(),
        "district": districts_served(),
    }


def _report(session: Session, asked: Asked) -> Report:
    def link(what: str, value: str) -> str:
        return f"{url_for('dashboard.cases')}?{urlencode({**asked.query, 'what': what, 'value': value})}"

    return Report(session, asked.selection, now(), link)


def _nowhere(_what: str, _value: str) -> str:
    return ""


def _frame(asked: Asked) -> dict[str, Any]:
    """What each page of the dashboard shows above its own content."""
    choices = _choices()
    chosen = [dict(choices[name])[asked.query[name]] for name in choices if name in asked.query]
    filters = {name: text for name, text in asked.query.items() if name in choices}
    return {
        "kind": asked.kind,
        "days": asked.selection.period,
        "typed": {name: request.args.get(name, "") for name in ("from", "to")},
        "chosen": {name: asked.query.get(name, "") for name in choices},
        "chosen_words": joined("list", lang_here(), chosen),
        "choices": choices,
        "periods": [(key, str(words), _period_at(key, filters)) for key, words in PERIODS.items()],
        "query": dict(asked.query),
        "problems": asked.problems,
    }


def _period_at(kind: str, filters: Mapping[str, str]) -> str:
    return f"{url_for('dashboard.show')}?{urlencode({'period': kind, **filters})}"


def _csv(figure: Figure, filename: str) -> Response:
    lines = [[heading for heading, _look in figure.headings], *([cell.text for cell in row] for row in figure.rows)]
    return attachment(csv_text.written(lines), filename=filename, mimetype="text/csv; charset=utf-8")


def _what_words(what: str) -> str:
    return {
        "received": _("收到的申请"),
        "decided": _("办结的申请"),
        "refused": _("不予登记、不予受理的申请"),
        "corrected": _("补正过的申请"),
        "stayed": _("经过这个环节的申请"),
        "in_time": _("按期办结的申请"),
        "late": _("超期办结的申请"),
        "at_once": _("系统即时核准的申请，或者其中抽中的"),
        "overdue": _("现在超期的申请"),
        "overdue_parts": _("部门现在超期的申请"),
        "held": _("手上的申请"),
        "rated": _("有这一评价的申请"),
        "complained": _("有投诉的申请"),
        "ordered": _("有督办的申请"),
    }[what]
