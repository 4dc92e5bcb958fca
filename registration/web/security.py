"""The gate before every view and the headers after it; CSRF for the pages."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from limits.storage import RedisStorage
from werkzeug.middleware.proxy_fix import ProxyFix

from registration.access import access, admit
from registration.errors import Forbidden, InvalidInput, NotFound
from registration.http.context import actor_here, for_program, is_clean, limiter, prepare_limiter_options
from registration.rules.problems import Problem
from registration.settings import Settings
from registration.web.session import FILES

__all__ = ["access", "csrf", "install", "local_path"]

csrf = CSRFProtect()
# Allowed by the key in the address, not by a session: another site cannot know the key, so no token is needed.
BY_KEY = ("webhooks.consent",)

POLICY = (
    "default-src 'self'; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'; worker-src 'self'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
TWO_YEARS = 63072000


def install(app: Flask, settings: Settings) -> None:
    https = settings.public_url.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-heyi-form" if https else "heyi-form",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        **prepare_limiter_options(settings),
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        # Flask's documented way to wrap an application, which its types do not allow.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    csrf.init_app(app)
    # It would import the client of Valkey as well, which only an address with `valkey:` needs.
    RedisStorage.DEPENDENCIES = {"redis": None}
    # Marked as installed already, so that Flask-Limiter adds no hooks around every request: no limit is of the whole
    # application, no header tells what is left of one, and a limited view asks by itself.
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)
    app.before_request(_gate)
    app.after_request(_seal_off if not https else _seal_off_https)


def local_path(target: str | None) -> str | None:
    """`target` if it is a path of this site, else None: `next=` must not lead a person away."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(sign) < 33 or sign == "\\" for sign in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def new_request_id() -> str:
    return secrets.token_hex(8)


def _gate() -> None:
    """Checks the access table before the view runs. A view without a rule is never served."""
    if request.endpoint is None or request.routing_exception is not None:
        return
    rule = getattr(current_app.view_functions[request.endpoint], "access", None)
    if rule is None:
        raise Forbidden("undeclared_route")
    g.rule = rule
    if not request.path.startswith("/api/"):
        _refuse_unclean()
    admit(rule, actor_here())
    # A program sends no cookie, so it cannot be tricked into sending one: the token is for pages only.
    if not for_program() and request.endpoint not in BY_KEY:
        csrf.protect()


def _seal_off(answer: Response) -> Response:
    given = {name.lower() for name, _value in answer.headers}
    for name, value in HEADERS.items():
        if name.lower() not in given:
            answer.headers.add(name, value)
    if request.endpoint in FILES:
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
    elif actor_here() is not None or g.get("rule") != "public" or request.method == "POST":
        answer.headers["Cache-Control"] = "no-store"
    else:
        answer.headers.setdefault("Cache-Control", "no-cache")
        answer.vary.add("Cookie")
    return answer


def _seal_off_https(answer: Response) -> Response:
    answer.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
    return _seal_off(answer)


def _refuse_unclean() -> None:
    """For pages; the API also checks its JSON, in its blueprint."""
    if not all(is_clean(str(value)) for value in (request.view_args or {}).values()):
        raise NotFound
    sent = [(name, value) for name, value in request.values.items(multi=True) if not is_clean(f"{name}{value}")]
    if sent:
        raise InvalidInput([Problem(name if is_clean(name) else "form", "text.unseen") for name, _value in sent])
