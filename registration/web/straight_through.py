"""Decisions at once: which types they are switched on for, changes that two persons make, and what came of them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import ObjectFacts, access, allows
from registration.clock import local_date, now
from registration.database import reading
from registration.errors import InvalidInput
from registration.http.context import say, the_actor
from registration.operations import straight_through_changes
from registration.queries.straight_through import DAYS, overview
from registration.rules.entity_types import entity_types, type_row
from registration.rules.straight_through import LONGEST_REASON, USUAL_PERCENT, SwitchProposal
from registration.rules.whole_numbers import whole_number
from registration.web import confirming
from registration.web.account import Problems, problem_texts
from registration.web.forms.days import day_in
from registration.web.present import straight_through as words

blueprint = Blueprint("straight_through", __name__, url_prefix="/desk/straight-through")

Page = str | Response | tuple[str, int]


@blueprint.get("")
@access("straight_through.read")
def listed() -> str:
    return _page()


@blueprint.post("")
@access("straight_through.read")
def propose() -> Page:
    given = request.form
    proposal = SwitchProposal(
        entity_type=given.get("entity_type", ""),
        is_on={"yes": True, "no": False}.get(given.get("is_on", "")),
        sample_percent=whole_number(given.get("sample_percent", "").strip()),
        valid_from=day_in(given.get("valid_from", "")),
    )
    try:
        straight_through_changes.propose(proposal, reason=given.get("reason", ""), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(problem_texts(invalid.problems), typed=given), invalid.status
    flash(_("已经提出，等另一人决定"), "ok")
    return redirect(url_for("straight_through.listed"), 303)


@blueprint.post("/<switch>")
@access("straight_through.read")
def decide(switch: str) -> Page:
    decision, text = request.form.get("decision", ""), request.form.get("words", "")
    if asks := confirming.asked_first(_("决定一项设置的变更"), back=url_for("straight_through.listed")):
        return asks
    try:
        made = straight_through_changes.decide(switch, decision, words=text, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        problems = [(f"{anchor}-{switch}", said) for anchor, said in problem_texts(invalid.problems)]
        return _page(problems, decided=switch), invalid.status
    flash(words.change_mark(made, today=local_date(now()))[0], "ok")
    return redirect(url_for("straight_through.listed"), 303)


def _page(problems: Problems | None = None, *, typed: Any = None, decided: str = "") -> str:
    """`typed` is a proposal, `decided` the change whose decision could not be taken."""
    actor, today = the_actor(), local_date(now())
    with reading() as session:
        found = overview(session, actor=actor, now=now())
    here = ObjectFacts(registrar_code=actor.registrar_code)
    usual = {"sample_percent": USUAL_PERCENT, "valid_from": today.isoformat(), "is_on": "yes"}
    return render_template(
        "straight_through/listed.html",
        found=found,
        days=DAYS,
        types=[(one.key, say(one.name)) for one in entity_types()],
        type_name=lambda key: say(type_row(key).name),
        may_propose=allows("straight_through.propose", actor, here),
        may_see_dashboard=allows("dashboard.read", actor, here),
        words=words,
        today=today,
        typed=usual if typed is None else typed,
        answer=request.form.get("words", "") if decided else "",
        decided=decided,
        most=LONGEST_REASON,
        problems=problems or [],
    )
