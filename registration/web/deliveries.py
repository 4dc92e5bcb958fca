"""The tab of a file with its deliveries to agencies, where the office settles what they report as wrong."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from registration.access import ObjectFacts, access, allows
from registration.clock import now
from registration.errors import Conflict, InvalidInput
from registration.http.context import say, the_actor
from registration.operations import receipts
from registration.queries.receipts import receiving_agency
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.receipts import field_label
from registration.web.review import Page, tab_of

blueprint = Blueprint("deliveries", __name__, url_prefix="/desk/cases/<ref>/receipts")


@blueprint.get("")
@access("inbox.read")
def show(ref: str) -> Page:
    return _page(ref)


@blueprint.post("/<report>")
@access("inbox.read")
def answer(ref: str, report: str) -> Page:
    chosen, words = request.form.get("settlement", ""), request.form.get("words", "")
    try:
        receipts.answer(ref, report, settlement=chosen, words=words, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(ref, field_errors(invalid.problems, ids=["settlement", "words"]), invalid.status, at=report)
    except Conflict as settled:
        return _page(ref, [("", _("这项异议已经答复过了，请看答复。"))], settled.status)
    flash(_("已答复部门"), "ok")
    return redirect(url_for("deliveries.show", ref=ref), 303)


def _page(ref: str, problems: FieldErrors | None = None, status: int = 200, *, at: str = "") -> Page:
    frame = tab_of(ref, "receipts")
    at_office = ObjectFacts(registrar_code=frame["case"].registrar_code)
    body = render_template(
        "review/receipts.html",
        **frame,
        problems=problems or [],
        at=at,
        typed=request.form,
        name_of=_name_of,
        field_label=field_label,
        may_answer=allows("receipt.answer", the_actor(), at_office),
        settlements=[
            ("explained", _("说明情况：记录没有错，或者不用更正执照")),
            ("corrected", _("已更正：执照已经在台账中更正")),
        ],
    )
    return body, status


def _name_of(shared_as: str) -> str:
    agency = receiving_agency(shared_as)
    return say(agency.name) if agency else shared_as
