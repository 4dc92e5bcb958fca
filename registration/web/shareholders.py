"""The shareholders and their contributions: the table with its sums, and one page for each."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.errors import NotFound
from registration.http.context import lang_here, the_actor
from registration.operations import apply
from registration.queries.casefile import CaseFile
from registration.queries.file_contents import TaskState
from registration.rules.check_capital import plain
from registration.rules.currencies import currency_in, in_currency
from registration.rules.problems import Problem
from registration.web.forms import section as pages
from registration.web.forms.anchors import field_errors
from registration.web.forms.binding import bind_shareholder
from registration.web.forms.controls import controls, ids_of, people_of
from registration.web.forms.layout import SHAREHOLDER, intro_of, title_of
from registration.web.present.answers import money
from registration.web.present.people import lines_of, percent_words, share_rows
from registration.web.present.shares import shareholder_shares
from registration.web.sections import kept

blueprint = Blueprint("shareholders", __name__, url_prefix="/applications/<ref>/shareholders")

blueprint.add_app_template_filter(plain, "plain")
blueprint.add_app_template_filter(percent_words, "percent")

Page = str | Response | tuple[str, int]
SECTION = "shareholders"


@blueprint.get("")
@access("application.edit")
def listed(ref: str) -> Page:
    file, task = pages.open_section(ref, SECTION)
    return _list_page(file, task, problems=task.problems if "check" in request.args else ())


@blueprint.post("")
@access("application.edit")
def finish(ref: str) -> Page:
    """`Save and continue` of the table: judges the sum and every row."""
    file, task = pages.open_section(ref, SECTION)
    if request.form.get("add_up"):
        return _added_up(file, task)
    try:
        pages.check_mark(file, SECTION)
        saved, problems = pages.save(file, SECTION, _with_amounts(file))
    except pages.Overtaken:
        return _list_page(pages.open_case(ref), task, problems=(), overtaken=True), 409
    if problems:
        return _list_page(saved, task, problems=problems), 422
    return redirect(pages.onward(saved, SECTION), 303)


def _added_up(file: CaseFile, task: TaskState) -> Page:
    """Keeps the amounts without a check, and shows the table again with its sum."""
    try:
        pages.check_mark(file, SECTION)
    except pages.Overtaken:
        return _list_page(file, task, problems=(), overtaken=True), 409
    pages.keep(file, SECTION, _with_amounts(file))
    return redirect(url_for("shareholders.listed", ref=file.case.ref), 303)


@blueprint.post("/draft")
@access("application.edit")
def keep_amounts(ref: str) -> Response:
    file, _task = pages.open_section(ref, SECTION)
    return kept(file, SECTION, _with_amounts(file))


def _with_amounts(file: CaseFile) -> list[dict[str, Any]]:
    """The rows with the amounts typed in the table, where each row of one line has a field."""
    rows = pages.raw_rows(file, SECTION)
    for place, row in enumerate(rows):
        lines, posted = lines_of(row), request.form.get(f"{SECTION}.{place}.lines.0.amount_wan")
        if len(lines) == 1 and posted is not None:
            rest = {name: value for name, value in lines[0].items() if name != "amount_wan"}
            row["lines"] = [{**rest, "amount_wan": posted.strip()} if posted.strip() else rest]
    return rows


@blueprint.get("/<int:number>")
@access("application.edit")
def edit(ref: str, number: int) -> Page:
    file, task = pages.open_section(ref, SECTION)
    raw = _row(file, number)
    return _page(file, task, number, raw=raw, problems=task.problems if "check" in request.args else ())


@blueprint.post("/<int:number>")
@access("application.edit")
def save(ref: str, number: int) -> Page:
    file, task = pages.open_section(ref, SECTION)
    _row(file, number)
    raw = bind_shareholder(number - 1, request.form)
    if request.form.get("more") or request.form.get("add_up"):
        return _kept_and_shown(file, task, number, raw)
    try:
        pages.check_mark(file, SECTION)
        saved, found = pages.save(file, SECTION, _with(file, number, raw))
    except pages.Overtaken:
        return _page(pages.open_case(ref), task, number, raw=raw, problems=(), overtaken=True), 409
    if problems := _own(found, number):
        return _page(saved, task, number, raw=raw, problems=problems), 422
    return redirect(url_for("shareholders.listed", ref=ref), 303)


def _kept_and_shown(file: CaseFile, task: TaskState, number: int, raw: dict[str, Any]) -> Page:
    """Saves the page and shows it again, with its sums, or with a blank line if one was asked for."""
    try:
        pages.check_mark(file, SECTION)
    except pages.Overtaken:
        return _page(file, task, number, raw=raw, problems=(), overtaken=True), 409
    pages.keep(file, SECTION, _with(file, number, raw))
    more = 1 if request.form.get("more") else None
    return redirect(url_for("shareholders.edit", ref=file.case.ref, number=number, more=more), 303)


@blueprint.post("/<int:number>/draft")
@access("application.edit")
def keep(ref: str, number: int) -> Response:
    file, _task = pages.open_section(ref, SECTION)
    _row(file, number)
    return kept(file, SECTION, _with(file, number, bind_shareholder(number - 1, request.form)))


@blueprint.post("/<int:number>/remove")
@access("application.edit")
def remove(ref: str, number: int) -> Response:
    file, _task = pages.open_section(ref, SECTION)
    row = _row(file, number)
    rows = pages.raw_rows(file, SECTION)
    apply.keep_typed(ref, SECTION, [*rows[: number - 1], *rows[number:]], actor=the_actor(), now=now())
    flash(_("已移除%(name)s", name=_name(file, row)), "ok")
    return redirect(url_for("shareholders.listed", ref=ref), 303)


def _name(file: CaseFile, row: dict[str, Any] | None) -> str:
    return dict(people_of(file)).get(str((row or {}).get("person")), "")


def _row(file: CaseFile, number: int) -> dict[str, Any] | None:
    """The row with that number from 1; None for the one after the last, which is a new one."""
    rows = pages.raw_rows(file, SECTION)
    if not 1 <= number <= len(rows) + 1:
        raise NotFound(shareholder=number)
    return rows[number - 1] if number <= len(rows) else None


def _with(file: CaseFile, number: int, raw: dict[str, Any]) -> list[dict[str, Any]]:
    rows = pages.raw_rows(file, SECTION)
    return [*rows[: number - 1], raw, *rows[number:]]


def _own(problems: Sequence[Problem], number: int) -> list[Problem]:
    """The problems of this row only: the sum is checked on the table, when all rows exist."""
    return [problem for problem in problems if f"{problem.path}.".startswith(f"{SECTION}.{number - 1}.")]


def _list_page(file: CaseFile, task: TaskState, *, problems: Sequence[Problem], overtaken: bool = False) -> str:
    rows = share_rows(file, problems=task.problems)
    here = {row.place for row in rows if row.input}
    inputs = {row.input for row in rows}
    moved = {one.path: one.path if one.path in inputs else ".".join(one.path.split(".")[:2]) for one in problems}
    ids = [*(row.anchor for row in rows), *filter(None, inputs)] or [SECTION]
    shares = shareholder_shares(file, _with_amounts(file), here=here)
    return render_template(
        "apply/shareholders.html",
        file=file,
        task=task,
        place=pages.place_of(file, task),
        heading=title_of(SECTION, entity_type=file.case.entity_type),
        intro=intro_of(SECTION, entity_type=file.case.entity_type),
        rows=rows,
        shares=shares,
        in_units=partial(in_currency, currency=currency_in(file.form), lang=lang_here()),
        capital=money(plain(shares.capital), file.form) if shares.capital is not None else None,
        seen=pages.mark_of(file.form.get(SECTION)),
        overtaken=overtaken,
        problems=field_errors(problems, ids=ids, moved=moved),
    )


def _page(
    file: CaseFile,
    task: TaskState,
    number: int,
    *,
    raw: dict[str, Any] | None,
    problems: Sequence[Problem],
    overtaken: bool = False,
) -> str:
    at = f"{SECTION}.{number - 1}"
    more = "more" in request.args
    made = controls(SHAREHOLDER, raw, file=file, at=at, pattern=f"{SECTION}.*", one_more=more)
    return render_template(
        "apply/shareholder.html",
        file=file,
        task=task,
        place=pages.place_of(file, task),
        number=number,
        is_new=number > len(pages.raw_rows(file, SECTION)),
        name=_name(file, raw),
        controls=made,
        shares=shareholder_shares(file, _with(file, number, dict(raw or {})), here=[number - 1]),
        seen=pages.mark_of(file.form.get(SECTION)),
        overtaken=overtaken,
        problems=field_errors(_own(problems, number), ids=ids_of(made)),
    )
