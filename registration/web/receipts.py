"""An officer's deliveries: what was sent to the agency after a registration, to be confirmed, or reported as wrong."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import InvalidInput
from registration.http.context import lang_here, say, the_actor
from registration.operations import receipts
from registration.queries.receipts import (
    ReceiptRow,
    failing_deliveries,
    fields_of,
    names_of,
    receipt_counts,
    receipt_of,
    receipts_for,
    record_of,
)
from registration.rules.fields import label_of
from registration.rules.form import sections_for
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present import desk
from registration.web.present.answers import chapters
from registration.web.review import Page

blueprint = Blueprint("receipts", __name__, url_prefix="/agencies/receipts")

VIEWS = {
    "sent": (_l("待确认"), _l("没有待确认的登记信息。")),
    "reported": (_l("等登记机关答复"), _l("没有等登记机关答复的异议。")),
    "confirmed": (_l("已确认"), _l("还没有确认过的登记信息。")),
    "all": (_l("全部"), _l("还没有送达本部门的登记信息。")),
}


@blueprint.get("")
@access("receipt.read")
def listed() -> str:
    actor, cursor = the_actor(), request.args.get("after") or None
    view = request.args.get("view", "")
    view = view if view in VIEWS else "sent"
    with reading() as session:
        page = receipts_for(session, actor=actor, view=view, cursor=cursor)
        counts = receipt_counts(session, actor=actor)
        failing = failing_deliveries(session, actor=actor)
    return render_template(
        "agencies/receipts.html",
        rows=page.rows,
        next=page.next,
        cursor=cursor,
        view=view,
        views={key: words for key, (words, _empty) in VIEWS.items()},
        empty=VIEWS[view][1],
        counts=counts,
        failing=failing,
        name_of=desk.name_of,
        has_own=bool(names_of(actor.agency)),
    )


@blueprint.get("/<receipt>")
@access("receipt.act")
def show(receipt: str) -> Page:
    return _page(receipt)


@blueprint.post("/<receipt>/acknowledge")
@access("receipt.act")
def acknowledge(receipt: str) -> Page:
    try:
        receipts.acknowledge(receipt, number=request.form.get("number", ""), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(receipt, field_errors(invalid.problems, ids=["number"]), invalid.status)
    flash(_("已确认收到"), "ok")
    return redirect(url_for("receipts.listed"), 303)


@blueprint.post("/<receipt>/report")
@access("receipt.act")
def report(receipt: str) -> Page:
    field, words = request.form.get("field", ""), request.form.get("words", "")
    try:
        receipts.report(receipt, field=field, words=words, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(receipt, field_errors(invalid.problems, ids=["field", "words"]), invalid.status)
    flash(_("已告诉登记机关，答复以后会出现在这里"), "ok")
    return redirect(url_for("receipts.show", receipt=receipt), 303)


def _page(receipt: str, problems: FieldErrors | None = None, status: int = 200) -> Page:
    with reading() as session:
        row = receipt_of(session, receipt, actor=the_actor())
        record = record_of(session, row.case, row.receipt.agency)
        named = fields_of(session, row.case, row.receipt.agency)
    body = render_template(
        "agencies/receipt.html",
        row=row,
        name=desk.name_of(row.case),
        chapters=[one for one in chapters(record, case=row.case) if one.blocks],
        fields=[(field, field_label(row, field)) for field in named],
        field_label=lambda field: field_label(row, field),
        typed=request.form,
        problems=problems or [],
        most=receipts.LONGEST,
    )
    return body, status


def field_label(row: ReceiptRow, field: str) -> str:
    """`住所 · 详细地址`; a dash where a report names no field."""
    if not field:
        return "—"
    section, _dot, name = field.partition(".")
    case = row.case
    known = {one.key: say(one.label) for one in sections_for(case.entity_type, case.regime, case.matter)}
    whole = known.get(section, section)
    part = label_of(field, lang_here(), entity_type=case.entity_type)
    return _("%(whole)s · %(part)s", whole=whole, part=part) if name else whole
