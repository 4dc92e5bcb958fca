"""The documents of an application: put in, listed, fetched, taken out."""

from typing import Annotated

from flask import Response
from flask_openapi3 import FileStorage, Tag
from pydantic import ConfigDict, Field

from registration import clock, database
from registration.access import access
from registration.api.v1 import shapes
from registration.api.v1.blueprint import blueprint, repeatable, reply
from registration.api.v1.present import material_row, need_row
from registration.api.v1.values import Parameters, choice
from registration.documents import uploads
from registration.documents.downloads import attachment, stored
from registration.errors import InvalidInput, NotFound
from registration.gateways.storage import storage
from registration.http.context import settings_here, the_actor
from registration.matters import matters
from registration.models import Material
from registration.operations import apply, sensitive
from registration.queries.casefile import case_for, casefile
from registration.queries.readable import material_of
from registration.rules.materials import material_kinds
from registration.rules.problems import Problem

TAGS = [Tag(name="材料 Documents")]
FILE = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}

# Those of all matters; the operation refuses one that the application's own matter does not have.
_KINDS = sorted(frozenset().union(*map(material_kinds, matters())))


class Upload(Parameters):
    """A document: PDF, JPEG, PNG or HEIC (kept as JPEG) by its content, up to 10 MB."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: Annotated[str, choice(*_KINDS)] = Field(description="A kind of the application's `needs`")
    replaces: str | None = Field(None, description="The document in whose place this one comes")
    file: FileStorage


@blueprint.get(
    "/applications/<ref>/materials", tags=TAGS, responses={200: shapes.Materials}, summary="材料清单 · Documents"
)
@access("material.read")
def list_materials(path: shapes.CasePath) -> Response:
    """An officer gets the documents of the agency's list, while the agency's part is open."""
    rule = "part.read" if the_actor().agency else "material.read"
    with database.reading() as session:
        file = casefile(session, path.ref, actor=the_actor(), now=clock.now(), rule=rule)
        return reply(
            shapes.Materials(needs=[need_row(need, regime=file.case.regime) for need in file.needs]),
            version=file.case.version,
        )


@blueprint.post(
    "/applications/<ref>/materials",
    tags=TAGS,
    responses={201: shapes.MaterialRow},
    summary="上传材料 · Hand in a document",
)
@access("material.upload")
def attach(path: shapes.CasePath, form: Upload) -> Response:
    _refuse_stranger(path.ref)
    if form.kind not in _KINDS:
        raise InvalidInput([Problem("kind", "choice.unknown")])
    taken = uploads.take(
        path.ref,
        form.kind,
        uploads.received(form.file.stream, form.file.filename, settings=settings_here()),
        settings=settings_here(),
        actor=the_actor(),
        now=clock.now(),
        replaces=form.replaces or None,
    )
    return reply(material_row(taken.material), 201)


@blueprint.get(
    "/applications/<ref>/materials/<material>", tags=TAGS, responses={200: FILE}, summary="下载材料 · A document"
)
@access("material.read")
def fetch(path: shapes.MaterialPath) -> Response:
    with database.reading() as session:
        case = case_for(session, path.ref, actor=the_actor(), rule="material.read")
        material = material_of(session, path.material, actor=the_actor())
    if material.application_id != case.id:
        raise NotFound(material=path.material)
    return _file_of(material)


@blueprint.post(
    "/applications/<ref>/materials/<material>/look",
    tags=TAGS,
    responses={200: FILE},
    summary="部门查阅材料 · A document for the officer who works on the case",
)
@access("material.look")
@repeatable
def look_at_document(path: shapes.MaterialPath, body: shapes.Why) -> Response:
    """With a reason; each access is recorded in the audit log."""
    actor, now = the_actor(), clock.now()
    return _file_of(sensitive.look_at_document(path.ref, path.material, reason=body.reason, actor=actor, now=now))


def _file_of(material: Material) -> Response:
    content = stored(storage(settings_here()), material.storage_key, digest=material.sha256)
    # Never shown inline: an uploaded file must not run on this site.
    return attachment(content, filename=material.filename, mimetype=material.content_type, digest=material.sha256)


@blueprint.delete(
    "/applications/<ref>/materials/<material>",
    tags=TAGS,
    responses={204: None},
    summary="移除材料 · Take a document out",
)
@access("material.upload")
def detach(path: shapes.MaterialPath) -> Response:
    apply.detach(path.ref, path.material, actor=the_actor(), now=clock.now())
    return Response(status=204)


def _refuse_stranger(ref: str) -> None:
    """Checks access before a file of ten megabytes is read and stored."""
    with database.reading() as session:
        case_for(session, ref, actor=the_actor(), rule="material.upload")
