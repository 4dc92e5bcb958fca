"""The page that checks QR codes without a network: served, cached by a service worker, or saved as one file."""

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template
from markupsafe import Markup

from registration.access import access
from registration.clock import now
from registration.documents.downloads import attachment
from registration.http.context import PUBLIC_LIMIT, in_language, lang_here, limiter, settings_here
from registration.keys import offline
from registration.rules.languages import offered
from registration.web.city import city_file, colours_text

blueprint = Blueprint("offline", __name__, url_prefix="/offline-check")
STYLE, SCRIPTS = "heyi.css", ("statement.js", "offline.js")
CAMERA = "camera=(self), geolocation=(), microphone=()"


@blueprint.get("")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def page() -> Response:
    answer = Response(_page(saved=False), mimetype="text/html")
    answer.headers["Permissions-Policy"] = CAMERA
    return answer


@blueprint.get("/heyi-check.html")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def saved() -> Response:
    """One file with all content. Its own content security policy forbids network access."""
    return attachment(_page(saved=True), filename="heyi-check.html", mimetype="text/html")


@blueprint.get("/worker.js")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def worker() -> Response:
    """The service worker with its list of files; a changed list makes a new worker, which replaces the old one."""
    asset: Any = current_app.jinja_env.globals["asset"]
    own = (city_file(name) for name in ("colours", "icon"))
    files = ["/offline-check", *(asset(name) for name in (STYLE, *SCRIPTS)), *own]
    text = f"const FILES = {json.dumps(files)};\n{_static('worker.js')}"
    answer = Response(text, mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/offline-check"
    return answer


def _page(*, saved: bool) -> str:
    """Every language in one page, because another one cannot be loaded later."""
    rows = [one.row() for one in offline.published(settings_here()) if one.purpose == "qr"]
    chapters, chosen = {}, lang_here()
    for lang in offered():
        with in_language(lang):
            text = render_template("offline/_chapter.html", lang=lang, shown=lang == chosen, saved=saved)
            chapters[lang] = Markup(text)  # noqa: S704 - made by our own template
    return render_template(
        "offline/page.html",
        chapters=chapters,
        key_rows=json.dumps(rows),
        home=settings_here().public_url,
        made_on=now().date().isoformat(),
        saved=saved,
        inline=_inline() if saved else {},
    )


def _inline() -> dict[str, Markup | str]:
    scripts = "\n".join(map(_static, SCRIPTS))
    allowed = b64encode(sha256(scripts.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'; media-src blob:"
    return {
        "policy": policy,
        "style": Markup("<style>{}</style>").format(Markup(_static(STYLE) + colours_text())),  # noqa: S704 - our own file
        "scripts": Markup("<script>{}</script>").format(Markup(scripts)),  # noqa: S704 - our own files
    }


def _static(name: str) -> str:
    return Path(current_app.static_folder or "", name).read_text(encoding="utf-8")
