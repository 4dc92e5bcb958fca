"""One step for several files of the inbox: a page that says what would happen to each, then a report."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certificates.paper.joined import joined
from registration.access import access
from registration.clock import local_date, now
from registration.database import reading
from registration.documents.downloads import attachment, stored
from registration.errors import InvalidInput
from registration.gateways.storage import storage
from registration.http.context import settings_here, the_actor
from registration.http.problem_json import against
from registration.operations import bulk
from registration.operations.bulk import ASSIGN, PRINT, BulkStep, Verdict
from registration.operations.holding import LONGEST_REASON
from registration.queries.holding import office_of
from registration.rules.whole_numbers import whole_number
from registration.web.account import problem_texts
from registration.web.present.bulk import step_words
from registration.web.present.holding import colleague_words

blueprint = Blueprint("bulk", __name__, url_prefix="/desk/bulk")

Page = str | Response | tuple[str, int]


@blueprint.post("")
@access("inbox.read")
def look() -> Page:
    """Changes nothing."""
    step = _step()
    try:
        verdicts = bulk.look(_refs(), step, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _sent_back(invalid)
    # Without a colleague to judge, the page first asks for one.
    asks = step.what == ASSIGN and not step.to
    return _page(step, verdicts, judged=not asks)


@blueprint.post("/done")
@access("inbox.read")
def carry_out() -> Page:
    step, refs = _step(), _refs()
    if step.what == PRINT:
        return _printed(refs)
    versions = {ref: whole_number(request.form.get(f"version.{ref}", "")) for ref in refs}
    seen = {ref: version for ref, version in versions.items() if version is not None}
    try:
        verdicts = bulk.carry_out(refs, step, actor=the_actor(), now=now(), versions=seen)
    except InvalidInput as invalid:
        return _sent_back(invalid)
    return _page(step, verdicts, judged=True, done=True)


def _page(step: BulkStep, verdicts: list[Verdict], *, judged: bool, done: bool = False) -> str:
    lines = [(one, against(one.error)) for one in verdicts]
    context: dict[str, Any] = {"step": step, "label": step_words(step.what), "judged": judged, "done": done}
    if step.what == ASSIGN and not done:
        with reading() as session:
            people = office_of(session, the_actor().registrar_code, now=now())
        context |= {"people": [(one.account.login, colleague_words(one)) for one in people], "most": LONGEST_REASON}
    good = sum(one.is_good for one in verdicts)
    return render_template("holding/bulk.html", lines=lines, good=good, bad=len(verdicts) - good, **context)


def _printed(refs: list[str]) -> Page:
    """One document with the papers; nothing is marked as printed, because a browser does not say so."""
    try:
        papers = bulk.to_print(refs, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _sent_back(invalid)
    files = storage(settings_here())
    content = joined(stored(files, one.storage_key or "", digest=one.sha256) for one in papers)
    return attachment(content, filename=f"{local_date(now())}.pdf", mimetype="application/pdf")


def _sent_back(invalid: InvalidInput) -> Response:
    """Back to the inbox with the reason: nothing was typed that could be lost."""
    for _at, words in problem_texts(invalid.problems):
        flash(words, "warn")
    return redirect(url_for("review.inbox"), 303)


def _refs() -> list[str]:
    return request.form.getlist("case")


def _step() -> BulkStep:
    typed = request.form
    return BulkStep(typed.get("what", ""), typed.get("to", "").strip(), typed.get("reason", ""))
