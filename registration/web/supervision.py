"""Supervision orders at the desk: on the file of the case, and the list of the director."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import ObjectFacts, access, allows
from registration.clock import now
from registration.database import reading
from registration.errors import Conflict, Forbidden, InvalidInput
from registration.http.context import the_actor
from registration.http.problem_json import title_of
from registration.operations import supervision
from registration.operations.supervision import LONGEST, LONGEST_DAYS, SHORTEST_DAYS, USUAL_DAYS
from registration.queries.supervision import orders_at, orders_of
from registration.rules.whole_numbers import whole_number
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present.states import due_badge
from registration.web.review import tab_of

blueprint = Blueprint("supervision", __name__, url_prefix="/desk")

Page = str | Response | tuple[str, int]


@blueprint.get("/supervision")
@access("dashboard.read")
def listed() -> str:
    with reading() as session:
        waiting, past = orders_at(session, actor=the_actor())
    return render_template("supervision/listed.html", waiting=waiting, past=past, **_shared())


@blueprint.get("/cases/<ref>/supervision")
@access("inbox.read")
def case(ref: str) -> str:
    return _page(ref)


@blueprint.post("/cases/<ref>/supervision")
@access("inbox.read")
def order(ref: str) -> Page:
    days = whole_number(request.form.get("days", "").strip())
    try:
        supervision.order(ref, words=request.form.get("words", ""), days=days, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(ref, field_errors(invalid.problems, ids=["words", "days"])), invalid.status
    except Conflict as refused:
        return _page(ref, [("", title_of(refused.reason, refused.status))]), refused.status
    flash(_("已发出督办，经办人会收到通知"), "ok")
    return redirect(url_for("supervision.case", ref=ref), 303)


@blueprint.post("/cases/<ref>/supervision/<order>")
@access("inbox.read")
def answer(ref: str, order: str) -> Page:
    try:
        supervision.answer(order, words=request.form.get("answer", ""), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(ref, field_errors(invalid.problems, ids=["answer"])), invalid.status
    except (Conflict, Forbidden) as refused:
        return _page(ref, [("", title_of(refused.reason, refused.status))]), refused.status
    flash(_("已经答复，登记机关负责人会收到通知"), "ok")
    return redirect(url_for("supervision.case", ref=ref), 303)


def _page(ref: str, problems: FieldErrors | None = None) -> str:
    actor = the_actor()
    with reading() as session:
        found, rows = orders_of(session, ref, actor=actor)
    here = ObjectFacts(registrar_code=found.registrar_code)
    free = found.holder_id != actor.account_id and all(row.order.answered_at is not None for row in rows)
    return render_template(
        "supervision/case.html",
        **tab_of(ref, "supervision"),
        **_shared(),
        rows=rows,
        may_order=allows("supervision.order", actor, here) and found.submitted_at is not None and free,
        problems=problems or [],
        typed=request.form,
        least=SHORTEST_DAYS,
        most_days=LONGEST_DAYS,
        usual=USUAL_DAYS,
        most=LONGEST,
    )


def _shared() -> dict[str, Any]:
    return {"badge": lambda at: due_badge(at, now=now()), "now": now()}
