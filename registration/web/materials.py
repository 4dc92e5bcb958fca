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
from registration.queries.casefile import CaseFile, Need, material_of
from registration.rules.founding_documents.texts import offered_kinds
from registration.rules.materials import material_law
from registration.rules.problems import Problem
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
    sent = request.files.getlist("file")
    replaces = request.form.get("replaces") or None
    try:
        if "replaces" not in request.form and to_replace(file, kind, need.files) is None:
            raise InvalidInput([Problem("replaces", "upload.which")])
        for one in (one for one in sent if one.filename):
            uploads.take(
                ref,
                kind,
                one.stream,
                filename=one.filename or "",
                settings=settings_here(),
                actor=the_actor(),
                now=now(),
                replaces=replaces,
            )
            replaces = None
        if not any(one.filename for one in sent):
            raise InvalidInput([Problem("file", "upload.missing")])
    except InvalidInput as invalid:
        return _page(file, need, field_errors(invalid.problems, ids=["file", "replaces"])), 422
    except Unavailable as away:
        # Beside the field, so that the file can be sent again from the same page.
        said = _page(file, need, [("file", title_of(away.reason, away.status))])
        return said, away.status, {"Retry-After": str(retry_seconds(away.reason))}
    flash(_("已上传%(label)s", label=say(need.need.label)), "ok")
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
