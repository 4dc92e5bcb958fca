"""The clerks' desk: the inbox, and the file page with form and documents side by side."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlmodel import Session
from werkzeug.wrappers import Response

from registration.access import ObjectFacts, access, allows
from registration.clock import now
from registration.database import reading
from registration.documents.downloads import attachment, stored
from registration.errors import InvalidInput, StaleVersion
from registration.gateways.storage import storage
from registration.http.context import lang_here, say, settings_here, the_actor
from registration.matters import definition_of
from registration.operations import papers_asked, sensitive
from registration.queries.automatic_checks import automatic_checks
from registration.queries.case_rows import HELD_NAMES, MATERIALS, PAPERS, PARTIES, PageRows
from registration.queries.casefile import CaseFile, casefile, last_changes
from registration.queries.corrections import last_answered
from registration.queries.explain import explained
from registration.queries.file_rows import read_frame, read_review
from registration.queries.founding_documents import readable_texts
from registration.queries.papers_asked import may_be_asked
from registration.queries.trail import trail_of
from registration.rules.whole_numbers import whole_number
from registration.web import listing, marking, naming, notice_points, onward
from registration.web.forms.looking import reason_is_missing, reason_to_look
from registration.web.forms.marks import inputs_of
from registration.web.present import desk
from registration.web.present.asked import asked_of
from registration.web.present.changes import pairs_of
from registration.web.present.checks import panel_of
from registration.web.present.decisions import bar_of, label_for
from registration.web.present.graph import graph_of
from registration.web.present.holding import put_back_words
from registration.web.present.objections import objection_texts
from registration.web.present.opinions import opinions_of
from registration.web.present.part_waits import waits_of
from registration.web.present.story import story
from registration.web.present.straight_through import attempt_of
from registration.web.present.targets import target_label
from registration.web.present.undo import decision_before
from workflows.diagram.svg import draw

blueprint = Blueprint("review", __name__, url_prefix="/desk")

Page = str | Response | tuple[str, int]
Problems = Iterable[tuple[str, str]]

# More persons than these are folded, so that a form with dozens stays readable.
MOST_OPEN_PERSONS = 6


@blueprint.get("/inbox")
@access("inbox.read")
def inbox() -> Page:
    if search := request.args.get("q", ""):
        return redirect(url_for("search.show", q=search))
    return listing.page(request.args)


@blueprint.post("/next")
@access("inbox.read")
def claim_next() -> Response:
    """Claims the most urgent file without a holder."""
    if ref := onward.claim_next():
        return redirect(url_for("review.case", ref=ref), 303)
    flash(_("您登记了请假，请假期间不领取申请") if onward.is_away() else _("现在没有您可以领取的申请"), "warn")
    return redirect(url_for("review.inbox", view="unclaimed"), 303)


@blueprint.route("/cases/<ref>", methods=["GET", "POST"])
@access("inbox.read")
def case(ref: str) -> Page:
    """A POST keeps the marks and shows the page again as it was."""
    return show(ref)


@blueprint.post("/cases/<ref>/reveal")
@access("inbox.read")
def reveal(ref: str) -> Page:
    path = request.form.get("path", "")
    try:
        value = sensitive.reveal(ref, path, reason=reason_to_look(path), actor=the_actor(), now=now())
    except InvalidInput:
        return show(ref, problems=reason_is_missing(path), status=422)
    return show(ref, revealed={path: value})


@blueprint.get("/cases/<ref>/changes")
@access("inbox.read")
def changes(ref: str) -> str:
    with reading() as session:
        file = casefile(session, ref, actor=the_actor(), now=now())
        read_frame(session, file.case, actor=the_actor())
        pairs = pairs_of(file, last_changes(session, file.case, actor=the_actor()))
    return render_template("review/changes.html", **_frame(file, "changes", len(pairs)), pairs=pairs)


@blueprint.get("/cases/<ref>/history")
@access("inbox.read")
def history(ref: str) -> str:
    file, changed = _read(ref, also=(MATERIALS, PARTIES))
    events = story(file.case, reversed(file.history), parties=[one.party for one in file.signatures])
    return render_template("review/history.html", **_frame(file, "history", changed), events=events)


@blueprint.get("/cases/<ref>/flow")
@access("inbox.read")
def flow(ref: str) -> str:
    """The diagram of the table with the case's present and past states."""
    actor = the_actor()
    with reading() as session:
        file = casefile(session, ref, actor=actor, now=now())
        read_frame(session, file.case, actor=actor)
        changed = pairs_of(file, last_changes(session, file.case, actor=actor))
        trail = trail_of(session, file.case)
    drawn = draw(definition_of(file.case.definition), lang=lang_here(), trail=trail, name="flow", say=say)
    # The drawing is made here and escapes the texts in it.
    return render_template("review/flow.html", **_frame(file, "flow", len(changed)), drawn=Markup(drawn))  # noqa: S704


@blueprint.get("/cases/<ref>/why")
@access("inbox.read")
def why(ref: str) -> str:
    """Everything that the table knows, possible now or not, each with every reason."""
    file, changed = _read(ref, whole=True)
    report = explained(file, actor=the_actor(), now=now())
    return render_template("review/why.html", **_frame(file, "why", changed), report=report, input_label=label_for)


@blueprint.get("/cases/<ref>/parts")
@access("inbox.read")
def parts(ref: str) -> str:
    file, changed = _read(ref, whole=True)
    waits = waits_of(file.case, file.parts, now=now())
    rows = desk.part_rows(file, waits, now=now())
    texts = objection_texts(file, file.objections)
    return render_template(
        "review/parts.html",
        **_frame(file, "parts", changed),
        graph=graph_of(file.case, file.parts, waits),
        rows=rows,
        objections=texts,
        older=[] if texts else desk.objections(file),
        bar=bar_of(file),
    )


def tab_of(ref: str, tab: str) -> dict[str, Any]:
    """The context around a tab of the file that another blueprint fills."""
    file, changed = _read(ref)
    return _frame(file, tab, changed)


@blueprint.get("/cases/<ref>/papers")
@access("inbox.read")
def papers(ref: str) -> str:
    """Every paper of the case, and those that can be ordered."""
    return _papers_page(ref)


def _papers_page(ref: str, *, problems: Problems = ()) -> str:
    with reading() as session:
        file = casefile(session, ref, actor=the_actor(), now=now())
        read_frame(session, file.case, actor=the_actor(), also=(PAPERS, HELD_NAMES))
        changed, asked = last_changes(session, file.case, actor=the_actor()), may_be_asked(session, file.case)
    frame = _frame(file, "papers", len(changed))
    return render_template("review/papers.html", **frame, asked=asked, may_look=file.may_look, problems=problems)


@blueprint.post("/cases/<ref>/papers/<kind>/ask")
@access("inbox.read")
def ask_paper(ref: str, kind: str) -> Response:
    papers_asked.ask(ref, kind, actor=the_actor(), now=now())
    flash(_("正在制作，几秒钟后刷新就能下载"), "ok")
    return redirect(url_for("review.papers", ref=ref), 303)


@blueprint.post("/cases/<ref>/papers/personal")
@access("inbox.read")
def personal_page(ref: str) -> Page:
    """The page of personal data of an application document, after a reason was given."""
    paper = request.form.get("paper", "")
    try:
        sheet = sensitive.reveal_persons(ref, paper, reason=reason_to_look(paper), actor=the_actor(), now=now())
    except InvalidInput:
        return _papers_page(ref, problems=reason_is_missing(paper)), 422
    content = stored(storage(settings_here()), sheet.storage_key or "", digest=sheet.sha256)
    name = f"{ref}-{sheet.kind}-{sheet.revision}.pdf"
    return attachment(content, filename=name, mimetype="application/pdf", digest=sheet.sha256)


def show(
    ref: str,
    *,
    problems: Problems = (),
    status: int = 200,
    revealed: dict[str, str] | None = None,
    overtaken: bool = False,
    warned: str = "",
) -> Page:
    """The review page with whatever was marked and typed so far; `overtaken` when a colleague was faster.

    `warned` is the action before which the page says that not everything is marked.
    """
    actor = the_actor()
    with reading() as session:
        file = _reviewed(session, ref)
        changed = pairs_of(file, last_changes(session, file.case, actor=actor))
        checks, attempt = automatic_checks(session, file), attempt_of(session, file.case)
        asked, marked = asked_of(file, last_answered(session, file.case), changed), marking.marked_of(session, file)
        made = {f"material.{text.kind}": text for text in readable_texts(session, file.case, actor=actor)}
        before = decision_before(session, file.case, actor=actor)
    marking.keep_posted(file)
    body = render_template(
        "review/case.html",
        **_frame(file, "review", len(changed)),
        **desk.reading_of(file),
        **vars(marked),
        changed={pair.key: pair for pair in changed},
        objections=objection_texts(file, [one for one in file.objections if one.is_open]),
        carried_points=notice_points.carried_points(),
        checks=panel_of(file, checks, may_override=_may_override(file)),
        attempt=attempt,
        made=made,
        **_open_name(file),
        asked=asked,
        bar=(bar := bar_of(file)),
        opinions=(opinions := opinions_of(file, bar, before.opinions())),
        unmarked_words=[target_label(one, case=file.case) for one in marked.unmarked],
        persons_open=MOST_OPEN_PERSONS,
        left=marking.left_words(len(marked.unmarked)),
        go_on=onward.goes_on(),
        warned=warned,
        look_at=url_for("review.reveal", ref=ref) if file.may_look else "",
        inputs=before.inputs_beside(opinions) | inputs_of(request.form),
        revealed=revealed or {},
        problems=list(problems),
        overtaken=overtaken,
    )
    return body, status


def _may_override(file: CaseFile) -> bool:
    at = ObjectFacts(registrar_code=file.case.registrar_code)
    return allows("check.override", the_actor(), at) and file.facts.holder == the_actor().tag


def _open_name(file: CaseFile) -> dict[str, Any]:
    """The name that waits for a decision, with the findings of the rules, and whether this clerk decides."""
    if not file.facts.name_awaits_decision:
        return {"open_name": None}
    may_decide = allows("name.decide", the_actor(), ObjectFacts(registrar_code=file.case.registrar_code))
    return {
        "open_name": naming.verdict_of(file, file.form.get("name") or {}),
        "may_decide_name": may_decide and file.facts.holder == the_actor().tag,
    }


def show_changed(ref: str, error: StaleVersion) -> Page:
    """The case was changed by another person: shows the change as text, above the marks and the input."""
    file, _changed = _read(ref)
    seen = whole_number(request.form.get("seen", ""))
    # A button of the inbox has no version of the file: the latest event is the change.
    since = [entry for entry in file.history if entry.seq > seen] if seen is not None else file.history[-1:]
    texts = [
        _("%(who)s刚刚做了：%(title)s。请看过现在的内容再办。", who=event.who, title=event.title)
        for event in story(file.case, since)
    ]
    return show(
        ref,
        problems=[("", words) for words in texts or [_("这份申请刚刚有了变化，请看过现在的内容再办。")]],
        status=error.status,
        overtaken=True,
    )


def _read(ref: str, *, also: Iterable[PageRows[Any]] = (), whole: bool = False) -> tuple[CaseFile, int]:
    with reading() as session:
        file = _reviewed(session, ref) if whole else casefile(session, ref, actor=the_actor(), now=now())
        read_frame(session, file.case, actor=the_actor(), also=also)
        return file, len(last_changes(session, file.case, actor=the_actor()))


def _reviewed(session: Session, ref: str) -> CaseFile:
    """The file with everything that its review asks for."""
    file = casefile(session, ref, actor=the_actor(), now=now())
    read_review(session, file.case, actor=the_actor(), now=now())
    return file


def _frame(file: CaseFile, tab: str, changed: int) -> dict[str, Any]:
    """What every tab of a file shows around its own content."""
    ref = file.case.ref
    return desk.head_of(file, now=now()) | {
        "file": file,
        "case": file.case,
        "tab": tab,
        "changed_count": changed,
        "order_waits": _order_waits(file),
        "put_back": put_back_words(file),
        "ask_at": lambda action: url_for("decisions.ask", ref=ref, action=action),
        "take_at": lambda action: url_for("decisions.take", ref=ref, action=action),
    }


def _order_waits(file: CaseFile) -> bool:
    """Whether a supervision order waits for its answer: the last entry about orders is one, or a report of lateness."""
    tags = [one.tag for one in file.history if one.tag.startswith("supervision:")]
    return tags[-1:] not in ([], ["supervision:answer"])
