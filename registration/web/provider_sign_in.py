"""Signing in by a provider: there and back, and the first time of a citizen, whose identity opens no account yet."""

from dataclasses import asdict

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.errors import InvalidInput, NotFound, NotSignedIn, RegistrationError, TooManyAttempts
from registration.http.context import SIGN_IN_LIMIT, actor_here, lang_here, limiter
from registration.keys.account_names import shown_login
from registration.models import Account
from registration.operations import identities, provider_visits
from registration.operations.identities import Browser
from registration.operations.provider_visits import Visit
from registration.queries.identities import account_at_address
from registration.rules.privacy_notice import notice_version
from registration.rules.stated_identity import StatedIdentity
from registration.web import device, resending, session
from registration.web.account import Page, Problems, problem_texts, sign_in_page, wait_words, welcome
from registration.web.providers import (
    REFUSALS,
    assurance_words,
    browser_here,
    leave_for,
    provider_named,
    provider_words,
    refusal_words,
    stated_here,
    typed_before,
)
from registration.web.security import local_path

WITH_PROVIDERS = True
blueprint = Blueprint("provider_sign_in", __name__, url_prefix="/sign-in/with")


@blueprint.route("/<key>", methods=["GET", "POST"])
@access("public")
@limiter.limit(SIGN_IN_LIMIT, methods=["POST"])
def start(key: str) -> Page:
    provider_named(key)
    if request.method == "GET":
        return redirect(url_for("account.sign_in"), 303)
    try:
        onward = local_path(request.form.get("next"))
        return leave_for(key, "sign_in", onward=onward, typed=resending.carried_here())
    except REFUSALS as refused:
        return sign_in_page([("", _refused_words(refused, key))]), refused.status


@blueprint.get("/<key>/return")
@access("public")
@limiter.limit(SIGN_IN_LIMIT)
def back(key: str) -> Page:
    """The browser comes back from the provider, with a code or an error, and the state of the visit."""
    row = provider_named(key)
    try:
        visit = provider_visits.take(request.args.get("state", ""), browser=browser_here(), provider=key, now=now())
    except NotFound:
        return sign_in_page([("", _over_words())]), 422
    try:
        stated = stated_here(key, visit)
        if visit.purpose != "sign_in":
            return _for_account(visit, stated)
        opened = identities.sign_in(stated, row, browser=_browser(), now=now())
    except REFUSALS as refused:
        return _not_done(visit, _refused_words(refused, key), refused.status)
    return _opened(*opened[::-1], visit) if opened else _first_time(visit, stated)


@blueprint.route("/first/<secret>", methods=["GET", "POST"])
@access("public")
@limiter.limit(SIGN_IN_LIMIT, methods=["POST"])
def first(secret: str) -> Page:
    """A citizen's first sign-in: a new account, or the link to an account by its password, once."""
    try:
        visit = provider_visits.look(secret, browser=browser_here(), now=now())
    except NotFound:
        return sign_in_page([("", _over_words())]), 422
    stated = StatedIdentity(**visit.contents["stated"])
    if request.method == "GET":
        return _first_page(secret, stated)
    take = _link if request.form.get("what") == "link" else _create
    try:
        begun, account = take(stated)
    except InvalidInput as invalid:
        return _first_page(secret, stated, problem_texts(invalid.problems)), invalid.status
    except NotSignedIn:
        return _first_page(secret, stated, [("password", _("账户或者密码不对。请再试一次"))]), 422
    except TooManyAttempts as refused:
        return _first_page(secret, stated, [("password", wait_words(refused))]), refused.status
    except REFUSALS as refused:
        return _first_page(secret, stated, [("", _refused_words(refused, stated.provider))]), refused.status
    provider_visits.end(secret)
    answer = _opened(account, begun, visit)
    flash(_linked_words(stated) if take is _link else _("账户已经建立"), "ok")
    return answer


def _link(stated: StatedIdentity) -> tuple[str, Account]:
    """The account that has the person's address already, or the one that the person names."""
    found = account_at_address(stated)
    login = found[1] if found else request.form.get("login", "")
    source = device.source_here(login)
    return identities.link_by_password(
        stated, login, request.form.get("password", ""), source=source, browser=_browser(), now=now()
    )


def _create(stated: StatedIdentity) -> tuple[str, Account]:
    given = request.form
    return identities.create_account(
        stated,
        name=given.get("name", ""),
        consent=given.get("consent", ""),
        locale=lang_here(),
        browser=_browser(),
        now=now(),
    )


def _first_time(visit: Visit, stated: StatedIdentity) -> Response:
    kept = {"onward": visit.contents["onward"], "typed": visit.contents["typed"], "stated": asdict(stated)}
    secret = provider_visits.begin(
        stated.provider, "first", browser=browser_here(), contents=kept, actor=None, now=now()
    )
    return redirect(url_for("provider_sign_in.first", secret=secret), 303)


def _first_page(secret: str, stated: StatedIdentity, problems: Problems | None = None) -> str:
    found = account_at_address(stated)
    return render_template(
        "account/first_sign_in.html",
        secret=secret,
        stated=stated,
        provider=provider_words(stated.provider),
        level=assurance_words(stated.level),
        address=found[1] if found else "",
        # The other account may be opened by another provider alone.
        has_password=found is None or bool(found[0].password_hash),
        version=notice_version(),
        problems=problems or [],
    )


def _for_account(visit: Visit, stated: StatedIdentity) -> Page:
    """Back from a visit that began on a page of an account: the same person must still be signed in."""
    actor = actor_here()
    if actor is None or not visit.is_of(actor):
        return _not_done(visit, _("您的登录已经结束，请重新登录"), 401)
    if visit.purpose == "confirm":
        identities.confirm(actor, stated, now=now())
        return _sent_again(visit, _("已经确认是您本人"))
    identities.link(actor, stated, provider_named(stated.provider), now=now())
    flash(_linked_words(stated), "ok")
    return redirect(url_for("account.show", _anchor="identities"), 303)


def _not_done(visit: Visit, words: str, status: int) -> Page:
    """Says why, where the person can go on: with the input, on the page that the visit began on."""
    if visit.purpose == "confirm":
        return _sent_again(visit, words), status
    if visit.purpose == "link":
        flash(words, "bad")
        return redirect(url_for("account.show", _anchor="identities"), 303)
    return sign_in_page([("", words)], carried=typed_before(visit), onward=visit.contents["onward"]), status


def _sent_again(visit: Visit, heading: str) -> str:
    target = local_path(visit.contents["onward"]) or url_for("public.home")
    return resending.resend_page(typed_before(visit) or resending.Typed(), target=target, heading=heading)


def _opened(account: Account, secret: str, visit: Visit) -> Response:
    onward = visit.contents["onward"]
    return welcome(account, shown_login(account), secret, carried=typed_before(visit), onward=onward)


def _browser() -> Browser:
    return Browser(agent=request.user_agent.string, previous=session.secret_here())


def _refused_words(refused: RegistrationError, key: str) -> str:
    """The words for the person; what exactly was wrong is in the log."""
    structlog.get_logger().warning("provider_refused", provider=key, reason=refused.reason, **refused.data)
    return refusal_words(refused, key)


def _linked_words(stated: StatedIdentity) -> str:
    return _("已经关联，以后可以用%(name)s登录", name=provider_words(stated.provider))


def _over_words() -> str:
    return _("这次登录已经用过或者过期，或者不是从这个浏览器开始的。请重新登录")
