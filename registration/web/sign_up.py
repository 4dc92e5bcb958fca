"""Signing up: the particulars on the first page, on the second the code that was sent."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.errors import InvalidInput, NotFound, TooManyAttempts
from registration.http.context import SIGN_UP_LIMIT, lang_here, limiter, settings_here
from registration.models import SignUp
from registration.operations import accounts
from registration.operations import sign_up as signing_up
from registration.queries.sign_ups import letter_about, pending_address
from registration.rules.privacy_notice import notice_version
from registration.web import codes, device, session
from registration.web.account import problem_texts, welcome
from registration.web.security import local_path

blueprint = Blueprint("sign_up", __name__, url_prefix="/sign-up")

Page = str | Response | tuple[str, int]


@blueprint.errorhandler(NotFound)
def over(_error: NotFound) -> tuple[str, int]:
    return codes.over_page("sign_up.begin")


@blueprint.route("", methods=["GET", "POST"])
@access("public")
@limiter.limit(SIGN_UP_LIMIT, methods=["POST"])
def begin() -> Page:
    if request.method == "GET":
        return _first_page()
    given = request.form
    try:
        secret = signing_up.begin(
            given.get("email", ""),
            given.get("password", ""),
            given.get("name", ""),
            consent=given.get("consent", ""),
            now=now(),
            locale=lang_here(),
        )
    except InvalidInput as error:
        return _first_page(problem_texts(error.problems)), 422
    except TooManyAttempts as refused:
        return _first_page([("email", codes.too_many_words())]), refused.status
    return redirect(url_for("sign_up.enter_code", secret=secret, next=_next()), 303)


@blueprint.get("/<secret>")
@access("public")
def enter_code(secret: str) -> Page:
    return _code_page(secret)


@blueprint.post("/<secret>")
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def confirm(secret: str) -> Page:
    row = codes.row_here(SignUp, secret)
    try:
        account = signing_up.confirm(secret, request.form.get("code", ""), now=now())
    except InvalidInput as error:
        # After the last try there is nothing left to enter, and this raises NotFound.
        return _code_page(secret, problem_texts(error.problems)), 422
    agent, previous = request.user_agent.string, session.secret_here()
    begun = accounts.open_session(account, now=now(), agent=agent, previous=previous)
    answer = welcome(account, pending_address(row), begun)
    # After the session has begun, which clears the earlier data of the form session.
    flash(_("账户已经建立"), "ok")
    return answer


@blueprint.post("/<secret>/mail")
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def send_again(secret: str) -> Page:
    try:
        signing_up.send_again(secret, now=now())
    except TooManyAttempts as refused:
        return _code_page(secret, [("code", codes.too_many_words())]), refused.status
    flash(_("验证码已经再发一次"), "ok")
    return redirect(url_for("sign_up.enter_code", secret=secret, next=_next()), 303)


def _first_page(problems: list[tuple[str, str]] | None = None) -> str:
    return render_template(
        "account/sign_up.html",
        problems=problems or [],
        next=_next(),
        by_mobile=settings_here().sends_sms,
        version=notice_version(),
    )


def _code_page(secret: str, problems: list[tuple[str, str]] | None = None) -> str:
    row = codes.row_here(SignUp, secret)
    chosen = settings_here()
    mail = letter_about(row.secret_hash, now=now()) if device.shows_messages(pending_address(row)) else None
    return render_template(
        "account/code.html",
        secret=secret,
        address=pending_address(row),
        minutes=chosen.sign_up_code_minutes,
        mail=mail,
        problems=problems or [],
        next=_next(),
    )


def _next() -> str | None:
    return local_path(request.form.get("next") or request.args.get("next"))
