"""The desk of issued licences: a case's sheets and their events, and proposals that wait for a second person."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.documents.downloads import attachment, stored
from registration.errors import Conflict, InvalidInput
from registration.gateways.storage import storage
from registration.http.context import settings_here, the_actor
from registration.http.problem_json import title_of
from registration.operations import ledger, revocation
from registration.queries.ledger import LedgerPage, ledger_of, proposals_for
from registration.rules.problems import Problem
from registration.web import confirming, review
from registration.web.present import ledger as present
from registration.web.present.licence_words import fact_label

blueprint = Blueprint("ledger", __name__, url_prefix="/desk")

Page = review.Page
Problems = list[tuple[str, str]]
PROPOSE: dict[str, Callable[..., str]] = {
    "revoke": revocation.propose_revocation,
    "reinstate": revocation.propose_reinstatement,
}
DECIDE: dict[str, Callable[..., str]] = {
    "confirm": revocation.confirm_revocation,
    "refuse": revocation.refuse_revocation,
}


@blueprint.get("/licences")
@access("ledger.inbox")
def inbox() -> str:
    with reading() as session:
        waiting = proposals_for(session, actor=the_actor())
    return render_template("ledger/inbox.html", lines=[present.line_of(one) for one in waiting])


@blueprint.get("/cases/<ref>/licence")
@access("ledger.inbox")
def case(ref: str) -> Page:
    return _page(ref)


@blueprint.post("/cases/<ref>/licence/propose")
@access("ledger.inbox")
def propose(ref: str) -> Page:
    kind = request.form.get("kind", "revoke")
    ask = PROPOSE.get(kind, revocation.propose_revocation)

    def do() -> None:
        code, opinion = (request.form.get(f"{kind}.{name}", "") for name in ("reason_code", "opinion"))
        ask(ref, reason_code=code, opinion=opinion, actor=the_actor(), now=now())

    return _done(ref, kind, do, _("已经提交，等待另一人决定"))


@blueprint.post("/cases/<ref>/licence/correct")
@access("ledger.inbox")
def correct(ref: str) -> Page:
    with reading() as session:
        page = ledger_of(session, ref, actor=the_actor())

    def do() -> None:
        revocation.propose_correction(
            ref,
            reason_code=request.form.get("correct.reason_code", ""),
            opinion=request.form.get("correct.opinion", ""),
            evidence=request.form.get("correct.evidence", ""),
            changes=_changes(page),
            actor=the_actor(),
            now=now(),
        )

    return _done(ref, "correct", do, _("已经提交，等待另一人决定"))


@blueprint.post("/cases/<ref>/licence/decide")
@access("ledger.inbox")
def decide(ref: str) -> Page:
    take = DECIDE.get(request.form.get("decision", ""), revocation.refuse_revocation)
    asks = confirming.asked_first(_("决定一项执照的提议"), back=url_for("ledger.case", ref=ref))
    if asks:
        return asks

    def do() -> None:
        proposal, opinion = request.form.get("proposal", ""), request.form.get("decide.opinion", "")
        take(proposal, opinion=opinion, actor=the_actor(), now=now())

    return _done(ref, "decide", do, _("已经决定"))


@blueprint.post("/cases/<ref>/licence/<licence>/reprint")
@access("ledger.inbox")
def reprint(ref: str, licence: str) -> Page | Response:
    """The stored file, as it was signed: only the count changes."""
    try:
        sheet = ledger.reprint(ref, licence, actor=the_actor(), now=now())
    except Conflict as refused:
        return _page(ref, problems=[("", title_of(refused.reason, refused.status))], status=refused.status)
    content = stored(storage(settings_here()), sheet.storage_key or "", digest=sheet.sha256)
    name = f"{sheet.code}-{sheet.paper}-{sheet.copy_no}.pdf"
    return attachment(content, filename=name, mimetype="application/pdf")


def _done(ref: str, form: str, do: Callable[[], None], words: str) -> Page:
    """Shows the page again, with a message about the result, or with the input and its problems."""
    try:
        do()
    except InvalidInput as invalid:
        return _page(ref, form=form, invalid=invalid.problems, status=invalid.status)
    except Conflict as refused:
        return _page(ref, problems=[("", title_of(refused.reason, refused.status))], status=refused.status)
    flash(words, "ok")
    return redirect(url_for("ledger.case", ref=ref), 303)


def _page(
    ref: str, *, problems: Problems | None = None, form: str = "", invalid: Sequence[Problem] = (), status: int = 200
) -> Page:
    """`invalid` has the problems of the input `form`."""
    with reading() as session:
        page = ledger_of(session, ref, actor=the_actor())
    wrong = [(f"{form}.{one.path}", present.problem_words(one, page.case.entity_type)) for one in invalid]
    body = render_template(
        "ledger/case.html",
        **review.tab_of(ref, "licence"),
        page=page,
        editions=present.editions_of(page),
        happened=present.events_of(page),
        proposals=[present.proposal_of(one, page.case.entity_type) for one in page.proposals],
        checks=present.checks_of(page),
        blocked=present.blocked_of(page),
        reasons={kind: present.choices(kind) for kind in ("correct", "revoke", "reinstate")},
        typed=request.form,
        facts=present.changeable(page),
        fact_label=partial(fact_label, entity_type=page.case.entity_type),
        sheet_words=present.sheet_words,
        problems=[*(problems or ()), *wrong],
    )
    return body, status


def _changes(page: LedgerPage) -> Mapping[str, Any]:
    """The input values that differ from the newest edition."""
    kept = present.changeable(page)
    posted = {name: request.form.get(f"correct.changes.{name}") for name in kept}
    typed = {name: text.strip() for name, text in posted.items() if text is not None}
    changed = {name: text for name, text in typed.items() if text.splitlines() != kept[name].splitlines()}
    return {name: text.splitlines() if name.endswith("_items") else text for name, text in changed.items()}
