"""The public check of a licence: by number, by the QR code's address, by dropping the file. No sign-in."""

from urllib.parse import urlsplit

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from registration import verification
from registration.access import access
from registration.clock import now
from registration.errors import InvalidInput, Unavailable
from registration.gateways.examination import Examined
from registration.http.context import PUBLIC_LIMIT, limiter, settings_here
from registration.http.problem_json import retry_seconds, title_of
from registration.queries.licences import LONGEST_CODE, Checked
from registration.web.present.licences import answer_of
from registration.web.present.paper_words import statement_expected

blueprint = Blueprint("verify", __name__)

Page = str | tuple[str, int] | tuple[str, int, dict[str, str]]


@blueprint.get("/check")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def check() -> Page:
    typed = request.args.get("q", "").strip()
    if not typed:
        return _page()
    typed = typed[:LONGEST_CODE]
    return _page(verification.check_number(typed), typed=typed)


@blueprint.post("/check")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def check_upload() -> Page:
    """The file is examined, compared with the issued one, and not stored."""
    file = request.files.get("file")
    try:
        answer = verification.check_upload(file.stream if file else None, settings=settings_here())
    except InvalidInput as refused:
        if refused.problems[0].code == "upload.empty":
            return _page(problems=[("file", _("请选择要查验的PDF文件"))]), 422
        most = settings_here().upload_bytes // verification.MEGABYTE
        words = _("文件超过%(most)s MB。电子执照通常不到1 MB，请选择原始文件", most=most)
        return _page(problems=[("file", words)]), 413
    except Unavailable as away:
        problems = [("file", title_of(away.reason, away.status))]
        return _page(problems=problems), away.status, {"Retry-After": str(retry_seconds(away.reason))}
    return _page(answer.checked, examined=answer.examined)


@blueprint.get("/v/<token>")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def check_link(token: str) -> Page:
    return _page(verification.check_address(token[:64]))


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
