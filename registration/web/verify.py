"""The public check of a licence: by number, by the QR code's address, by dropping the file. No sign-in."""

from hashlib import sha256
from urllib.parse import urlsplit

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from registration.access import access
from registration.believed import Believed
from registration.clock import now
from registration.db import reading
from registration.edge import PUBLIC_LIMIT, limiter, settings_here
from registration.gateways.examination import Examined, examine
from registration.operations.verify import note_check
from registration.queries.licences import LONGEST_CODE, Checked, check_code, check_file, check_token
from registration.web.present.licences import answer_of
from registration.web.present.paper_words import statement_expected

blueprint = Blueprint("verify", __name__)

Page = str | tuple[str, int]
MEGABYTE = 1024 * 1024


@blueprint.get("/check")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def check() -> Page:
    typed = request.args.get("q", "").strip()
    if not typed:
        return _page()
    with reading() as session:
        checked = check_code(session, typed[:LONGEST_CODE])
    return _answered(checked, typed=typed[:LONGEST_CODE])


@blueprint.post("/check")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def check_upload() -> Page:
    """The file is looked into, compared with what was issued, and not kept."""
    file = request.files.get("file")
    pdf = file.stream.read(settings_here().upload_bytes + 1) if file else b""
    if not pdf:
        return _page(problems=[("file", _("请选择要查验的PDF文件"))]), 422
    if len(pdf) > settings_here().upload_bytes:
        most = settings_here().upload_bytes // MEGABYTE
        words = _("文件超过%(most)s MB。电子执照通常不到1 MB，请选择原始文件", most=most)
        return _page(problems=[("file", words)]), 413
    digest = sha256(pdf).hexdigest()
    examined = examine(pdf, sha256=digest, believed=Believed.here(settings_here()))
    with reading() as session:
        checked = check_file(session, digest, doubts=examined.problems, claimed=examined.claimed)
    return _answered(checked, examined=examined)


@blueprint.get("/v/<token>")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def check_link(token: str) -> Page:
    with reading() as session:
        checked = check_token(session, token[:64])
    return _answered(checked)


def _answered(checked: Checked, *, typed: str = "", examined: Examined | None = None) -> str:
    note_check(checked, now=now())
    return _page(checked, typed=typed, examined=examined)


def _page(
    checked: Checked | None = None,
    *,
    typed: str = "",
    examined: Examined | None = None,
    problems: list[tuple[str, str]] | None = None,
) -> str:
    true_host = urlsplit(settings_here().public_url).netloc
    return render_template(
        "verify/check.html",
        answer=answer_of(checked, examined) if checked else None,
        checked=checked,
        expected=statement_expected(checked) if checked else None,
        checked_at=now(),
        typed=typed,
        problems=problems or [],
        true_host=true_host,
        looks_alike=request.host != true_host,
    )
