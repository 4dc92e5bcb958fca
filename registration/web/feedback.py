"""The applicant's pages after a step: rate it, complain about one, and read the answers."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import Conflict, InvalidInput, NotFound
from registration.http.context import say, the_actor
from registration.http.problem_json import title_of
from registration.operations import feedback
from registration.operations.feedback import LONGEST
from registration.queries.feedback import FeedbackRow, ended_steps, feedback_of
from registration.rules.city import city
from registration.rules.feedback import ANSWER_WITHIN, GRADES, rating_reasons
from registration.rules.whole_numbers import whole_number
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.forms.section import open_case
from registration.web.present.feedback import (
    grade_words,
    reason_words,
    step_words,
    steps_to_complain,
    title_of_row,
    to_rate,
)

blueprint = Blueprint("feedback", __name__, url_prefix="/applications/<ref>")
blueprint.add_app_template_global(grade_words, "grade_words")
blueprint.add_app_template_global(reason_words, "reason_words")
blueprint.add_app_template_global(title_of_row, "feedback_title")

Page = str | Response | tuple[str, int]


@blueprint.get("/feedback")
@access("application.edit")
def listed(ref: str) -> str:
    """What the applicant has said of this case, with the answers."""
    with reading() as session:
        case, rows = feedback_of(session, ref, actor=the_actor())
        steps = to_rate(case, ended_steps(session, case), rows, now=now())
    return render_template("feedback/listed.html", case=case, rows=rows, steps=steps, now=now())


@blueprint.get("/feedback/<rated>")
@access("application.edit")
def ask(ref: str, rated: str) -> Page:
    return _rating_page(ref, rated)


@blueprint.post("/feedback/<rated>")
@access("feedback.give")
def rate(ref: str, rated: str) -> Page:
    given = request.form
    try:
        feedback.rate(
            ref,
            rated,
            grade=whole_number(given.get("grade", "")),
            reasons=given.getlist("reasons"),
            words=given.get("words", ""),
            actor=the_actor(),
            now=now(),
        )
    except InvalidInput as invalid:
        return _rating_page(ref, rated, field_errors(invalid.problems, ids=["grade", "reasons", "words"])), 422
    except Conflict as refused:
        flash(title_of(refused.reason, refused.status), "warn")
        return redirect(url_for("feedback.listed", ref=ref), 303)
    flash(_("谢谢您的评价"), "ok")
    return redirect(url_for("feedback.listed", ref=ref), 303)


@blueprint.route("/complaint", methods=["GET", "POST"])
@access("application.edit")
def complain(ref: str) -> Page:
    """The steps of the office in plain words, one of which is chosen."""
    if request.method == "GET":
        return _complaint_page(ref)
    given = request.form
    try:
        feedback.complain(ref, given.get("step", ""), words=given.get("words", ""), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _complaint_page(ref, field_errors(invalid.problems, ids=["step", "words"])), invalid.status
    except Conflict as refused:
        return _complaint_page(ref, [("step", title_of(refused.reason, refused.status))]), refused.status
    flash(_("已收到您的投诉，答复以后通知您"), "ok")
    return redirect(url_for("feedback.listed", ref=ref), 303)


def _rating_page(ref: str, rated: str, problems: FieldErrors | None = None) -> str:
    with reading() as session:
        case, rows = feedback_of(session, ref, actor=the_actor())
        ended = ended_steps(session, case)
    step = next((one for one in to_rate(case, ended, rows, now=now()) if one.key == rated), None)
    if step is None:
        raise NotFound(step=rated)
    if not step.open:
        raise Conflict("rating_is_answered" if step.row and step.row.item.answered_at else "rating_is_final")
    reasons = rating_reasons(case.matter).items()
    return render_template(
        "feedback/rate.html",
        case=case,
        title=step_words(case, rated),
        rated=rated,
        grades=[(str(grade), say(words)) for grade, words in GRADES.items()],
        praise=[(key, say(one.words)) for key, one in reasons if one.good],
        faults=[(key, say(one.words)) for key, one in reasons if not one.good],
        typed=_typed(step.row),
        days=city().about.service.rating_change,
        answer_days=ANSWER_WITHIN,
        most=LONGEST,
        problems=problems or [],
    )


def _typed(row: FeedbackRow | None) -> dict[str, Any]:
    """The input of a refused form, else the rating as it is."""
    if request.method == "POST":
        given = request.form
        return {name: given.get(name, "") for name in ("grade", "words")} | {"reasons": given.getlist("reasons")}
    if row is None:
        return {"grade": "", "reasons": [], "words": ""}
    return {"grade": str(row.item.grade), "reasons": row.item.reasons, "words": row.words}


def _complaint_page(ref: str, problems: FieldErrors | None = None) -> str:
    file = open_case(ref)
    if file.case.submitted_at is None:
        raise NotFound(ref=ref)
    return render_template(
        "feedback/complain.html",
        case=file.case,
        steps=list(steps_to_complain(file)),
        days=city().about.service.complaint_answer,
        most=LONGEST,
        typed=request.form,
        problems=problems or [],
    )
