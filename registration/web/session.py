"""The session's cookie: a secret that is valid only while its row is in the database."""

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask import session as form_session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from registration.access import ACCESS, rule_of
from registration.clock import now
from registration.errors import Forbidden
from registration.http.context import for_program, settings_here
from registration.operations import accounts
from registration.settings import Settings

# Files of the program and of the city: an address with the digest of the content never grows stale.
FILES = ("static", "city.colours", "city.icon", "city.app_icon", "installed.manifest")
# These addresses need no session; a probe must answer even if no session can be read.
FOR_NOBODY = (None, *FILES, "installed.worker", "public.livez", "public.readyz")
# What a page asks by itself is no sign of a person: it does not keep a session from ending.
BY_ITSELF = ("events.now_at_the_desk",)
# The pages of an account whose password was given and is not changed yet.
UNTIL_CHANGED = ("account.show", "account.change_password", "account.change_language", "account.sign_out")


class FormSessions(SecureCookieSessionInterface):
    """The session of the forms (`heyi-form`): as Flask's, with one signer for all requests of an application."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer with the application's key, which is read at the start and never changes."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


def install(app: Flask) -> None:
    app.session_interface = FormSessions()
    app.before_request(_recognise)


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to this host over https; a browser refuses that prefix on plain http."""
    return "__Host-heyi" if settings.public_url.startswith("https://") else "heyi"


def secret_here() -> str:
    return request.cookies.get(cookie_name(settings_here()), "")


def begin(answer: Response | AnyResponse, secret: str) -> None:
    """Hands the session to the browser. What a stranger may have put into the form session is dropped with it."""
    chosen = settings_here()
    form_session.clear()
    answer.set_cookie(
        cookie_name(chosen),
        secret,
        secure=chosen.public_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def end(answer: Response | AnyResponse) -> None:
    chosen = settings_here()
    form_session.clear()
    answer.delete_cookie(
        cookie_name(chosen), secure=chosen.public_url.startswith("https://"), httponly=True, samesite="Lax", path="/"
    )
    answer.headers["Clear-Site-Data"] = '"cache"'


def _recognise() -> AnyResponse | None:
    """Pages accept only the cookie, the API only the bearer token: one cannot replace the other.

    Who has a password that an administrator gave is led to the page where it is changed, and to no other
    of those who are signed in.
    """
    g.actor = None
    if request.endpoint in FOR_NOBODY:
        return None
    api = for_program()
    secret = _bearer() if api else secret_here()
    if secret:
        kind, by_person = "api" if api else "web", request.endpoint not in BY_ITSELF
        g.actor = accounts.actor_for(secret, kind=kind, now=now(), by_person=by_person)
    if g.actor is None or not g.actor.password_given or not _needs_account():
        return None
    if api:
        raise Forbidden("password_given")
    return redirect(url_for("account.show"), 303)


def _needs_account() -> bool:
    """Whether the address is for those who are signed in, other than those by which a password is changed."""
    view = current_app.view_functions.get(request.endpoint or "")
    is_open = view is None or ACCESS[rule_of(view)].opens != "account"
    return not is_open and request.endpoint not in UNTIL_CHANGED


def _bearer() -> str:
    """Open311 has the token as a field too, which the API has not, so that no address of it has a secret."""
    given = request.authorization
    token = given.token or "" if given is not None and given.type == "bearer" else ""
    return token or (request.values.get("api_key", "") if request.path.startswith("/open311/") else "")
