"""The documents that the system makes from the answers: which ones, their clauses in other words, reading, drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import database
from registration.access import access
from registration.clock import now
from registration.documents.downloads import attachment
from registration.documents.founding_drafts import Draft, draft_of
from registration.gateways.storage import storage
from registration.http.context import DRAFT_LIMIT, limiter, settings_here, the_actor
from registration.operations import founding_documents
from registration.queries.casefile import CaseFile, casefile
from registration.queries.file_contents import MadeDocument, TaskState
from registration.queries.founding_documents import readable_text
from registration.rules.form import Form
from registration.rules.founding_documents.texts import MarkedClause, clause_label, marked_clauses
from registration.rules.problems import Problem
from registration.rules.tidy import UntidyText, tidy_lines
from registration.web.forms import section as pages
from registration.web.forms.anchors import field_errors
from registration.web.forms.layout import intro_of, title_of
from registration.web.present.tasks import files_instead
from registration.web.sections import kept

blueprint = Blueprint("documents", __name__, url_prefix="/applications/<ref>/documents")

Page = str | AnyResponse | tuple[str, int]
SECTION = "documents"
RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class ShownClause:
    """A clause on the page: `id` of its control, and the text that was typed."""

    id: str
    clause: MarkedClause
    typed: str


@dataclass(frozen=True, slots=True)
class ShownDocument:
    document: MadeDocument
    clauses: tuple[ShownClause, ...]


@blueprint.get("")
@access("application.edit")
def edit(ref: str) -> Page:
    file, task = pages.open_section(ref, SECTION)
    return _page(file, task, problems=task.problems)


@blueprint.post("")
@access("application.edit")
def save(ref: str) -> Page:
    """Saves the clauses that differ from the standard ones. The button of a clause goes back to its standard text."""
    file, task = pages.open_section(ref, SECTION)
    restored = request.form.get(RESTORE, "")
    raw = _bound(file, without=restored)
    try:
        pages.check_mark(file, SECTION)
        saved, problems = _saved(file, raw)
    except pages.Overtaken:
        return _page(pages.open_case(ref), task, problems=(), overtaken=True), 409
    if problems:
        return _page(saved, task, problems=problems), 422
    if restored:
        return redirect(url_for("documents.edit", ref=ref, _anchor=_id(restored)), 303)
    return redirect(pages.onward(saved, SECTION), 303)


@blueprint.post("/draft")
@access("application.edit")
def keep(ref: str) -> AnyResponse:
    file, _task = pages.open_section(ref, SECTION)
    return kept(file, SECTION, _bound(file))


@blueprint.get("/<document>")
@access("paper.read")
def read(ref: str, document: str) -> Page:
    """The text: for the applicant as it is now, for the office as it was submitted."""
    actor = the_actor()
    with database.reading() as session:
        file = casefile(session, ref, actor=actor, now=now(), rule="paper.read")
        text = readable_text(session, file.case, document, actor=actor)
    own = not actor.is_staff
    may_edit = own and any(pages.is_editable(file, task) for task in file.tasks if task.section.key == SECTION)
    printed = (one for one in reversed(file.papers) if one.kind == document and one.storage_key)
    return render_template(
        "documents/read.html",
        file=file,
        text=text,
        is_own=own,
        may_edit=may_edit,
        is_ready=own and _draft(ref, document).is_ready,
        paper=None if may_edit else next(printed, None),
    )


@blueprint.post("/<document>")
@access("application.edit")
@limiter.limit(DRAFT_LIMIT)
def order(ref: str, document: str) -> Page:
    """Orders the present text as PDF; a worker makes it."""
    founding_documents.order_draft(ref, document, actor=the_actor(), now=now())
    flash(_("正在制作，几秒钟后刷新就能下载"), "ok")
    return redirect(url_for("documents.read", ref=ref, document=document), 303)


@blueprint.get("/<document>.pdf")
@access("application.edit")
def draft(ref: str, document: str) -> AnyResponse:
    """The draft that a worker has made of the present text; until it is there, the page that orders it."""
    found = _draft(ref, document)
    if not found.is_ready:
        return redirect(url_for("documents.read", ref=ref, document=document), 303)
    return attachment(found.pdf(), filename=f"{ref}-{document}-draft.pdf", mimetype="application/pdf")


def _draft(ref: str, document: str) -> Draft:
    return draft_of(storage(settings_here()), ref, document, actor=the_actor(), now=now())


def _saved(file: CaseFile, raw: dict[str, Any] | None) -> tuple[CaseFile, list[Problem]]:
    """As `pages.save`. Without a clause in other words there is no answer to keep."""
    if raw is not None:
        return pages.save(file, SECTION, raw)
    pages.keep(file, SECTION, raw)
    return pages.open_case(file.case.ref), []


def _bound(file: CaseFile, *, without: str = "") -> dict[str, Any] | None:
    """The clauses in other words: those of the page, and stored ones that do not apply to the present answers. None
    without any."""
    shown = [clause for document in file.documents for clause in _marked(file, document)]
    typed = {clause.name: _typed(clause) for clause in shown}
    changed = {name: text for name, text in typed.items() if text is not None}
    stored = {name: text for name, text in _own(file).items() if name not in typed and _is_marked(file, name)}
    rows = [{"clause": name, "text": text} for name, text in (changed | stored).items() if name != without]
    return {"clauses": rows} if rows else None


def _is_marked(file: CaseFile, name: str) -> bool:
    """Whether the case may have this clause in other words: a program may have sent others, which end here."""
    return clause_label(name, matter=file.case.matter) is not None


def _typed(clause: MarkedClause) -> str | None:
    """The text of the clause's control; None for the standard text, or for nothing."""
    text = request.form.get(_id(clause.name), "").strip()
    try:
        same = tidy_lines(text) == tidy_lines(clause.standard)
    except UntidyText:
        same = False
    return None if same or not text else text


def _own(file: CaseFile) -> dict[str, str]:
    """The clauses as they were typed, also those that cannot be read."""
    rows = (pages.raw_mapping(file, SECTION) or {}).get("clauses")
    listed = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {str(row.get("clause")): str(row.get("text") or "") for row in listed}


def _marked(file: CaseFile, document: MadeDocument) -> list[MarkedClause]:
    form: Form = file.facts.read_form[0]
    return marked_clauses(document.key, document.row, form, entity_type=file.case.entity_type)


def _id(name: str) -> str:
    return f"{SECTION}.{name}"


def _page(file: CaseFile, task: TaskState, *, problems: Sequence[Problem], overtaken: bool = False) -> str:
    own = _own(file)
    shown = [_shown(file, document, own) for document in file.documents]
    ids = [one.id for document in shown for one in document.clauses]
    moved = {f"documents.clauses.{place}.text": _id(name) for place, name in enumerate(own)}
    return render_template(
        "documents/edit.html",
        file=file,
        task=task,
        place=pages.place_of(file, task),
        heading=title_of(SECTION, entity_type=file.case.entity_type),
        intro=intro_of(SECTION, entity_type=file.case.entity_type),
        seen=pages.mark_of(file.form.get(SECTION)),
        overtaken=overtaken,
        documents=shown,
        uploaded=files_instead(file),
        problems=field_errors(problems, ids=ids, moved=moved),
    )


def _shown(file: CaseFile, document: MadeDocument, own: dict[str, str]) -> ShownDocument:
    clauses = (
        ShownClause(_id(one.name), one, request.form.get(_id(one.name), own.get(one.name, one.standard)))
        for one in _marked(file, document)
    )
    return ShownDocument(document, tuple(clauses))
