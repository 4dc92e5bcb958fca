"""The sample of decisions at once: what waits for a person, and the page on which one gives the verdict."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import Conflict, Forbidden, InvalidInput
from registration.http.context import the_actor
from registration.http.problem_json import title_of
from registration.operations import sample_audits
from registration.operations.sample_audits import LONGEST
from registration.queries.automatic_checks import automatic_checks
from registration.queries.casefile import casefile
from registration.queries.sample_audits import sample_in, samples_at
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present.checks import panel_of
from registration.web.present.states import due_badge
from registration.web.present.straight_through import verdict_mark
from registration.web.review import tab_of

blueprint = Blueprint("sample_audits", __name__, url_prefix="/desk/samples")

Page = str | Response | tuple[str, int]


@blueprint.get("")
@access("straight_through.read")
def listed() -> str:
    with reading() as session:
        waiting, past = samples_at(session, actor=the_actor())
    return render_template(
        "straight_through/samples.html",
        waiting=waiting,
        past=past,
        badge=lambda at: due_badge(at, now=now()),
        verdict_mark=verdict_mark,
        late=sum(row.is_late(now=now()) for row in waiting),
    )


@blueprint.get("/<ref>")
@access("straight_through.read")
def case(ref: str) -> str:
    return _page(ref)


@blueprint.post("/<ref>")
@access("straight_through.read")
def audit(ref: str) -> Page:
    verdict, words = request.form.get("verdict", ""), request.form.get("words", "")
    try:
        sample_audits.audit(ref, verdict, words=words, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(ref, field_errors(invalid.problems, ids=["verdict", "words"])), invalid.status
    except (Conflict, Forbidden) as refused:
        return _page(ref, [("", title_of(refused.reason, refused.status))]), refused.status
    flash(_("已记录抽查结论"), "ok")
    return redirect(url_for("sample_audits.case", ref=ref), 303)


def _page(ref: str, problems: FieldErrors | None = None) -> str:
    with reading() as session:
        row = sample_in(session, ref, actor=the_actor())
        file = casefile(session, ref, actor=the_actor(), now=now())
        checks = automatic_checks(session, file)
    return render_template(
        "straight_through/sample.html",
        **tab_of(ref, "sample"),
        row=row,
        checks=panel_of(file, checks, may_override=False),
        badge=due_badge(row.sample.due_at, now=now()),
        verdict_mark=verdict_mark,
        typed=request.form,
        most=LONGEST,
        problems=problems or [],
    )
