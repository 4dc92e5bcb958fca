"""The e-mail address and the mobile number of one's own account: a new one with a code sent there, and removal."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.errors import InvalidInput, NotFound, RegistrationError, TooManyAttempts
from registration.http.context import SIGN_IN_LIMIT, SIGN_UP_LIMIT, limiter, settings_here, the_actor
from registration.keys.account_names import address_of, mobile_of
from registration.models import AddressChange
from registration.operations import addresses
from registration.queries.address_changes import address_letter
from registration.queries.sign_ups import pending_address
from registration.web import codes, device
from registration.web.account import Problems, problem_texts, wait_words

blueprint = Blueprint("addresses", __name__, url_prefix="/account/address")

Page = str | Response | tuple[str, int]


@blueprint.errorhandler(NotFound)
def over(_error: NotFound) -> tuple[str, int]:
    return codes.over_page("addresses.begin")


@blueprint.route("", methods=["GET", "POST"])
@access("signed_in")
@limiter.limit(SIGN_UP_LIMIT, methods=["POST"])
def begin() -> Page:
    if request.method == "GET":
        return _first_page()
    given = request.form
    try:
        secret = addresses.begin(the_actor(), given.get("address", ""), given.get("password", ""), now=now())
    except (InvalidInput, TooManyAttempts) as refused:
        return _first_page(_problems(refused, "address")), refused.status
    return redirect(url_for("addresses.enter_code", secret=secret), 303)


@blueprint.get("/<secret>")
@access("signed_in")
def enter_code(secret: str) -> Page:
    return _code_page(secret)


@blueprint.post("/<secret>")
@access("signed_in")
@limiter.limit(SIGN_UP_LIMIT)
def confirm(secret: str) -> Page:
    try:
        address = addresses.confirm(the_actor(), secret, request.form.get("code", ""), now=now())
    except InvalidInput as error:
        return _code_page(secret, problem_texts(error.problems)), 422
    answer = _changed(_("%(address)s已经加到您的账户，可以用它登录", address=address))
    # This browser has shown that it is the owner's: tries with the new address are counted as its own.
    device.remember(answer, address)
    return answer


@blueprint.post("/<secret>/mail")
@access("signed_in")
@limiter.limit(SIGN_UP_LIMIT)
def send_again(secret: str) -> Page:
    try:
        addresses.send_again(the_actor(), secret, now=now())
    except TooManyAttempts as refused:
        return _code_page(secret, _problems(refused, "code")), refused.status
    flash(_("验证码已经再发一次"), "ok")
    return redirect(url_for("addresses.enter_code", secret=secret), 303)


@blueprint.route("/remove", methods=["GET", "POST"])
@access("signed_in")
@limiter.limit(SIGN_IN_LIMIT, methods=["POST"])
def remove() -> Page:
    kind = _kind(request.values.get("kind", ""))
    if request.method == "GET":
        return _removal_page(kind)
    try:
        addresses.remove(the_actor(), kind, request.form.get("password", ""), now=now())
    except (InvalidInput, TooManyAttempts) as refused:
        return _removal_page(kind, _problems(refused, "password")), refused.status
    return _changed(_("邮箱已经移除") if kind == "email" else _("手机号码已经移除"))


def _kind(text: str) -> addresses.Kind:
    if text not in addresses.KINDS:
        raise NotFound
    return "mobile" if text == "mobile" else "email"


def _problems(refused: RegistrationError, anchor: str) -> Problems:
    """At the fields; what came too often at the password, or for codes at `anchor`."""
    if isinstance(refused, InvalidInput):
        return problem_texts(refused.problems)
    if refused.reason == "sign_in_waits":
        return [("password", wait_words(refused))]
    return [(anchor, codes.too_many_words())]


def _changed(words: str) -> Response:
    flash(words, "ok")
    return redirect(url_for("account.show"), 303)


def _first_page(problems: Problems | None = None) -> str:
    addresses.changeable_account(the_actor())
    by_mobile = settings_here().sends_sms
    return render_template("account/address.html", problems=problems or [], by_mobile=by_mobile)


def _code_page(secret: str, problems: Problems | None = None) -> str:
    row = codes.row_here(AddressChange, secret)
    if row.account_id != the_actor().account_id:
        raise NotFound("sign_up_over")
    address = pending_address(row)
    return render_template(
        "account/address_code.html",
        secret=secret,
        address=address,
        minutes=settings_here().sign_up_code_minutes,
        mail=address_letter(row.secret_hash, now=now()) if device.shows_messages(address) else None,
        problems=problems or [],
    )


def _removal_page(kind: addresses.Kind, problems: Problems | None = None) -> str:
    account = addresses.changeable_account(the_actor())
    address = mobile_of(account) if kind == "mobile" else address_of(account)
    is_last = addresses.removal_refusal(account, kind) is not None
    return render_template(
        "account/address_remove.html", kind=kind, address=address, is_last=is_last, problems=problems or []
    )
