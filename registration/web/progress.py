"""A submitted application for its applicant: progress, corrections, receipt, licences, papers."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from certificates.credentials import sd_jwt
from certificates.paper.qr import svg
from registration import database
from registration.access import access
from registration.clock import now
from registration.documents.credentials import credential_of
from registration.documents.downloads import attachment, stored
from registration.documents.file_names import licence_file_name
from registration.documents.phone_pictures import MARK, phone_picture
from registration.documents.previews import page_image
from registration.errors import ActionRefused, InvalidInput, NotFound
from registration.gateways.storage import storage
from registration.http.context import lang_here, say, settings_here, the_actor
from registration.matters import definition_of
from registration.models import Licence, Paper, Part
from registration.operations import english_summary, papers_asked
from registration.operations.act import act
from registration.queries.casefile import CaseFile, casefile, last_changes, paper_of
from registration.queries.changes import Change
from registration.queries.corrections import changes_since
from registration.queries.correspondence import office_wrote_last
from registration.queries.estimate import estimate_for
from registration.queries.feedback import FeedbackRow, ended_steps, feedback_of
from registration.queries.own_rows import read_progress
from registration.queries.papers_asked import may_be_asked
from registration.queries.public_progress import check_word
from registration.queries.waiting import waiting_for
from registration.rules.action_inputs import SIGNATURES
from registration.rules.automatic_checks import words_for_applicant
from registration.rules.materials import material_label
from registration.rules.whole_numbers import whole_number
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.forms.section import open_case
from registration.web.present import actions
from registration.web.present.actions import taken_words
from registration.web.present.asked import open_items
from registration.web.present.changes import pairs_of
from registration.web.present.decisions import blocker_errors
from registration.web.present.expected import expectation_of
from registration.web.present.feedback import ToRate, answers_of, to_rate
from registration.web.present.kinds import entity_type_words
from registration.web.present.next_steps import next_lines
from registration.web.present.papers import PAPERS
from registration.web.present.progress import events_of, fixes_of, holder_of, next_of, refusal_of, stages_of
from registration.web.present.promise import promise_of
from registration.web.present.states import Mark, case_due, matter_words, part_tag, state_tag, waits_for_signers
from registration.web.present.straight_through import at_once_of

blueprint = Blueprint("progress", __name__, url_prefix="/applications/<ref>")

Page = str | AnyResponse | tuple[str, int]


def _asked_about(file: CaseFile) -> list[str]:
    """What the applicant reads about checks that stop the case, while the office has it."""
    if definition_of(file.case.definition).states[file.case.state].kind != "office":
        return []
    return words_for_applicant(file.facts.stopping_checks, lang_here(), registrar=file.registrar.name)


def progress_page(file: CaseFile, problems: FieldErrors | None = None) -> str:
    """The page of a case that is no draft any more."""
    with database.reading() as session:
        read_progress(session, file.case, now=now())
        changes = _changes(session, file)
        revised = pairs_of(file, last_changes(session, file.case, actor=the_actor()))
        expected = expectation_of(estimate_for(session, file.case, now=now()))
        asked, at_once = may_be_asked(session, file.case), at_once_of(session, file)
        answered = office_wrote_last(session, file.case)
        said, unrated = _feedback(session, file)
    fixes, stopped = fixes_of(file, changes), file.facts.misuse_reported
    return render_template(
        "progress/case.html",
        file=file,
        kind=entity_type_words(file.case.entity_type),
        stages=stages_of(file),
        promise=promise_of(file.case, now=now()) if file.case.submitted_at or not stopped else None,
        expected=None if stopped else expected,
        holder=holder_of(file),
        badge=None if stopped else case_due(file.case, now=now()),
        tag=state_tag(file.case),
        fixes=fixes,
        left=sum(not fix.done for fix in fixes),
        refusal=refusal_of(file),
        checked=_asked_about(file),
        parts=parts_of(file),
        events=events_of(file),
        awaited=next_of(file),
        waiting=() if stopped else waiting_for(file, actor=the_actor(), now=now()),
        revised=revised,
        unsigned=[one.party for one in file.signatures if not one.valid],
        licences=_issued(file),
        original=_original(file),
        after=next_lines(file),
        address_of_check=_check_address,
        qr=_qr,
        asked=asked,
        at_once=at_once,
        answered=answered,
        to_answer=answers_of(said, now=now()),
        unrated=unrated,
        translatable=english_summary.is_offered(),
        translation=_translation(file),
        by_page=actions.by_page(file),
        choices=actions.choices(file),
        state=definition_of(file.case.definition).states[file.case.state],
        signs=waits_for_signers(file.case),
        stopped=stopped,
        problems=problems or [],
    )


blueprint.add_app_template_global(open_items, "open_items")
blueprint.add_app_template_global(matter_words, "matter_words")


@blueprint.app_template_global("paper_words")
def paper_words(kind: str, matter: str) -> str:
    """The name of a paper; one that was made from the answers is called like the document that it is."""
    return str(PAPERS[kind]) if kind in PAPERS else material_label(kind, lang_here(), matter)


def parts_of(file: CaseFile) -> list[tuple[str, Part, Mark]]:
    """What each agency does, in the order of the graph."""
    parts = definition_of(file.case.definition).parts
    graph = parts.graph if parts else {}
    return [(say(graph[view.part.key].label), view.part, part_tag(file.case, view.part)) for view in file.parts]


def _feedback(session: Session, file: CaseFile) -> tuple[list[FeedbackRow], list[ToRate]]:
    """What the applicant has said of the office's work, and the ended steps without a rating."""
    rows = feedback_of(session, file.case.ref, actor=the_actor())[1]
    steps = to_rate(file.case, ended_steps(session, file.case), rows, now=now())
    return rows, [step for step in steps if step.row is None]


def _issued(file: CaseFile) -> list[Licence]:
    """The sheets that there is a file of, the newest edition first."""
    return sorted((one for one in file.licences if one.storage_key and one.issued_at), key=lambda one: -one.edition)


def _original(file: CaseFile) -> Licence | None:
    """The original of the edition in force."""
    return next((one for one in _issued(file) if one.status == "issued" and one.paper == "original"), None)


def _check_address(sheet: Licence) -> str:
    return f"{settings_here().public_url}/v/{sheet.ref}"


def _qr(sheet: Licence) -> Markup:
    # The address is this program's own, and the library escapes the title.
    return Markup(svg(_check_address(sheet), title=_("查验执照的二维码")))  # noqa: S704


def _translation(file: CaseFile) -> Paper | None:
    """The English summary of the edition in force, after it was ordered."""
    newest = max((one.edition for one in file.licences if one.status == "issued"), default=0)
    return next((one for one in file.papers if one.kind == english_summary.KIND and one.revision == newest), None)


def _changes(session: Session, file: CaseFile) -> list[Change]:
    if file.correction is None:
        return []
    return changes_since(session, file.case, revision=file.correction.notice.revision)


@blueprint.route("/act/<action>", methods=["GET", "POST"])
@access("application.act")
def take(ref: str, action: str) -> Page:
    """The general page of an applicant's action: its meaning, its fields, one button."""
    file = open_case(ref)
    table = definition_of(file.case.definition)
    if not any(row.action == action and "applicant" in row.by for row in table.rows):
        raise NotFound(action=action)
    if request.method == "GET":
        stands = file.offer(action) is not None
        return _action_page(file, action) if stands else redirect(url_for("apply.show", ref=ref), 303)
    typed = {name: request.form.get(name, "") for name in table.actions[action].asks}
    version = whole_number(request.form.get("version", "")) or file.case.version
    try:
        act(ref, action, actor=the_actor(), now=now(), version=version, **typed)
    except ActionRefused as refused:
        return _action_page(open_case(ref), action, blocker_errors(refused.blockers)), 409
    except InvalidInput as invalid:
        return _action_page(open_case(ref), action, field_errors(invalid.problems, ids=list(typed))), invalid.status
    if table.actions[action].shown.page == SIGNATURES:
        return redirect(url_for("signing.listed", ref=ref), 303)
    flash(taken_words(table.actions[action]), "ok")
    return redirect(url_for("apply.show", ref=ref), 303)


def _action_page(file: CaseFile, action: str, problems: FieldErrors | None = None) -> str:
    """If the action is not available (any more), the case page shows what to do."""
    offer = file.offer(action)
    if offer is None:
        return progress_page(file, problems)
    shown = actions.page_of(file, offer)
    return render_template("progress/act.html", file=file, shown=shown, typed=request.form, problems=problems or [])


@blueprint.get("/receipt")
@access("application.read")
def receipt(ref: str) -> str:
    file = open_case(ref)
    if file.case.submitted_at is None:
        raise NotFound(receipt=ref)
    paper = next((one for one in file.papers if one.kind == "receipt" and one.storage_key), None)
    kind = entity_type_words(file.case.entity_type)
    promise = promise_of(file.case, now=now())
    with database.reading() as session:
        unrated = _feedback(session, file)[1]
    return render_template(
        "progress/receipt.html",
        file=file,
        kind=kind,
        promise=promise,
        paper=paper,
        word=check_word(ref),
        unrated=unrated,
    )


@blueprint.get("/licences/<licence>.pdf")
@access("licence.download")
def licence(ref: str, licence: str) -> Response:
    """A sheet of the licence as it was signed."""
    sheet, firm = _sheet(ref, licence)
    name = licence_file_name(firm, sheet.code, paper=sheet.paper, copy_no=sheet.copy_no, ending="pdf")
    return _download(sheet.storage_key or "", name, digest=sheet.sha256)


@blueprint.get("/licences/<licence>.png")
@access("licence.download")
def licence_picture(ref: str, licence: str) -> Response:
    """The sheet as a picture on the page, drawn once in the sandbox."""
    sheet, _firm = _sheet(ref, licence)
    drawn = page_image(
        storage(settings_here()),
        storage_key=sheet.storage_key or "",
        sha256=sheet.sha256 or "",
        content_type="application/pdf",
        page=1,
    )
    return Response(drawn, mimetype="image/png")


@blueprint.get("/licences/<licence>/phone.png")
@access("licence.download")
def licence_for_phone(ref: str, licence: str) -> Response:
    """The sheet as a picture to keep on a phone, marked as a copy, with its check."""
    sheet, firm = _sheet(ref, licence)
    drawn = phone_picture(storage(settings_here()), sheet, firm=firm, check=_check_address(sheet))
    more = f"-{MARK}"
    name = licence_file_name(firm, sheet.code, paper=sheet.paper, copy_no=sheet.copy_no, ending="png", more=more)
    return attachment(drawn, filename=name, mimetype="image/png")


@blueprint.post("/translation")
@access("licence.download")
def ask_for_translation(ref: str) -> AnyResponse:
    """Asks for the English page beside the licence; the worker makes it."""
    english_summary.request(ref, actor=the_actor(), now=now())
    flash(_("已经开始制作英文译本。稍后刷新本页即可下载"), "ok")
    return redirect(url_for("apply.show", ref=ref), 303)


@blueprint.get("/licences/<licence>.sd-jwt")
@access("licence.download")
def credential(ref: str, licence: str) -> Response:
    """The same as a verifiable credential (SD-JWT VC), for wallets and programs."""
    sheet, _firm = _sheet(ref, licence)
    content = credential_of(sheet, settings_here(), now=now())
    return attachment(content, filename=f"{sheet.code}.sd-jwt", mimetype=sd_jwt.MEDIA_TYPE)


@blueprint.get("/papers/<paper>.pdf")
@access("paper.read")
def paper(ref: str, paper: str) -> Response:
    """A receipt, a notice or a decision as it was signed."""
    sheet = paper_of(_read(ref, "paper.read"), paper, actor=the_actor())
    return _download(sheet.storage_key or "", f"{ref}-{sheet.kind}-{sheet.revision}.pdf", digest=sheet.sha256)


@blueprint.post("/papers/<kind>/ask")
@access("paper.ask")
def ask_paper(ref: str, kind: str) -> AnyResponse:
    """A paper that no action makes; a worker makes it in a moment."""
    papers_asked.ask(ref, kind, actor=the_actor(), now=now())
    flash(_("正在制作，几秒钟后刷新就能下载"), "ok")
    return redirect(url_for("apply.show", ref=ref), 303)


def _read(ref: str, rule: str) -> CaseFile:
    with database.reading() as session:
        return casefile(session, ref, actor=the_actor(), now=now(), rule=rule)


def _sheet(ref: str, licence: str) -> tuple[Licence, str]:
    """A sheet that there is a file of, with the name of the firm."""
    file = _read(ref, "licence.download")
    sheet = next((one for one in file.licences if one.ref == licence), None)
    if sheet is None or sheet.storage_key is None:
        raise NotFound(licence=licence)
    return sheet, file.case.name


def _download(storage_key: str, filename: str, *, digest: str | None) -> Response:
    content = stored(storage(settings_here()), storage_key, digest=digest)
    return attachment(content, filename=filename, mimetype="application/pdf")
