"""Takes a decision back before it leaves the office, and ends the notice of one that did not leave."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from registration.access import access
from registration.clock import now
from registration.errors import Conflict, Forbidden
from registration.http.context import the_actor
from registration.http.problem_json import title_of
from registration.operations.undo import note_read, undo
from registration.web import review
from registration.web.present.undo import own_notices

blueprint = Blueprint("undo", __name__, url_prefix="/desk/cases/<ref>/decision")
blueprint.add_app_template_global(own_notices, "own_notices")


@blueprint.post("/undo")
@access("inbox.read")
def take_back(ref: str) -> review.Page:
    """Leads to the file, where everything that was typed and marked is as it was."""
    try:
        undo(ref, actor=the_actor(), now=now())
    except (Conflict, Forbidden) as refused:
        if refused.reason not in ("decision_has_left", "decision_of_another"):
            raise
        return review.show(ref, problems=[("", title_of(refused.reason, refused.status))], status=refused.status)
    flash(_("已撤销，什么也没有送出。填写的内容都在，可以重新办理"), "ok")
    return redirect(url_for("review.case", ref=ref), 303)


@blueprint.post("/read")
@access("inbox.read")
def read(ref: str) -> review.Page:
    note_read(ref, actor=the_actor(), now=now())
    return redirect(url_for("review.inbox"), 303)
