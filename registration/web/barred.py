"""Lists of persons whom the law bars from offices: what was loaded, and loading a list, which takes two heads."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import ObjectFacts, access, allows
from registration.clock import now
from registration.database import reading
from registration.errors import InvalidInput
from registration.http.context import lang_here, the_actor
from registration.operations.barred import propose
from registration.operations.setting_decisions import decide as decide_change
from registration.queries.barred import loads
from registration.queries.setting_changes import BARRED, decided_changes, open_changes
from registration.rules.barred import COLUMNS, grounds
from registration.rules.problems import problem_text
from registration.web import confirming
from registration.web.present.setting_changes import line_of, status_words

blueprint = Blueprint("barred", __name__, url_prefix="/desk/barred")

Page = str | Response | tuple[str, int]
LONGEST_NAME = 60
# A few hundred thousand lines; a process holds the file while it reads it.
LARGEST = 20 * 1024 * 1024


@blueprint.get("")
@access("barred.decide")
def listed() -> Page:
    return _page()


@blueprint.post("")
@access("barred.load")
def take() -> Page:
    """Proposes that the file replaces the list of this name of the office, all of it or nothing."""
    actor, name, file = the_actor(), request.form.get("list", "").strip(), request.files.get("file")
    content = file.stream.read(LARGEST + 1) if file else b""
    if problems := _asked(name, content):
        return _page(problems), 422
    try:
        propose(content, name=name, reason=request.form.get("reason", ""), actor=actor, now=now())
    except InvalidInput as invalid:
        return _page([(one.path, problem_text(one, lang_here())) for one in invalid.problems]), invalid.status
    flash(_("名单已经提出，等本机关另一位核准人或者负责人同意"), "ok")
    return redirect(url_for("barred.listed"), 303)


@blueprint.post("/changes/<change>")
@access("barred.decide")
def decide(change: str) -> Page:
    decision, words = request.form.get("decision", ""), request.form.get("words", "")
    if asks := confirming.asked_first(_("决定一项设置的变更"), back=url_for("barred.listed")):
        return asks
    try:
        made = decide_change(change, decision, words=words, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        problems = [(f"{one.path}-{change}", problem_text(one, lang_here())) for one in invalid.problems]
        return _page(problems, decided=change), invalid.status
    flash(status_words(made)[0], "ok")
    return redirect(url_for("barred.listed"), 303)


def _asked(name: str, content: bytes) -> list[tuple[str, str]]:
    problems = []
    if not name or len(name) > LONGEST_NAME:
        problems.append(("list", _("请写名单的名称，不超过%(most)s个字", most=LONGEST_NAME)))
    if not content or len(content) > LARGEST:
        problems.append(("file", _("请选择名单文件，不超过%(most)s MB", most=LARGEST // 1024 // 1024)))
    return problems


def _page(problems: list[tuple[str, str]] | None = None, *, decided: str = "") -> str:
    actor = the_actor()
    with reading() as session:
        rows = loads(session)
        waiting = [line_of(one) for one in open_changes(session, actor=actor, kinds=(BARRED,))]
        past = [line_of(one) for one in decided_changes(session, actor=actor, kinds=(BARRED,))]
    return render_template(
        "barred/listed.html",
        rows=rows,
        waiting=waiting,
        past=past,
        decided=decided,
        may_load=allows("barred.load", actor, ObjectFacts()),
        grounds=grounds(),
        header=",".join(COLUMNS),
        typed=request.form,
        problems=problems or [],
    )
