"""Identities at providers on the page of one's own account, and showing there anew who one is."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.errors import Conflict, NotFound
from registration.http.context import SIGN_IN_LIMIT, limiter, the_actor
from registration.operations import identities
from registration.web import confirming
from registration.web.account import Page
from registration.web.providers import REFUSALS, leave_for, provider_named, provider_words, refusal_words
from registration.web.resending import Typed, resend_page, typed_here
from registration.web.security import local_path

WITH_PROVIDERS = True
blueprint = Blueprint("identities", __name__, url_prefix="/account/identities")


@blueprint.post("/link/<key>")
@access("signed_in")
@limiter.limit(SIGN_IN_LIMIT)
def link(key: str) -> Page:
    provider_named(key)
    what = _("关联%(name)s的身份", name=provider_words(key))
    if asks := confirming.asked_first(what, back=_account()):
        return asks
    try:
        return leave_for(key, "link", onward=None, typed=None)
    except REFUSALS as refused:
        return _said(refusal_words(refused, key), "bad")


@blueprint.post("/unlink")
@access("signed_in")
@limiter.limit(SIGN_IN_LIMIT)
def unlink() -> Page:
    if asks := confirming.asked_first(_("解除关联一个身份"), back=_account()):
        return asks
    try:
        identities.unlink(the_actor(), request.form.get("ref", ""), now=now())
    except Conflict:
        return _said(_("这是打开账户的唯一方式，不能解除。请先设置密码，或者关联另一个身份"), "bad")
    return _said(_("关联已经解除，用它登录的其他设备也已退出"), "ok")


@blueprint.post("/confirm/<key>")
@access("signed_in")
@limiter.limit(SIGN_IN_LIMIT)
def confirm(key: str) -> Page:
    """From the page that asks who one is: to the provider and back, with all that was typed before."""
    onward = local_path(request.args.get("next"))
    if onward is None:
        raise NotFound
    typed = Typed(typed_here().fields)
    try:
        return leave_for(key, "confirm", onward=onward, typed=typed)
    except REFUSALS as refused:
        return resend_page(typed, target=onward, heading=refusal_words(refused, key)), refused.status


def _account() -> str:
    return url_for("account.show", _anchor="identities")


def _said(words: str, kind: str) -> Response:
    flash(words, kind)
    return redirect(_account(), 303)
