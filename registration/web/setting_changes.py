"""Changes of settings that wait for a second person, and those that were decided."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import InvalidInput
from registration.http.context import the_actor
from registration.operations.setting_decisions import decide as decide_change
from registration.queries.setting_changes import OF_THE_SYSTEM, decided_changes, open_changes
from registration.web import confirming
from registration.web.account import problem_texts
from registration.web.present.setting_changes import line_of, status_words

blueprint = Blueprint("setting_changes", __name__, url_prefix="/admin/changes")

Page = str | Response | tuple[str, int]


@blueprint.get("")
@access("setting.decide")
def listed() -> str:
    return _page()


@blueprint.post("/<change>")
@access("setting.decide")
def decide(change: str) -> Page:
    decision, words = request.form.get("decision", ""), request.form.get("words", "")
    if asks := confirming.asked_first(_("决定一项设置的变更"), back=url_for("setting_changes.listed")):
        return asks
    try:
        made = decide_change(change, decision, words=words, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        problems = [(f"{anchor}-{change}", said) for anchor, said in problem_texts(invalid.problems)]
        return _page(problems, decided=change), invalid.status
    flash(status_words(made)[0], "ok")
    return redirect(url_for("setting_changes.listed"), 303)


def _page(problems: list[tuple[str, str]] | None = None, *, decided: str = "") -> str:
    actor = the_actor()
    with reading() as session:
        waiting = [line_of(one) for one in open_changes(session, actor=actor, kinds=OF_THE_SYSTEM)]
        past = [line_of(one) for one in decided_changes(session, actor=actor, kinds=OF_THE_SYSTEM)]
    return render_template(
        "setting_changes/listed.html",
        waiting=waiting,
        past=past,
        problems=problems or [],
        decided=decided,
        typed=request.form.get("words", ""),
    )
