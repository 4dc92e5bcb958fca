"""Picking the business scope: finding items in the catalogue, ordering them, and which permits each needs, and when."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.http.context import the_actor
from registration.operations import apply
from registration.queries.casefile import CaseFile, TaskState
from registration.rules import scope as catalogue
from registration.rules.problems import Problem
from registration.web.forms import section as pages
from registration.web.forms.anchors import field_errors
from registration.web.forms.layout import title_of

blueprint = Blueprint("scope", __name__, url_prefix="/applications/<ref>/scope")

Page = str | Response | tuple[str, int]
SECTION = "scope"
FOUND = 12


@blueprint.get("")
@access("application.edit")
def edit(ref: str) -> Page:
    file, task = pages.open_section(ref, SECTION)
    return _page(file, task, problems=task.problems if "check" in request.args else ())


@blueprint.post("")
@access("application.edit")
def save(ref: str) -> Page:
    """A button names the change: add, remove, first. Without one the whole choice is checked and saved."""
    file, task = pages.open_section(ref, SECTION)
    codes = changed(codes_of(file), request.form)
    if codes != codes_of(file):
        apply.keep_typed(ref, SECTION, {"items": codes}, actor=the_actor(), now=now())
        return redirect(url_for("scope.edit", ref=ref, q=request.form.get("q") or None, _anchor="chosen"), 303)
    if any(request.form.get(button) for button in BUTTONS):
        return redirect(url_for("scope.edit", ref=ref, q=request.form.get("q") or None), 303)
    problems = pages.save(file, SECTION, {"items": codes})
    if problems:
        return _page(pages.open_case(ref), task, problems=problems), 422
    return redirect(pages.onward(ref, SECTION), 303)


BUTTONS = ("add", "remove", "first")


def codes_of(file: CaseFile) -> list[str]:
    """The codes chosen so far, the main one first."""
    items = (pages.raw_mapping(file, SECTION) or {}).get("items")
    return [str(code) for code in items] if isinstance(items, list) else []


def changed(codes: Sequence[str], posted: Any) -> list[str]:
    """The choice after one button: an item added at the end, taken out, or put first as the main business."""
    add, remove, first = (posted.get(button) or "" for button in BUTTONS)
    kept = [code for code in codes if code != remove]
    if add in catalogue.catalogue() and add not in kept:
        kept.append(add)
    return [first, *(code for code in kept if code != first)] if first in kept else kept


def _page(file: CaseFile, task: TaskState, *, problems: Sequence[Problem]) -> str:
    codes, sought = codes_of(file), request.values.get("q", "").strip()
    return render_template(
        "apply/scope.html",
        file=file,
        task=task,
        place=pages.place_of(file, task),
        heading=title_of(SECTION, entity_type=file.case.entity_type),
        chosen=catalogue.items_of(codes),
        unknown=[code for code in codes if code not in catalogue.catalogue()],
        sought=sought,
        found=catalogue.search(sought, limit=FOUND) if sought else [],
        prohibited=catalogue.prohibited_in(sought),
        permit_of=catalogue.permit_of,
        printed=catalogue.scope_text(codes, regime=file.case.regime),
        problems=field_errors(problems, ids=["scope.items"]),
    )
