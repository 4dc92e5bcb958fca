"""A forgotten password: the address on the first page, on the second the code that was sent and the new password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.errors import InvalidInput, NotFound, TooManyAttempts
from registration.http.context import SIGN_UP_LIMIT, lang_here, limiter, settings_here
from registration.models import PasswordReset
from registration.operations import password_reset
from registration.queries.password_resets import reset_letter
from registration.queries.sign_ups import pending_address
from registration.web import codes, device
from registration.web.account import problem_texts

blueprint = Blueprint("password_reset", __name__, url_prefix="/password-reset")

Page = str | Response | tuple[str, int]
Problems = list[tuple[str, str]]


@blueprint.errorhandler(NotFound)
def over(_error: NotFound) -> tuple[str, int]:
    return codes.over_page("password_reset.begin")


@blueprint.route("", methods=["GET", "POST"])
@access("public")
@limiter.limit(SIGN_UP_LIMIT, methods=["POST"])
def begin() -> Page:
    if request.method == "GET":
        return _first_page()
    try:
        secret = password_reset.begin(request.form.get("email", ""), now=now(), locale=lang_here())
    except InvalidInput as error:
        return _first_page(problem_texts(error.problems)), 422
    except TooManyAttempts as refused:
        return _first_page([("email", codes.too_many_words())]), refused.status
    return redirect(url_for("password_reset.enter_code", secret=secret), 303)


@blueprint.get("/<secret>")
@access("public")
def enter_code(secret: str) -> Page:
    return _code_page(secret)


@blueprint.post("/<secret>")
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def confirm(secret: str) -> Page:
    given = request.form
    try:
        password_reset.confirm(secret, given.get("code", ""), given.get("password", ""), now=now())
    except InvalidInput as error:
        # After the last try there is nothing left to enter, and this raises NotFound.
        return _code_page(secret, problem_texts(error.problems)), 422
    flash(_("密码已经更换，所有设备上的登录都已结束。请用新密码登录"), "ok")
    return redirect(url_for("account.sign_in"), 303)


@blueprint.post("/<secret>/mail")
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def send_again(secret: str) -> Page:
    try:
        password_reset.send_again(secret, now=now())
    except TooManyAttempts as refused:
        return _code_page(secret, [("code", codes.too_many_words())]), refused.status
    flash(_("验证码已经再发一次"), "ok")
    return redirect(url_for("password_reset.enter_code", secret=secret), 303)


def _first_page(problems: Problems | None = None) -> str:
    by_mobile = settings_here().sends_sms
    return render_template("account/forgotten.html", problems=problems or [], by_mobile=by_mobile)


def _code_page(secret: str, problems: Problems | None = None) -> str:
    row = codes.row_here(PasswordReset, secret)
    address = pending_address(row)
    return render_template(
        "account/new_password.html",
        secret=secret,
        address=address,
        minutes=settings_here().sign_up_code_minutes,
        mail=reset_letter(row.secret_hash, now=now()) if device.shows_messages(address) else None,
        problems=problems or [],
    )
