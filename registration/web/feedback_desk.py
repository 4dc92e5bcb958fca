"""What applicants say of the office, for those responsible: they call back after poor ratings, and answer."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import Conflict, Forbidden, InvalidInput
from registration.http.context import the_actor
from registration.http.problem_json import title_of
from registration.operations import feedback
from registration.operations.feedback import LONGEST
from registration.queries.feedback import feedback_at, grades_at
from registration.rules.feedback import GRADES
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present.feedback import grade_words
from registration.web.present.states import due_badge

blueprint = Blueprint("feedback_desk", __name__, url_prefix="/desk/feedback")

Page = str | Response | tuple[str, int]


@blueprint.get("")
@access("feedback.read")
def listed() -> str:
    return _page()


@blueprint.post("/<feedback>/check")
@access("feedback.read")
def check(feedback: str) -> Response:
    """The office has called the applicant back."""
    return _done(feedback, _("已记下回访核实"))


@blueprint.post("/<feedback>/answer")
@access("feedback.read")
def answer(feedback: str) -> Page:
    try:
        _answer(feedback)
    except InvalidInput as invalid:
        return _page(feedback, field_errors(invalid.problems, ids=["words"])), invalid.status
    except (Conflict, Forbidden) as refused:
        return _page(feedback, [("", title_of(refused.reason, refused.status))]), refused.status
    flash(_("已经答复，申请人会收到通知"), "ok")
    return redirect(url_for("feedback_desk.listed"), 303)


def _done(ref: str, said: str) -> Response:
    try:
        feedback.check(ref, actor=the_actor(), now=now())
        flash(said, "ok")
    except (Conflict, Forbidden) as refused:
        flash(title_of(refused.reason, refused.status), "warn")
    return redirect(url_for("feedback_desk.listed"), 303)


def _answer(ref: str) -> None:
    feedback.answer(ref, words=request.form.get("words", ""), actor=the_actor(), now=now())


def _page(answered: str = "", problems: FieldErrors | None = None) -> str:
    actor = the_actor()
    with reading() as session:
        waiting, past = feedback_at(session, actor=actor)
        grades = grades_at(session, actor=actor)
    return render_template(
        "feedback/desk.html",
        waiting=waiting,
        past=past,
        grades=[(grade_words(grade), grades.get(grade, 0)) for grade in GRADES],
        due=lambda at: due_badge(at, now=now()),
        now=now(),
        most=LONGEST,
        answered=answered,
        typed=request.form,
        # The field of each row has its reference in its id.
        problems=[(f"{at}-{answered}" if at else "", words) for at, words in problems or []],
    )
