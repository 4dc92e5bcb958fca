"""The home page of a demonstration signs in as one of its invented people with one click."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from registration.access import access
from registration.errors import NotFound
from registration.http.context import SIGN_IN_LIMIT, limiter, settings_here
from registration.operations import samples
from registration.web.account import signed_in

# Elsewhere it has no address (web.register), and the accounts that it opens are not there.
DEMO_ONLY = True

blueprint = Blueprint("example_office", __name__, url_prefix="/example-office")


@blueprint.post("/sign-in")
@access("public")
@limiter.limit(SIGN_IN_LIMIT)
def sign_in() -> Response:
    """As if the printed password were typed: NotSignedIn for an account that was disabled or has another one now."""
    login = request.form.get("login", "")
    if not settings_here().demo or login not in {sample.login for sample in samples.ACCOUNTS}:
        raise NotFound
    return signed_in(login, samples.PASSWORD)
