"""The archivist's home: files that are due, closed files, and consulting one for a purpose."""

from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import clock
from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.documents.downloads import attachment, stored
from registration.errors import InvalidInput
from registration.gateways.storage import storage
from registration.http.context import settings_here, the_actor
from registration.operations import archive
from registration.queries.archive import ArchiveSearch, archived_case, archived_page, due_for_archive
from registration.rules.periods import own_period
from registration.rules.whole_numbers import whole_number
from registration.web.account import problem_texts
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present import archive as present
from registration.web.present.story import story

blueprint = Blueprint("archive", __name__, url_prefix="/archive")

Page = str | Response | tuple[str, int]
FIELDS = ("words", "from", "to")


@blueprint.get("")
@access("archive.read")
def home() -> Page:
    asked = {name: request.args.get(name, "").strip() for name in FIELDS}
    search, problems = _search(asked)
    before = whole_number(request.args.get("before", ""))
    with reading() as session:
        due = due_for_archive(session, actor=the_actor())
        page = archived_page(session, search, actor=the_actor(), before=before)
    more = {name: value for name, value in asked.items() if value} | {"before": str(page.before)}
    body = render_template(
        "archive/home.html",
        due=[(case, case.due_at is None or case.due_at < now()) for case in due],
        page=page,
        asked=asked,
        further=f"{url_for('archive.home')}?{urlencode(more)}" if page.before else "",
        problems=problems,
    )
    return body, 422 if problems else 200


@blueprint.post("/<ref>/close")
@access("archive.read")
def close(ref: str) -> Response:
    archive.close(ref, actor=the_actor(), now=now())
    flash(_("已经归档，档案目录几秒钟后做好"), "ok")
    return redirect(url_for("archive.home"), 303)


@blueprint.get("/consult")
@access("archive.read")
def ask() -> Page:
    """Asks for the purpose; the file is shown by the answer alone, which leaves an audit line."""
    return _ask(request.args.get("ref", ""))


@blueprint.post("/<ref>")
@access("archive.read")
def consult(ref: str) -> Page:
    reason = request.form.get("reason", "")
    try:
        found = archive.consult(ref, reason=reason, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _ask(ref, problem_texts(invalid.problems)), invalid.status
    return render_template(
        "archive/file.html",
        case=found.case,
        reason=reason,
        head=found.manifest["history"],
        parts=present.parts_of(found.case, found.manifest),
        events=story(found.case, found.entries),
    )


@blueprint.post("/<ref>/files/<sha256>")
@access("archive.read")
def fetch(ref: str, sha256: str) -> Page:
    reason = request.form.get("reason", "")
    try:
        found = archive.fetch(ref, sha256, reason=reason, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _ask(ref, problem_texts(invalid.problems)), invalid.status
    content = stored(storage(settings_here()), found.storage_key, digest=found.sha256)
    return attachment(content, filename=found.name, mimetype=found.mime)


def _ask(ref: str, problems: list[tuple[str, str]] | None = None) -> str:
    with reading() as session:
        case = archived_case(session, ref, actor=the_actor())
    return render_template("archive/ask.html", case=case, problems=problems or [])


def _search(asked: dict[str, str]) -> tuple[ArchiveSearch, FieldErrors]:
    if not asked["from"] and not asked["to"]:
        return ArchiveSearch(asked["words"]), []
    today = clock.local_date(now()).isoformat()
    period, found = own_period(asked["from"] or asked["to"], asked["to"] or today)
    if period is None:
        return ArchiveSearch(asked["words"]), field_errors(found, ids=["from", "to"])
    since, until = clock.begins(period.first), clock.begins(period.last + timedelta(days=1))
    return ArchiveSearch(asked["words"], since, until), []
