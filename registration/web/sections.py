"""The pages of the form that follow their layout, and the one of the posts."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from jinja2 import pass_context
from jinja2.runtime import Context
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import local, now
from registration.errors import NotFound
from registration.http.context import lang_here, the_actor
from registration.operations import apply
from registration.queries.casefile import CaseFile
from registration.queries.file_contents import TaskState
from registration.rules.entity_types import type_row
from registration.rules.fields import label_of
from registration.rules.form import NAMING_PERSONS
from registration.rules.kinds import is_new_company_law
from registration.rules.problems import Problem, problem_text
from registration.web.forms import section as pages
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.forms.binding import bind
from registration.web.forms.controls import choices_in, controls, ids_of, people_of
from registration.web.forms.layout import PAGES, intro_of, title_of
from registration.web.forms.members import all_persons_as_members
from registration.web.forms.officers import (
    ELECTION_CONTROLS,
    anchor_in,
    bind_officers,
    boards_of,
    posts_of,
    supervision_of,
)
from registration.web.forms.registered_name import control_with_button, with_registered_name
from registration.web.present.shares import listed_shares

blueprint = Blueprint("sections", __name__)

Page = str | Response | tuple[str, int]
# Sections whose rows are contributions.
ADDED_UP = ("partners", "members")


# Jinja evaluates a filter of a constant once for all visitors, unless the filter takes the context. These two depend
# on the visitor's language, so they take it.
@blueprint.app_template_filter("label")
@pass_context
def label_here(_context: Context, path: str) -> str:
    return label_of(path, lang_here())


@blueprint.app_template_filter("choices")
@pass_context
def choices_here(_context: Context, path: str) -> tuple[tuple[str, str], ...]:
    return choices_in(path)


@blueprint.app_template_filter("pairs")
def pairs(values: Sequence[str]) -> list[tuple[str, str]]:
    """Options whose value is also the label."""
    return [(value, value) for value in values]


@blueprint.app_template_filter("problem_text")
def problem_text_here(problem: Problem) -> str:
    return problem_text(problem, lang_here())


blueprint.add_app_template_filter(lambda section, ref: pages.address_of(ref, section), "page_of")


@blueprint.get("/applications/<ref>/<section>")
@access("application.edit")
def edit(ref: str, section: str) -> Page:
    file, task = pages.open_section(ref, _known(section))
    raw = pages.raw_mapping(file, section) or (all_persons_as_members(file) if section == "members" else None)
    return _page(file, task, raw=raw, problems=_asked_for(task))


@blueprint.post("/applications/<ref>/<section>")
@access("application.edit")
def save(ref: str, section: str) -> Page:
    file, task = pages.open_section(ref, _known(section))
    if request.form.get("clear"):
        apply.clear_section(ref, section, actor=the_actor(), now=now())
        return redirect(pages.onward(pages.open_case(ref), section), 303)
    raw = _bound(file, section)
    if request.form.get("more") or request.form.get("add_up"):
        return _kept_and_shown(file, task, raw)
    try:
        pages.check_mark(file, section)
        file, problems = pages.save(file, section, raw)
    except pages.Overtaken:
        return _page(pages.open_case(ref), task, raw=raw, problems=(), overtaken=True), 409
    if problems:
        return _page(file, task, raw=raw, problems=problems), 422
    return redirect(pages.onward(file, section), 303)


def _kept_and_shown(file: CaseFile, task: TaskState, raw: Any) -> Page:
    """Saves the page and shows it again, with its sums, or with a blank row if one was asked for."""
    section = task.section.key
    try:
        pages.check_mark(file, section)
    except pages.Overtaken:
        return _page(file, task, raw=raw, problems=(), overtaken=True), 409
    pages.keep(file, section, raw)
    return redirect(
        url_for("sections.edit", ref=file.case.ref, section=section, more=1 if request.form.get("more") else None), 303
    )


@blueprint.post("/applications/<ref>/<section>/draft")
@access("application.edit")
def keep(ref: str, section: str) -> Response:
    """Saves an incomplete page automatically; the answer has the time."""
    file, _task = pages.open_section(ref, _known(section))
    return kept(file, section, _bound(file, section))


def kept(file: CaseFile, section: str, raw: Any) -> Response:
    """Keeps a section for a page's own script: JSON with the words to show and the section's new mark."""
    try:
        pages.check_mark(file, section)
    except pages.Overtaken:
        answer = jsonify(words=_("这一节在别的窗口改过，没有自动保存"))
        answer.status_code = 409
        return answer
    mark = pages.keep(file, section, raw)
    return jsonify(words=_("已自动保存 %(time)s", time=f"{local(now()):%H:%M}"), seen=mark)


def _known(section: str) -> str:
    if section not in PAGES and section != "officers":
        raise NotFound(section=section)
    return section


def _bound(file: CaseFile, section: str) -> dict[str, Any]:
    if section == "officers":
        return bind_officers(request.form, keys=[key for key, _name in people_of(file, natural_only=True)])
    return with_registered_name(bind(section, request.form))


def _asked_for(task: TaskState) -> tuple[Problem, ...]:
    """The problems to show: those of the section after the check of all answers, none on a page just opened."""
    return task.problems if "check" in request.args else ()


def _page(file: CaseFile, task: TaskState, *, raw: Any, problems: Sequence[Problem], overtaken: bool = False) -> str:
    section = task.section.key
    draw: Callable[..., str] = _officers_page if section == "officers" else _plain_page
    context = {
        "file": file,
        "task": task,
        "place": pages.place_of(file, task),
        "heading": title_of(section, entity_type=file.case.entity_type),
        "intro": intro_of(section, entity_type=file.case.entity_type),
        "seen": pages.mark_of(file.form.get(section)),
        "overtaken": overtaken,
    }
    return draw(file, section, raw=raw, problems=problems, context=context)


def _plain_page(file: CaseFile, section: str, *, raw: Any, problems: Sequence[Problem], context: dict[str, Any]) -> str:
    more = "more" in request.args
    made = controls(PAGES[section], raw, file=file, at=section, pattern=section, one_more=more)
    names_persons = section in NAMING_PERSONS
    return render_template(
        "apply/section.html",
        controls=made,
        names_persons=names_persons,
        takes_name=control_with_button(problems),
        shares=listed_shares(file, section, raw) if section in ADDED_UP else None,
        problems=field_errors(problems, ids=ids_of(made)),
        **context,
    )


def _officers_page(
    file: CaseFile, section: str, *, raw: Any, problems: Sequence[Problem], context: dict[str, Any]
) -> str:
    typed = raw or {}
    people = people_of(file, natural_only=True)
    rows, row = posts_of(typed, people=people), type_row(file.case.entity_type)
    ids = ["officers.board", "officers.posts", "officers.supervision", "officers.supervisor_chair", *ELECTION_CONTROLS]
    ids += [f"officers.{name}.{row.key}" for row in rows for name in ("post", "supervisor", "employee", "manager")]
    moved = {problem.path: anchor_in(typed, problem.path) for problem in problems}
    found: FieldErrors = field_errors(problems, ids=ids, moved=moved)
    return render_template(
        "apply/officers.html",
        rows=rows,
        people=people,
        typed=typed,
        boards=boards_of(row, chosen=str(typed.get("board") or "")),
        supervision=supervision_of(row, chosen=str(typed.get("supervision") or "")),
        asks_election=is_new_company_law(file.case.regime),
        problems=found,
        **context,
    )
