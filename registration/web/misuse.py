"""Reports that a person was named without consent: the director reads them, and lifts the stop or refuses."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import local_date, now
from registration.database import reading
from registration.errors import ActionRefused, InvalidInput
from registration.http.context import say, the_actor
from registration.operations import misuse
from registration.queries.misuse import ReportRow, reports_at
from registration.rules.reasons import offered_rejections
from registration.rules.signers import CAPACITIES
from registration.web import confirming
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present.decisions import blocker_errors
from registration.web.present.law import reason_article_of
from registration.web.present.states import label_of_case

blueprint = Blueprint("misuse", __name__, url_prefix="/desk/reports")

Page = str | Response | tuple[str, int]


@blueprint.get("")
@access("misuse.read")
def listed() -> str:
    return _page()


@blueprint.post("/<report>")
@access("misuse.read")
def decide(report: str) -> Page:
    given = request.form
    if asks := confirming.asked_first(_("决定一份冒用报告"), back=url_for("misuse.listed")):
        return asks
    texts = {name: given.get(name, "") for name in ("reason", "reason_code")}
    try:
        misuse.decide(report, given.get("decision", ""), actor=the_actor(), now=now(), **texts)
    except ActionRefused as refused:
        return _page(report, blocker_errors(refused.blockers)), refused.status
    except InvalidInput as invalid:
        return _page(report, field_errors(invalid.problems, ids=["reason"])), invalid.status
    flash(_("已经决定，申请人会收到通知"), "ok")
    return redirect(url_for("misuse.listed"), 303)


def _page(decided: str = "", problems: FieldErrors | None = None) -> str:
    with reading() as session:
        rows = reports_at(session, actor=the_actor())
    return render_template(
        "misuse/listed.html",
        open_rows=[row for row in rows if row.report.decided_at is None],
        closed=[row for row in rows if row.report.decided_at is not None],
        capacities=_capacities,
        label=label_of_case,
        reasons=_reasons,
        decisions=misuse.DECISIONS,
        # The fields of each report have its reference in their ids.
        problems=[(f"{at}-{decided}" if at else "", words) for at, words in problems or []],
        typed=request.form if decided else {},
        decided=decided,
    )


def _capacities(row: ReportRow) -> str:
    return _("、").join(say(CAPACITIES[key]) for key in row.report.capacities if key in CAPACITIES)


def _reasons(row: ReportRow) -> list[tuple[str, str]]:
    """The legal reasons that need no fact of the examination, which a reported case may not have reached."""
    return [
        (code, f"{code} {say(reason.words)}")
        for code, reason in offered_rejections(row.case.matter, registrar=row.case.registrar_code).items()
        if not reason.needs and reason_article_of(row.case, code, on=local_date(now()))
    ]
