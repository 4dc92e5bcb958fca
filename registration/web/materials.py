"""The documents of an application: one page for each kind, and the previews and files of uploaded documents."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import database
from registration.access import access
from registration.clock import local_date, now
from registration.documents import previews, uploads
from registration.documents.downloads import attachment, stored
from registration.errors import ActionRefused, InvalidInput, NotFound, Unavailable
from registration.gateways.storage import storage
from registration.http.context import lang_here, say, settings_here, the_actor
from registration.http.problem_json import retry_seconds, title_of
from registration.models import Material
from registration.operations import apply
from registration.queries.casefile import CaseFile
from registration.queries.file_contents import Need
from registration.queries.readable import material_of
from registration.rules.founding_documents.texts import offered_kinds
from registration.rules.materials import material_law
from registration.rules.problems import Problem, problem_text
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.forms.section import open_case
from registration.web.present.asked import open_items, to_replace
from workflows.errors import Blocker

blueprint = Blueprint("materials", __name__)

Page = str | AnyResponse | tuple[str, int] | tuple[str, int, dict[str, str]]


@blueprint.get("/applications/<ref>/materials/<kind>")
@access("application.edit")
def edit(ref: str, kind: str) -> Page:
    return _page(*_opened(ref, kind))


@blueprint.post("/applications/<ref>/materials/<kind>")
@access("material.upload")
def upload(ref: str, kind: str) -> Page:
    """Checks the upload before anything is stored; a refused file changes nothing."""
    file, need = _opened(ref, kind)
    try:
        if "replaces" not in request.form and to_replace(file, kind, need.files) is None:
            raise InvalidInput([Problem("replaces", "upload.which")])
        is_clear = _take_all(ref, kind, _sent(), replaces=request.form.get("replaces") or None)
    except (InvalidInput, Unavailable) as refused:
        return _refused(file, need, refused)
    if is_clear:
        flash(_("已上传%(label)s", label=say(need.need.label)), "ok")
    else:
        flash(_("已上传%(label)s，但可能看不清，请看文件下面的提示", label=say(need.need.label)), "warn")
    return redirect(url_for("materials.edit", ref=ref, kind=kind), 303)


def _sent() -> list[uploads.Sent]:
    """The files of the request; several pictures as one document if the person asked for that."""
    chosen = [one for one in request.files.getlist("file") if one.filename]
    if not chosen:
        raise InvalidInput([Problem("file", "upload.missing")])
    sent = [uploads.received(one.stream, one.filename, settings=settings_here()) for one in chosen]
    return uploads.together(sent, settings=settings_here()) if request.form.get("together") else sent


def _take_all(ref: str, kind: str, sent: Sequence[uploads.Sent], *, replaces: str | None) -> bool:
    """Keeps the files, the first in place of the one it `replaces`; whether a person can probably read all of them."""
    is_clear = True
    for one in sent:
        taken = uploads.take(ref, kind, one, settings=settings_here(), actor=the_actor(), now=now(), replaces=replaces)
        replaces, is_clear = None, is_clear and not taken.faults
    return is_clear


def _refused(file: CaseFile, need: Need, error: InvalidInput | Unavailable) -> Page:
    if isinstance(error, InvalidInput):
        return _page(file, need, field_errors(error.problems, ids=["file", "replaces"])), 422
    # Beside the field, so that the file can be sent again from the same page.
    said = _page(file, need, [("file", title_of(error.reason, error.status))])
    return said, error.status, {"Retry-After": str(retry_seconds(error.reason))}


@blueprint.post("/applications/<ref>/materials/<kind>/<material>/turn")
@access("material.upload")
def turn(ref: str, kind: str, material: str) -> Page:
    """A quarter turn to the right; the file as it was stays in the case's record."""
    file, need = _opened(ref, kind)
    one = next((one for one in need.files if one.ref == material), None)
    if one is None:
        raise NotFound(material=material)
    content = stored(storage(settings_here()), one.storage_key, digest=one.sha256)
    try:
        turned = uploads.turned(content, one.filename, content_type=one.content_type, faults=one.faults)
        _take_all(ref, kind, [turned], replaces=one.ref)
    except (InvalidInput, Unavailable) as refused:
        return _refused(file, need, refused)
    return redirect(url_for("materials.edit", ref=ref, kind=kind), 303)


@blueprint.post("/applications/<ref>/materials/<kind>/<material>/remove")
@access("material.upload")
def remove(ref: str, kind: str, material: str) -> Page:
    _opened(ref, kind)
    apply.detach(ref, material, actor=the_actor(), now=now())
    flash(_("已移除这份文件"), "ok")
    return redirect(url_for("materials.edit", ref=ref, kind=kind), 303)


@blueprint.get("/materials/<material>/pages/<int:page>.png")
@access("material.read")
def picture(material: str, page: int) -> Response:
    """A page as a picture rendered by this site: an uploaded file is never shown inline."""
    with database.reading() as session:
        return picture_of(material_of(session, material, actor=the_actor()), page)


@blueprint.get("/materials/<material>")
@access("material.read")
def download(material: str) -> Response:
    with database.reading() as session:
        return file_of(material_of(session, material, actor=the_actor()))


def file_of(material: Material) -> Response:
    """The document itself, for an authorized reader: as a download, never inline."""
    content = stored(storage(settings_here()), material.storage_key, digest=material.sha256)
    return attachment(content, filename=material.filename, mimetype=material.content_type)


def picture_of(material: Material, page: int) -> Response:
    """The picture of one page, for an authorized reader."""
    drawn = previews.page_image(
        storage(settings_here()),
        storage_key=material.storage_key,
        sha256=material.sha256,
        content_type=material.content_type,
        page=page,
    )
    return Response(drawn, mimetype="image/png")


def _opened(ref: str, kind: str) -> tuple[CaseFile, Need]:
    file = open_case(ref)
    # A file can be uploaded in place of a document that the system makes.
    needs = [*file.needs, *(need for document in file.documents for need in document.needs)]
    need = next((need for need in needs if need.need.kind == kind), None)
    if need is None:
        raise NotFound(material=kind)
    if not need.open:
        raise ActionRefused([Blocker("not_editable", {})], ref=ref)
    return file, need


@blueprint.app_template_filter("picture_faults")
def picture_faults(material: Material) -> list[str]:
    """Why a person may fail to read the document, until it is replaced."""
    return [problem_text(Problem("file", fault), lang_here()) for fault in material.faults]


@blueprint.app_template_global("replacements")
def replacements(files: Sequence[Material]) -> list[tuple[str, str]]:
    """The files that a new one may replace."""
    return [(one.ref, _("替换%(name)s", name=one.filename)) for one in files]


def _page(file: CaseFile, need: Need, problems: FieldErrors | None = None) -> str:
    kind, case = need.need.kind, file.case
    return render_template(
        "materials/edit.html",
        file=file,
        need=need,
        law=material_law(need.need, regime=file.case.regime, on=local_date(now()), lang=lang_here()),
        asked=open_items(file, f"material.{kind}"),
        replaces=to_replace(file, kind, need.files),
        made=next((one for one in file.documents if kind in one.row.replaces), None),
        offered=kind in offered_kinds(entity_type=case.entity_type, regime=case.regime, matter=case.matter),
        problems=problems or [],
    )
