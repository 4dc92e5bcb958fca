"""Pushes to the devices of an applicant: switched on in the browser that gets them, removed from anywhere."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.errors import InvalidInput
from registration.http.context import SIGN_UP_LIMIT, limiter, the_actor
from registration.operations import push
from registration.web.account import account_page, problem_texts

blueprint = Blueprint("push", __name__, url_prefix="/account/push")


@blueprint.post("")
@access("signed_in")
@limiter.limit(SIGN_UP_LIMIT)
def switch_on() -> Response | tuple[str, int]:
    """The script fills the fields in with what the browser's push service gave it."""
    endpoint, point, secret = (request.form.get(name, "") for name in ("endpoint", "p256dh", "auth"))
    try:
        push.switch_on(the_actor(), endpoint, point, secret, agent=request.user_agent.string, now=now())
    except InvalidInput as error:
        return account_page(problem_texts(error.problems)), 422
    flash(_("这台设备会收到通知"), "ok")
    return redirect(url_for("account.show", _anchor="push"), 303)


@blueprint.post("/off")
@access("signed_in")
def switch_off() -> Response:
    push.switch_off(the_actor(), request.form.get("mark", ""), now=now())
    flash(_("这台设备不再收到通知"), "ok")
    return redirect(url_for("account.show", _anchor="push"), 303)
