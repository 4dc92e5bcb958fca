"""The page of the keys of the desk, and their switch."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.web.i18n import remember
from registration.web.present.shortcuts import COOKIE, OFF, SHORTCUTS, keys_are_on

blueprint = Blueprint("shortcuts", __name__, url_prefix="/desk/shortcuts")


@blueprint.app_template_global("shortcut_rows")
def shortcut_rows() -> list[tuple[str, str, str]]:
    """(what the script does, key, words); empty while the keys are off."""
    return [(name, key, str(words)) for name, key, words in SHORTCUTS] if keys_are_on() else []


@blueprint.get("")
@access("search.read")
def show() -> str:
    return render_template("review/shortcuts.html", rows=SHORTCUTS, on=keys_are_on())


@blueprint.post("")
@access("search.read")
def switch() -> Response:
    on = request.form.get("keys") == "on"
    flash(_("快捷键已打开") if on else _("快捷键已关闭"), "ok")
    answer = make_response(redirect(url_for("shortcuts.show"), 303))
    remember(answer, COOKIE, "on" if on else OFF)
    return answer
