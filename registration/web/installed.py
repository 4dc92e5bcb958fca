"""The pages as an app on a phone: its manifest, the service worker, and the page that it shows without a network."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from registration.access import access
from registration.http.context import in_language, lang_here
from registration.rules.city import APP_ICON_SIDE, city
from registration.rules.languages import CatalogueKey, catalogue_key, known, offered, said
from registration.web.city import city_file
from registration.web.i18n import html_lang
from workflows.definition.values import DEFAULTS

blueprint = Blueprint("installed", __name__)
# As --paper in web/static/heyi.css.
PAPER = "#f5f4f0"
STYLE, WORKER = "heyi.css", "app_worker.js"


@blueprint.record_once
def _install(state: Any) -> None:
    app: Flask = state.app
    app.jinja_env.globals.update(app_manifest=manifest_address, has_app_icon=lambda: city().app_icon is not None)


@blueprint.get("/app.webmanifest")
@access("public")
def manifest() -> Response:
    """A browser asks for it without cookies, so that the language is in the address."""
    return Response(_manifest_text(known(request.args.get("lang_of"))), mimetype="application/manifest+json")


@blueprint.get("/worker.js")
@access("public")
def worker() -> Response:
    """At the root, because a worker is responsible for what is below it. Browsers look for a new one once an hour."""
    answer = Response(_worker_text(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@blueprint.get("/no-network")
@access("public")
def no_network() -> str:
    """Every language in one page, and nothing of who asks: the worker keeps it on the device."""
    return _page()


def manifest_address() -> str:
    """Where the manifest in the reader's language is."""
    return _manifest_address(catalogue_key(lang_here()))


@cache
def _manifest_address(key: CatalogueKey) -> str:
    lang, _folders = key
    digest = sha256(_manifest_text(lang).encode()).hexdigest()[:12]
    return url_for("installed.manifest", lang_of=lang, v=digest)


def _manifest_text(lang: str) -> str:
    """W3C Web Application Manifest."""
    about = city().about
    with in_language(lang):
        short_name = _("合一")
    content = {
        "id": "/",
        "name": said(about.title, lang),
        "short_name": short_name,
        "lang": html_lang(lang),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": about.colours.light.band,
        "background_color": PAPER,
        "icons": _icons(),
    }
    return json.dumps(content, ensure_ascii=False)


def _icons() -> list[dict[str, str]]:
    drawing = {"type": "image/svg+xml", "sizes": "any", "purpose": "any"}
    icons = [{"src": city_file("icon"), **drawing}]
    if city().app_icon is not None:
        side = f"{APP_ICON_SIDE}x{APP_ICON_SIDE}"
        picture = {"src": city_file("app_icon"), "type": "image/png", "sizes": side}
        icons += [picture | {"purpose": purpose} for purpose in ("any", "maskable")]
    return icons


def _worker_text() -> str:
    """The worker after the list of its files. Whatever changes in them or in the page makes a new worker."""
    asset: Any = current_app.jinja_env.globals["asset"]
    own = [city_file(name) for name in ("colours", "icon")]
    page = url_for("installed.no_network")
    files = [page, asset(STYLE), *own]
    text = Path(current_app.static_folder or "", WORKER).read_text(encoding="utf-8")
    version = sha256(f"{files}{text}{_page()}".encode()).hexdigest()[:12]
    head = {"CACHE": f"heyi-app {version}", "FILES": files, "ICON": own[1]}
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in head.items()) + text


def _page() -> str:
    chapters: list[tuple[str, Markup]] = []
    for lang in offered():
        with in_language(lang):
            text = render_template("installed/_chapter.html", first=not chapters)
            chapters.append((html_lang(lang), Markup(text)))  # noqa: S704 - made by our own template
    with in_language(DEFAULTS[0]):
        return render_template("installed/no_network.html", chapters=chapters)
