"""Messages about a case: the applicant's page and the desk's tab, with the same list and form."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.access import access
from registration.clock import local_date, now
from registration.database import reading
from registration.documents import uploads
from registration.documents.downloads import attachment, stored
from registration.errors import Conflict, InvalidInput, Unavailable
from registration.gateways.storage import storage
from registration.http.context import settings_here, the_actor
from registration.http.problem_json import title_of
from registration.models import Registrar
from registration.operations import correspondence
from registration.operations.apply import Stored
from registration.operations.correspondence import LONGEST_MESSAGE
from registration.queries.correspondence import correspondence_of, file_of_message
from registration.queries.registrar_profiles import profile_on
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.review import tab_of

blueprint = Blueprint("correspondence", __name__)

Page = str | AnyResponse | tuple[str, int]


@blueprint.get("/applications/<ref>/messages")
@access("application.edit")
def show(ref: str) -> str:
    return _applicants_page(ref)


@blueprint.post("/applications/<ref>/messages")
@access("message.write")
def send(ref: str) -> Page:
    return _sent(ref, to=url_for("correspondence.show", ref=ref), page=_applicants_page)


@blueprint.get("/desk/cases/<ref>/messages")
@access("inbox.read")
def desk(ref: str) -> str:
    return _desk_page(ref)


@blueprint.post("/desk/cases/<ref>/messages")
@access("inbox.read")
def answer(ref: str) -> Page:
    return _sent(ref, to=url_for("correspondence.desk", ref=ref), page=_desk_page)


@blueprint.post("/desk/cases/<ref>/messages/settle")
@access("inbox.read")
def settle(ref: str) -> AnyResponse:
    correspondence.settle(ref, actor=the_actor(), now=now())
    flash(_("已记下，这些留言不用答复"), "ok")
    return redirect(url_for("correspondence.desk", ref=ref), 303)


@blueprint.get("/message-files/<file>")
@access("message.read")
def download(file: str) -> Response:
    """A file of a message, for both sides: as a download, never inline."""
    with reading() as session:
        found = file_of_message(session, file, actor=the_actor())
    content = stored(storage(settings_here()), found.storage_key, digest=found.sha256)
    return attachment(content, filename=found.filename, mimetype=found.content_type)


def _sent(ref: str, *, to: str, page: Any) -> Page:
    """Checks the files before anything is written; a refusal keeps the text on the page."""
    sent = {"words": request.form.get("words", ""), "sent_key": request.form.get("sent_key", "")[:40]}
    try:
        if correspondence.may_write(ref, **sent, actor=the_actor()):
            correspondence.write(ref, **sent, files=_files(ref), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return page(ref, field_errors(invalid.problems, ids=["words", "file"])), invalid.status
    except (Conflict, Unavailable) as refused:
        anchor = "file" if isinstance(refused, Unavailable) else "words"
        return page(ref, [(anchor, title_of(refused.reason, refused.status))]), refused.status
    flash(_("已发送，对方会收到通知"), "ok")
    return redirect(to, 303)


def _files(ref: str) -> list[Stored]:
    chosen = [one for one in request.files.getlist("file") if one.filename]
    here = settings_here()
    sent = [uploads.received(one.stream, one.filename, settings=here) for one in chosen]
    return uploads.checked_for_message(ref, sent, settings=here, actor=the_actor(), now=now())


def _applicants_page(ref: str, problems: FieldErrors | None = None) -> str:
    return render_template("correspondence/case.html", **_shown(ref, problems))


def _desk_page(ref: str, problems: FieldErrors | None = None) -> str:
    return render_template("correspondence/desk.html", **tab_of(ref, "messages"), **_shown(ref, problems))


def _shown(ref: str, problems: FieldErrors | None) -> Mapping[str, Any]:
    with reading() as session:
        found = correspondence_of(session, ref, actor=the_actor())
        registrar = session.get_one(Registrar, found.case.registrar_code)
        printed = profile_on(session, registrar, on=local_date(now()))
    return {
        "letters": found,
        "registrar": registrar,
        "printed": printed,
        "sent_key": token_urlsafe(12),
        "typed": request.form.get("words", ""),
        "problems": problems or [],
        "most": LONGEST_MESSAGE,
    }
