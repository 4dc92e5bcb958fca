"""Calendars of working days: the years that are known, a year's months, and loading a notice after a look at it."""

from dataclasses import dataclass
from hashlib import sha256

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import clock
from registration.access import access
from registration.database import reading
from registration.errors import InvalidInput, NotFound
from registration.http.context import the_actor
from registration.matters import calendar
from registration.operations.calendars import begin_load
from registration.queries.calendar_changes import CalendarChange, calendar_change
from registration.queries.calendars import known_years, missing_year, year_shown, years_listed
from registration.queries.setting_changes import CALENDAR, open_changes
from registration.rules.holiday_notice import as_text, read_notice
from registration.rules.problems import InvalidForm, Problem
from registration.rules.whole_numbers import whole_number
from registration.rules.working_days import DayRow, has_header, read_days, written_days
from registration.web.account import problem_texts
from registration.web.present.calendars import months_of

blueprint = Blueprint("calendars", __name__, url_prefix="/admin/calendars")

Page = str | Response | tuple[str, int]
Problems = list[tuple[str, str]]
LARGEST = 256 * 1024
FIRST, LAST = 2004, 2100


@dataclass(frozen=True)
class Asked:
    """A notice or a table as it was given, and the year of which it is the whole arrangement; None: single days."""

    year: int | None
    text: str


@blueprint.get("")
@access("system.manage")
def listed() -> str:
    today = clock.local_date(clock.now())
    with reading() as session:
        years = years_listed(session, calendar=calendar(), today=today)
        waiting = open_changes(session, actor=the_actor(), kinds=(CALENDAR,))
    missing = missing_year(calendar(), today=today)
    return render_template("calendars/listed.html", years=years, waiting=waiting, missing=missing)


@blueprint.get("/<int:year>")
@access("system.manage")
def show(year: int) -> str:
    if not FIRST <= year <= LAST or not calendar().knows(year):
        raise NotFound(year=year)
    with reading() as session:
        found = year_shown(session, year, calendar=calendar())
        known = years_listed(session, calendar=calendar(), today=clock.local_date(clock.now()))
    return render_template(
        "calendars/year.html",
        found=found,
        months=months_of(found, calendar()),
        loaded=next((one for one in known if one.year == year), None),
    )


@blueprint.route("/load", methods=["GET", "POST"])
@access("system.manage")
def load() -> Page:
    """What was typed is read and shown; nothing is loaded before that was seen."""
    if request.method == "GET" or "edit" in request.form:
        return _form()
    try:
        asked = _asked()
        rows = _read(asked)
    except InvalidForm as wrong:
        return _form(problem_texts(wrong.problems)), 422
    return _look(asked, rows)


@blueprint.post("/take")
@access("system.manage")
def take() -> Page:
    """Loads what was shown, or proposes it. Where the calendar has changed since, it is shown again."""
    try:
        asked = _asked()
        rows = _read(asked)
    except InvalidForm as wrong:
        return _form(problem_texts(wrong.problems)), 422
    if request.form.get("seen") != _mark(_change(asked, rows)):
        return _look(asked, rows, [("reason", _("日历在您看的时候变了，请再看一次"))]), 409
    try:
        reason = request.form.get("reason", "")
        proposed = begin_load(rows, year=asked.year, reason=reason, actor=the_actor(), now=clock.now())
    except InvalidInput as invalid:
        return _look(asked, rows, problem_texts(invalid.problems)), invalid.status
    if proposed is not None:
        flash(_("已经提出，等另一人决定"), "ok")
        return redirect(url_for("setting_changes.listed"), 303)
    flash(_("%(days)s天已经载入。等着这一年日历的申请，几秒钟后就有承诺时间", days=len(rows)), "ok")
    return redirect(url_for("calendars.listed"), 303)


def _asked() -> Asked:
    """InvalidForm where there is nothing to read. The text of a file takes the place of what was typed."""
    file = request.files.get("file")
    content = file.stream.read(LARGEST + 1) if file else b""
    text = as_text(content) if content else request.form.get("text", "")
    if not text.strip() or len(content) > LARGEST:
        raise InvalidForm([Problem("text", "calendar.text_missing")])
    year = whole_number(request.form.get("year", ""), least=FIRST, most=LAST)
    return Asked(year, text)


def _read(asked: Asked) -> tuple[DayRow, ...]:
    known, content = known_years(calendar()), asked.text.encode()
    try:
        if has_header(content):
            return read_days(content, year=asked.year, known=known)
        if asked.year is None:
            raise InvalidForm([Problem("year", "calendar.year_missing")])
        return read_notice(asked.text, year=asked.year, known=known)
    except InvalidForm as wrong:
        # Both readers name the file; here it is the field that shows its text.
        raise InvalidForm([_at_text(one) for one in wrong.problems]) from None


def _at_text(one: Problem) -> Problem:
    return Problem("text", one.code, one.data) if one.path == "file" else one


def _change(asked: Asked, rows: tuple[DayRow, ...]) -> CalendarChange:
    with reading() as session:
        return calendar_change(session, rows, year=asked.year, calendar=calendar())


def _mark(change: CalendarChange) -> str:
    """What was shown, to notice that it is no longer so; a notice and the table made from it are the same."""
    days = sorted((row.day, row.works, row.note) for row in change.rows)
    return sha256(repr((change.year, days, change.differences, change.in_force)).encode()).hexdigest()


def _look(asked: Asked, rows: tuple[DayRow, ...], problems: Problems | None = None) -> str:
    change = _change(asked, rows)
    return render_template(
        "calendars/look.html",
        change=change,
        text=written_days(rows),
        mark=_mark(change),
        reason=request.form.get("reason", ""),
        problems=problems or [],
    )


def _form(problems: Problems | None = None) -> str:
    today = clock.local_date(clock.now())
    missing = missing_year(calendar(), today=today)
    typed = request.values.get("year")
    try:
        text = _asked().text if request.method == "POST" else ""
    except InvalidForm:
        text = request.form.get("text", "")
    return render_template(
        "calendars/load.html",
        years=[(year, _("%(year)s年，全年", year=year)) for year in range(today.year - 1, today.year + 3)],
        year=typed if typed is not None else missing or today.year + 1,
        text=text,
        problems=problems or [],
    )
