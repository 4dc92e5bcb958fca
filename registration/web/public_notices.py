"""Public notices about entities: for everybody to read and to object to, for agencies, and for the office."""

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import local_date, now
from registration.database import reading
from registration.errors import Conflict, InvalidInput, NotFound
from registration.http.context import PUBLIC_LIMIT, SIGN_UP_LIMIT, lang_here, limiter, say, the_actor
from registration.http.problem_json import title_of
from registration.models import Application
from registration.operations import clearances, creditor_claims, public_notices, reduction_notices
from registration.operations.creditor_claims import ClaimData
from registration.operations.public_notices import ObjectionData
from registration.queries.casefile import CaseFile
from registration.queries.clearances import clearances_awaited
from registration.queries.public_notices import (
    ObjectionRow,
    claims_of,
    notice_at,
    notice_of_draft,
    notices_at,
    notices_for_all,
    notices_of_case,
    objections_of,
    public_notice,
)
from registration.rules.problems import problem_text
from registration.rules.public_notices import LONGEST_AMOUNT, LONGEST_CONTACT, LONGEST_NAME, LONGEST_REASON
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present.public_notices import ClaimText, NoticeText, claim_texts, notice_text, objector_words

blueprint = Blueprint("public_notices", __name__)
blueprint.add_app_template_global(objector_words, "objector_words")

Page = str | Response | tuple[str, int]
FIELDS = ("name", "contact", "reason")
OF_CLAIM = ("name", "contact", "demand", "amount", "basis")
LONGEST_REF = 40


@blueprint.get("/notices")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def home() -> str:
    """Those that run now, the newest first; `before` is a cursor."""
    with reading() as session:
        rows, further = notices_for_all(session, before=_asked("before"))
    return render_template(
        "public_notices/home.html",
        rows=[notice_text(one, today=local_date(now())) for one in rows],
        further=url_for("public_notices.home", before=further) if further else "",
        first=url_for("public_notices.home") if _asked("before") else "",
    )


@blueprint.get("/notices/<notice>")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def show(notice: str) -> Page:
    return _page(notice)


@blueprint.post("/notices/<notice>")
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def object_to(notice: str) -> Page:
    """Anybody objects, without an account."""
    return _received(
        notice,
        lambda given: public_notices.object_to(notice, ObjectionData(**given), now=now()),
        said=lambda _ref: _("异议已经收到，公告终止。登记机关可能按您留的联系方式核实"),
        fields=FIELDS,
    )


@blueprint.post("/notices/<notice>/claims")
@access("public")
@limiter.limit(SIGN_UP_LIMIT)
def claim(notice: str) -> Page:
    """A creditor declares a claim, without an account."""
    return _received(
        notice,
        lambda given: creditor_claims.declare(notice, ClaimData(**given), now=now()),
        said=lambda number: _("已经收到，申报编号%(number)s，请记下。请把证明材料交给企业或者清算组", number=number),
        fields=OF_CLAIM,
    )


def _received(
    notice: str, take: Callable[[dict[str, str]], str], *, said: Callable[[str], str], fields: Sequence[str]
) -> Page:
    """Takes what a form on the page of a notice says; `said` are the words for the number that it got."""
    try:
        number = take({name: request.form.get(name, "") for name in fields})
    except InvalidInput as invalid:
        return _page(notice, field_errors(invalid.problems, ids=fields)), invalid.status
    except Conflict as over:
        return _page(notice, [("", title_of(over.reason, over.status))]), over.status
    flash(said(number), "ok")
    return redirect(url_for("public_notices.show", notice=notice), 303)


@blueprint.post("/applications/<ref>/notice")
@access("application.edit")
def publish(ref: str) -> Response:
    """Publishes the notice of a draft, or takes it back (`do=withdraw`)."""
    try:
        if request.form.get("do") == "withdraw":
            reduction_notices.withdraw(ref, actor=the_actor(), now=now())
            flash(_("公告已经撤回"), "ok")
        else:
            reduction_notices.publish(ref, actor=the_actor(), now=now())
            flash(_("公告已经发布，期满的日子由系统计算"), "ok")
    except InvalidInput as invalid:
        flash(problem_text(invalid.problems[0], lang_here()), "warn")
    return redirect(url_for("apply.show", ref=ref), 303)


@blueprint.get("/desk/notices")
@access("notice.read")
def office() -> str:
    """Those of the own office: running ones, or with `view=ended` those that an objection ended; `notice` opens one."""
    ended, opened = request.args.get("view") == "ended", _asked("notice")
    with reading() as session:
        rows, further = notices_at(session, actor=the_actor(), objected=ended, before=_asked("before"))
        one = notice_at(session, opened, actor=the_actor()) if opened else None
        objections = objections_of(session, one.notice) if one else ()
        claims = claims_of(session, one.notice) if one else ()
    view = "ended" if ended else None
    return render_template(
        "public_notices/desk.html",
        rows=[notice_text(row, today=local_date(now())) for row in rows],
        ended=ended,
        further=url_for("public_notices.office", view=view, before=further) if further else "",
        one=notice_text(one, today=local_date(now())) if one else None,
        objections=objections,
        claims=claim_texts(one, claims) if one else (),
    )


@blueprint.get("/agencies/notices")
@access("agency_inbox.read")
def agencies() -> Page:
    """What runs at the registrar, also for agencies alone, to object to; and the clearances that the agency owes."""
    return _of_agencies()


@blueprint.post("/agencies/notices")
@access("agency_inbox.read")
def object_as_agency() -> Page:
    """An officer objects for the agency."""
    given = ObjectionData("", "", request.form.get("reason", ""))
    notice = request.form.get("notice", "")
    return _done(
        lambda: public_notices.object_to(notice, given, now=now(), officer=the_actor()),
        said=_("异议已经提出，申请人和登记机关会看到"),
        ids="reason",
    )


@blueprint.post("/agencies/clearances")
@access("agency_inbox.read")
def clear() -> Page:
    """An officer records the clearance of the agency for a case."""
    ref, number = request.form.get("case", ""), request.form.get("number", "")
    return _done(
        lambda: clearances.record(ref, number, officer=the_actor(), now=now()),
        said=_("已经记录"),
        ids="number",
    )


def _done(take: Callable[[], object], *, said: str, ids: str) -> Page:
    try:
        take()
    except InvalidInput as invalid:
        return _of_agencies(field_errors(invalid.problems, ids=[ids])), invalid.status
    except (Conflict, NotFound) as over:
        return _of_agencies([("", title_of(over.reason, over.status))]), over.status
    flash(said, "ok")
    return redirect(url_for("public_notices.agencies"), 303)


@blueprint.app_template_global("case_notices")
def case_notices(case: Application) -> list[tuple[NoticeText, Sequence[ObjectionRow], Sequence[ClaimText]]]:
    """The notices of a case, each with objections and claims, for a page of its applicant or the office."""
    with reading() as session:
        return [
            (
                notice_text(row, today=local_date(now())),
                objections_of(session, row.notice),
                claim_texts(row, claims_of(session, row.notice)),
            )
            for row in notices_of_case(session, case)
        ]


@blueprint.app_template_global("draft_notice")
def draft_notice(file: CaseFile) -> bool | None:
    """Whether the notice of a draft is published already; None for a draft of which none can be."""
    if not reduction_notices.notices_of(file.case, file.form):
        return None
    with reading() as session:
        return notice_of_draft(session, file.case) is not None


def _asked(name: str) -> str:
    return request.args.get(name, "").strip()[:LONGEST_REF]


def _page(notice: str, problems: FieldErrors | None = None) -> str:
    with reading() as session:
        row = public_notice(session, notice)
    return render_template(
        "public_notices/show.html",
        one=notice_text(row, today=local_date(now())),
        typed=request.form,
        demands=[(key, say(words)) for key, words in row.kind.demands.items()],
        most={"name": LONGEST_NAME, "contact": LONGEST_CONTACT, "reason": LONGEST_REASON, "amount": LONGEST_AMOUNT},
        problems=problems or [],
    )


def _of_agencies(problems: FieldErrors | None = None) -> str:
    with reading() as session:
        rows, further = notices_at(session, actor=the_actor(), objected=False, before=_asked("before"))
        to_clear = clearances_awaited(session, officer=the_actor())
    return render_template(
        "public_notices/agencies.html",
        to_clear=to_clear,
        rows=[notice_text(one, today=local_date(now())) for one in rows],
        further=url_for("public_notices.agencies", before=further) if further else "",
        at=request.form.get("notice") or request.form.get("case", ""),
        typed=request.form,
        most=LONGEST_REASON,
        problems=problems or [],
    )
