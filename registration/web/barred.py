"""Lists of persons whom the law bars from offices: what was loaded, and loading a list."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import InvalidInput
from registration.http.context import lang_here, the_actor
from registration.operations.barred import load
from registration.queries.barred import loads
from registration.rules.barred import COLUMNS, grounds
from registration.rules.problems import problem_text

blueprint = Blueprint("barred", __name__, url_prefix="/desk/barred")

Page = str | Response | tuple[str, int]
LONGEST_NAME = 60
# A few hundred thousand lines; a process holds the file while it reads it.
LARGEST = 20 * 1024 * 1024


@blueprint.get("")
@access("barred.load")
def listed() -> Page:
    return _page()


@blueprint.post("")
@access("barred.load")
def take() -> Page:
    """Replaces the list of this name of the office, all of it or nothing."""
    actor, name, file = the_actor(), request.form.get("list", "").strip(), request.files.get("file")
    content = file.stream.read(LARGEST + 1) if file else b""
    if problems := _asked(name, content):
        return _page(problems), 422
    try:
        found = load(content, list_name=f"{actor.registrar_code} {name}", by=actor.tag, now=now())
    except InvalidInput as invalid:
        return _page([("file", problem_text(one, lang_here())) for one in invalid.problems]), invalid.status
    counts = {"added": found.added, "ended": found.ended, "kept": found.kept}
    flash(_("已载入：新增%(added)s条，结束%(ended)s条，不变%(kept)s条", **counts), "ok")
    return redirect(url_for("barred.listed"), 303)


def _asked(name: str, content: bytes) -> list[tuple[str, str]]:
    problems = []
    if not name or len(name) > LONGEST_NAME:
        problems.append(("list", _("请写名单的名称，不超过%(most)s个字", most=LONGEST_NAME)))
    if not content or len(content) > LARGEST:
        problems.append(("file", _("请选择名单文件，不超过%(most)s MB", most=LARGEST // 1024 // 1024)))
    return problems


def _page(problems: list[tuple[str, str]] | None = None) -> str:
    with reading() as session:
        rows = loads(session)
    return render_template(
        "barred/listed.html",
        rows=rows,
        grounds=grounds(),
        header=",".join(COLUMNS),
        typed=request.form,
        problems=problems or [],
    )
