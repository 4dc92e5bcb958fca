"""The desk for orders of courts that bind an entity: seen by the office, entered and lifted by a director."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import ObjectFacts, access, allows
from registration.clock import local_date, now
from registration.database import reading
from registration.errors import Conflict, InvalidInput
from registration.http.context import lang_here, say, the_actor
from registration.http.problem_json import title_of
from registration.operations import restraints
from registration.operations.restraints import LONGEST_COURT, LONGEST_PAPER, LONGEST_REASON, RestraintData
from registration.queries.restraints import restraints_at
from registration.rules.register_items import register_items
from registration.rules.restraints import RESTRAINABLE
from registration.web.forms.anchors import FieldErrors, field_errors

blueprint = Blueprint("restraints", __name__, url_prefix="/desk/restraints")

Page = str | Response | tuple[str, int]
FIELDS = ("code", "court", "paper_number", "from_on", "until_on", "reason")


@blueprint.get("")
@access("restraint.read")
def listed() -> str:
    """Those in force, or with `view=ended` those that were lifted."""
    return _page()


@blueprint.post("")
@access("restraint.read")
def enter() -> Page:
    given = {name: request.form.get(name, "") for name in FIELDS}
    try:
        data = RestraintData(**given, items=request.form.getlist("items"))
        restraints.enter(data, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(field_errors(invalid.problems, ids=(*FIELDS, "items"))), invalid.status
    flash(_("已经登记，有关事项现在不能办理"), "ok")
    return redirect(url_for("restraints.listed"), 303)


@blueprint.post("/lift")
@access("restraint.read")
def lift() -> Page:
    ref = request.form.get("restraint", "")
    try:
        restraints.lift(ref, request.form.get("lifting", ""), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(field_errors(invalid.problems, ids=["lifting"]), at=ref), invalid.status
    except Conflict as gone:
        return _page([("", title_of(gone.reason, gone.status))]), gone.status
    flash(_("已经解除"), "ok")
    return redirect(url_for("restraints.listed"), 303)


def _page(problems: FieldErrors | None = None, *, at: str = "") -> str:
    ended, actor = request.args.get("view") == "ended", the_actor()
    with reading() as session:
        rows = restraints_at(session, actor=actor, lifted=ended)
    return render_template(
        "restraints/desk.html",
        rows=rows,
        ended=ended,
        may_change=allows("restraint.change", actor, ObjectFacts(registrar_code=actor.registrar_code)),
        items=[(item, say(register_items()[item].label)) for item in RESTRAINABLE],
        lang=lang_here(),
        typed=request.form,
        chosen=request.form.getlist("items"),
        today=local_date(now()),
        at=at,
        most={"court": LONGEST_COURT, "paper": LONGEST_PAPER, "reason": LONGEST_REASON},
        problems=problems or [],
    )
