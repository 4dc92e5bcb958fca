"""Puts the application together: settings, gate, pages and API. Nothing is decided here."""

import os
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask_openapi3 import Info, OpenAPI
from markupsafe import Markup
from werkzeug.routing import Rule

from registration import database, keys, logs, web
from registration.access import access
from registration.api import exchange, govstack, open311, v1
from registration.http import compression
from registration.http.context import WholeNumber, actor_here
from registration.rules.entity_types import entity_types
from registration.settings import Settings
from registration.settings import settings as settings_of_process
from registration.web import city, errors, i18n, places, security, session, wording
from registration.web.templating import PageTemplates

PARTS_OF_A_FORM = 2000
BYTES_OF_A_FORM = 1024 * 1024
FILES_AT_ONCE = 5
QUIET = (*session.FILES, *session.BY_ITSELF, "public.livez", "public.readyz")
log = structlog.get_logger()
INFO = Info(title="Heyi", version="1", description="One form, one window, one licence.")


class _Route(Rule):
    """Compiles its two makers of addresses when the first address is wanted: for most of 500 routes none ever is, and
    all of them are a quarter of the time in which the application is made."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder

        def first(route: Rule, /, **values: Any) -> tuple[str, str]:
            maker = compiled(append_unknown).__get__(route)
            setattr(route, "_build_unknown" if append_unknown else "_build", maker)
            made: tuple[str, str] = maker(**values)
            return made

        return first


class _Application(OpenAPI):
    jinja_environment = PageTemplates
    url_rule_class = _Route

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view and no hook is a coroutine, which Flask asks of each of the twenty of a request."""
        return func


def create_app(settings: Settings | None = None) -> OpenAPI:
    """A WSGI application. It reads its keys now and opens its database with the first request of each process."""
    chosen = settings or settings_of_process()
    here = Path(__file__).parent / "web"
    app = _Application(
        "registration",
        info=INFO,
        doc_ui=False,
        static_folder=str(here / "static"),
        template_folder=str(here / "templates"),
        security_schemes={"bearer": {"type": "http", "scheme": "bearer"}},
    )
    app.config.update(
        HEYI=chosen,
        SECRET_KEY=keys.secret_key(chosen),
        MAX_CONTENT_LENGTH=FILES_AT_ONCE * chosen.upload_bytes + BYTES_OF_A_FORM,
        MAX_FORM_MEMORY_SIZE=BYTES_OF_A_FORM,
        MAX_FORM_PARTS=PARTS_OF_A_FORM,
    )
    app.url_map.converters["int"] = WholeNumber
    logs.configure()
    _install_parts(app, chosen)
    return app


def _install_parts(app: OpenAPI, settings: Settings) -> None:
    """The order counts: first who and in which language, then whether, then the views."""
    compression.install(app)
    _open_database(app, settings)
    _log_requests(app)
    i18n.install(app)
    session.install(app)
    security.install(app, settings)
    errors.install(app)
    _say_in_templates(app, settings)
    city.install(app)
    access("public")(app.view_functions["static"])
    web.register(app)
    v1.register(app)
    open311.register(app)
    govstack.register(app)
    exchange.register(app)


def _open_database(app: Flask, settings: Settings) -> None:
    opened: dict[str, int] = {}

    def open_database() -> None:
        # A connection must not be shared after a fork, so each process opens its own at the first use.
        if opened.get("pid") != os.getpid():
            database.configure(settings)
            opened["pid"] = os.getpid()
        # After a write in the same request a page that is made from an earlier read would mix two states.
        if request.method in ("GET", "HEAD"):
            database.share_reading()

    def end_reading(answer: Response) -> Response:
        # Before the body is sent: a long one must not hold a connection.
        database.end_shared_reading()
        return answer

    app.before_request(open_database)
    app.after_request(end_reading)
    app.teardown_request(lambda _error: database.end_shared_reading())


def _log_requests(app: Flask) -> None:
    def begin() -> None:
        g.begun, g.request_id = time.perf_counter(), security.new_request_id()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    def end(answer: Response) -> Response:
        answer.headers["X-Request-Id"] = g.request_id
        if request.endpoint not in QUIET:
            log.info("request", **_line(answer))
        return answer

    app.before_request(begin)
    app.after_request(end)


def _line(answer: Response) -> dict[str, object]:
    actor = actor_here()
    return {
        "method": request.method,
        # The rule and not the path: a path may carry the secret of a signing link.
        "route": request.url_rule.rule if request.url_rule else None,
        "status": answer.status_code,
        "ms": round((time.perf_counter() - g.begun) * 1000, 1),
        "actor": actor.tag if actor else None,
    }


def _say_in_templates(app: Flask, settings: Settings) -> None:
    digests: dict[str, str] = {}

    def asset(name: str) -> str:
        if name not in digests:
            digests[name] = sha256(Path(app.static_folder or "", name).read_bytes()).hexdigest()[:12]
        return f"/static/{name}?v={digests[name]}"

    app.jinja_env.globals.update(
        asset=asset,
        current=lambda endpoint: Markup(' aria-current="page"') if request.endpoint == endpoint else "",
        error_at=lambda problems, anchor: next((words for at, words in problems or () if at == anchor), ""),
        entity_types=entity_types,
        has_endpoint=places.has_endpoint,
        desk_places=places.desk_places,
        may_search=places.may_search,
        role_words=wording.role_words,
        place_words=wording.place_words,
        by_number=wording.by_number,
        device_words=wording.device_words,
        parked_reason=wording.parked_reason,
        request_id=lambda: g.request_id,
        demo=settings.demo,
        upload_megabytes=settings.upload_bytes // 2**20,
    )
    app.jinja_env.trim_blocks = True
    app.context_processor(lambda: {"actor": actor_here()})
