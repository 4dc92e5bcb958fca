"""Bringing names of another register in: a file is looked at, then loaded; and what was loaded by whom."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import InvalidInput
from registration.http.context import the_actor
from registration.operations.name_imports import MOST_AT_ONCE, look
from registration.operations.setting_decisions import decide as decide_change
from registration.queries.name_imports import imports_of, parked_imports
from registration.queries.setting_changes import NAMES, decided_changes, open_changes
from registration.rules.name_register import COLUMNS, PARTS, STATUSES
from registration.web.account import problem_texts
from registration.web.present.name_imports import import_line
from registration.web.present.setting_changes import line_of, status_words

blueprint = Blueprint("name_imports", __name__, url_prefix="/admin/names")

Page = str | Response | tuple[str, int]
# Some hundred thousand names; a process holds the file while it divides it.
LARGEST = 20 * 1024 * 1024
LONGEST_FILE_NAME = 100


@blueprint.get("")
@access("system.manage")
def listed() -> str:
    return _page()


@blueprint.post("")
@access("system.manage")
def read() -> Page:
    """Reads a file, or has workers read it, and keeps it with what it would do. Nothing is loaded yet."""
    file = request.files.get("file")
    content = file.stream.read(LARGEST + 1) if file else b""
    if file is None or not content or len(content) > LARGEST:
        most = LARGEST // 1024 // 1024
        return _page([("file", _("请选择名称文件，不超过%(most)s MB", most=most))]), 422
    name = (file.filename or "")[-LONGEST_FILE_NAME:]
    try:
        change = look(content, file_name=name, reason=request.form.get("reason", ""), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(problem_texts(invalid.problems)), invalid.status
    if "names" in change.after:
        flash(_("文件收到了，由后台分批读，可以离开本页；读完以后请看载入会带来什么，再确认"), "ok")
    else:
        flash(_("文件读好了，请看载入会带来什么，再确认"), "ok")
    return redirect(url_for("name_imports.listed"), 303)


@blueprint.post("/changes/<change>")
@access("system.manage")
def decide(change: str) -> Page:
    """Loads the file, or drops it."""
    wanted = request.form.get("decision", "")
    with reading() as session:
        waiting = open_changes(session, actor=the_actor(), kinds=(NAMES,))
    is_own = any(one.ref == change and one.proposed_by == the_actor().tag for one in waiting)
    decision = "withdraw" if wanted == "drop" and is_own else "refuse" if wanted == "drop" else wanted
    try:
        made = decide_change(
            change, decision, words=_("没有采用") if decision == "refuse" else "", actor=the_actor(), now=now()
        )
    except InvalidInput as invalid:
        return _page(problem_texts(invalid.problems)), invalid.status
    flash(status_words(made)[0], "ok")
    return redirect(url_for("name_imports.listed"), 303)


def _page(problems: list[tuple[str, str]] | None = None) -> str:
    with reading() as session:
        waiting = [line_of(one) for one in open_changes(session, actor=the_actor(), kinds=(NAMES,))]
        past = [line_of(one) for one in decided_changes(session, actor=the_actor(), kinds=(NAMES,))]
        runs, stopped = imports_of(session, [one.change for one in (*waiting, *past)]), parked_imports(session)
    return render_template(
        "name_imports/listed.html",
        waiting=waiting,
        past=past,
        header=",".join(COLUMNS),
        parts=",".join(PARTS),
        statuses=_("、").join(STATUSES),
        runs={number: import_line(run, stopped=run.id in stopped) for number, run in runs.items()},
        most=LARGEST // 1024 // 1024,
        at_once=MOST_AT_ONCE,
        reason=request.form.get("reason", ""),
        problems=problems or [],
    )
