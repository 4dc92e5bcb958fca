"""The licences of an application: listed and downloaded by who may."""

from flask import Response
from flask_openapi3 import Tag

from certificates.credentials import sd_jwt
from registration import clock, database
from registration.access import access
from registration.api.v1 import shapes
from registration.api.v1.blueprint import blueprint, reply
from registration.api.v1.present import licence_row
from registration.documents.credentials import credential_of
from registration.documents.downloads import attachment, stored
from registration.documents.phone_pictures import phone_picture
from registration.errors import NotFound
from registration.gateways.storage import storage
from registration.http.context import settings_here, the_actor
from registration.keys import trust_roots
from registration.models import Licence
from registration.queries.casefile import casefile

TAGS = [Tag(name="证照 Licences")]
PEM = {"content": {"application/x-pem-file": {"schema": {"type": "string"}}}}
SD_JWT = {"content": {sd_jwt.MEDIA_TYPE: {"schema": {"type": "string"}}}}
PNG = {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}


@blueprint.get(
    "/applications/<ref>/licences", tags=TAGS, responses={200: shapes.Licences}, summary="执照清单 · Its licences"
)
@access("licence.download")
def list_licences(path: shapes.CasePath) -> Response:
    return reply(shapes.Licences(items=[licence_row(one) for one in _sheets(path.ref)]))


@blueprint.get(
    "/applications/<ref>/licences/<licence>", tags=TAGS, responses={200: PDF}, summary="下载执照 · A licence as PDF"
)
@access("licence.download")
def download(path: shapes.LicencePath) -> Response:
    sheet = next((one for one in _sheets(path.ref) if one.ref == path.licence and one.storage_key), None)
    if sheet is None or sheet.storage_key is None:
        raise NotFound(licence=path.licence)
    content = stored(storage(settings_here()), sheet.storage_key, digest=sheet.sha256)
    name = f"{sheet.code}-{sheet.paper}-{sheet.copy_no}.pdf"
    return attachment(content, filename=name, mimetype="application/pdf", digest=sheet.sha256)


@blueprint.get(
    "/applications/<ref>/licences/<licence>/phone-picture",
    tags=TAGS,
    responses={200: PNG},
    summary="手机图片 · A licence as a picture for a phone",
)
@access("licence.download")
def phone_picture_of(path: shapes.LicencePath) -> Response:
    """PNG, marked as a copy, with the address and the code that check it."""
    with database.reading() as session:
        file = casefile(session, path.ref, actor=the_actor(), now=clock.now(), rule="licence.download")
    sheet = next((one for one in file.licences if one.ref == path.licence and one.storage_key), None)
    if sheet is None:
        raise NotFound(licence=path.licence)
    check = f"{settings_here().public_url}/v/{sheet.ref}"
    drawn = phone_picture(storage(settings_here()), sheet, firm=file.case.name, check=check)
    return attachment(drawn, filename=f"{sheet.code}-{sheet.paper}-{sheet.copy_no}.png", mimetype="image/png")


@blueprint.get(
    "/applications/<ref>/licences/<licence>/credential",
    tags=TAGS,
    responses={200: SD_JWT},
    summary="下载可验证凭证 · A licence as SD-JWT VC",
)
@access("licence.download")
def credential(path: shapes.LicencePath) -> Response:
    """Issuer's keys: /.well-known/jwt-vc-issuer. Whether it still holds: the status list that it names."""
    sheet = next((one for one in _sheets(path.ref) if one.ref == path.licence and one.storage_key), None)
    if sheet is None:
        raise NotFound(licence=path.licence)
    return Response(credential_of(sheet, settings_here(), now=clock.now()), mimetype=sd_jwt.MEDIA_TYPE)


@blueprint.get(
    "/trust-roots", tags=TAGS, responses={200: PEM}, summary="签章根证书 · Roots that licences are signed under"
)
@access("public")
def list_roots() -> Response:
    """For who checks a licence's signature away from this server. Fetch them over a connection that you trust."""
    return Response(b"".join(trust_roots(settings_here())), mimetype="application/x-pem-file")


def _sheets(ref: str) -> tuple[Licence, ...]:
    with database.reading() as session:
        return casefile(session, ref, actor=the_actor(), now=clock.now(), rule="licence.download").licences
