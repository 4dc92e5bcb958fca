"""Public pages: home, help, accessibility, privacy, and the probes for operators."""

from datetime import date, timedelta

from flask import Blueprint, Response, jsonify, render_template, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from registration import clock
from registration.access import access
from registration.database import reading
from registration.http.context import PUBLIC_LIMIT, lang_here, limiter, settings_here
from registration.queries.history import DaySpan
from registration.queries.roots import roots_in
from registration.rules.privacy_notice import notice_sections, notice_version
from registration.web.kept_pages import Page, same_for_all
from registration.web.present.example_office import Overview, overview

blueprint = Blueprint("public", __name__)
MONTH, YEAR = timedelta(days=30), timedelta(days=365)


@blueprint.get("/")
@access("public")
def home() -> Page:
    return render_template("public/home.html", office=_example_office()) if settings_here().demo else _home()


@same_for_all
def _home() -> Page:
    return render_template("public/home.html", office=None)


def _example_office() -> Overview | None:
    """None in an outage: the home page is shown all the same."""
    try:
        with reading() as session:
            return overview(session, now=clock.now())
    except SQLAlchemyError:
        return None


@blueprint.get("/help")
@access("public")
@same_for_all
def help_page() -> Page:
    return render_template("public/help.html")


@blueprint.get("/accessibility")
@access("public")
@same_for_all
def accessibility() -> Page:
    return render_template("public/accessibility.html")


@blueprint.get("/privacy")
@access("public")
@same_for_all
def privacy() -> Page:
    return render_template("public/privacy.html", version=notice_version(), sections=list(notice_sections(lang_here())))


@blueprint.get("/.well-known/heyi-history-roots.json")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def history_roots() -> Response:
    """The daily roots for safekeeping elsewhere: `from` and `to` are days, at most a year apart; else the last month.

    They show only the number of entries that an office wrote on a day.
    """
    last = request.args.get("to", clock.local_date(clock.now()), type=_day)
    first = request.args.get("from", last - MONTH, type=_day)
    with reading() as session:
        return jsonify(roots=list(roots_in(session, DaySpan(None, max(first, last - YEAR), last))))


@blueprint.get("/livez")
@access("public")
def livez() -> Response:
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@access("public")
def readyz() -> Response:
    """Ready means that an application could be submitted: the database answers. The broker may be away meanwhile."""
    try:
        with reading() as session:
            session.connection().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return Response("database\n", status=503, mimetype="text/plain", headers={"Retry-After": "5"})
    return Response("ok\n", mimetype="text/plain")


def _day(text: str) -> date:
    """ValueError also for a day so far away that its month would leave the calendar."""
    day = date.fromisoformat(text)
    if not 2000 <= day.year < 9000:
        raise ValueError(text)
    return day
