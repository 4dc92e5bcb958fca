"""Picking the business scope: finding items by words or by trade, ordering them, and the permits that they need."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registration import database
from registration.access import access
from registration.clock import now
from registration.http.context import the_actor
from registration.operations import apply
from registration.queries.casefile import CaseFile
from registration.queries.file_contents import TaskState
from registration.queries.scope_choices import chosen_by_others
from registration.rules import scope as catalogue
from registration.rules.problems import Problem
from registration.rules.scope import ScopeItem
from registration.rules.scope_general import found_for, idea_in
from registration.rules.scope_trades import division_of, items_of_trade, trade_of, trades
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
    elif not any(request.form.get(button) for button in BUTTONS):
        return _saved(file, task, codes)
    added = request.form.get("add")
    at = f"pick-{added}" if added in codes else CHOSEN
    return redirect(url_for("scope.edit", ref=ref, **_sought(), at=at, _anchor=at), 303)


def _saved(file: CaseFile, task: TaskState, codes: list[str]) -> Page:
    saved, problems = pages.save(file, SECTION, {"items": codes})
    if problems:
        return _page(saved, task, problems=problems), 422
    return redirect(pages.onward(saved, SECTION), 303)


def _sought() -> dict[str, Any]:
    """The words and the trade of the list that is shown, for the address."""
    asked = {name: request.values.get(name, "").strip() for name in ("q", "trade")}
    return {name: text for name, text in asked.items() if text}


BUTTONS = ("add", "remove", "first")
# The heading that has the focus after a change, where the changed item's own place is not on the page.
CHOSEN = "chosen"
TRADE = "trade"


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
    codes, asked = codes_of(file), _sought()
    chosen = catalogue.items_of(codes)
    sought, trade = asked.get("q", ""), trade_of(asked.get("trade", ""))
    found = found_for(sought, limit=FOUND) if sought else items_of_trade(trade.code) if trade else []
    others = [item for item in _chosen_by_others(file, chosen) if item not in found]
    places = {f"pick-{item.code}" for item in (*found, *others)} | ({TRADE} if trade else set())
    at = request.values.get("at")
    return render_template(
        "apply/scope.html",
        file=file,
        task=task,
        place=pages.place_of(file, task),
        heading=title_of(SECTION, entity_type=file.case.entity_type),
        chosen=chosen,
        unknown=[code for code in codes if code not in catalogue.catalogue()],
        sought=sought,
        trade=None if sought else trade,
        trades=trades(),
        idea=idea_in(sought),
        trade_of=trade_of,
        found=found,
        others=others,
        focus=at if at in places else CHOSEN if at else None,
        prohibited=catalogue.prohibited_in(sought),
        permit_of=catalogue.permit_of,
        printed=catalogue.scope_text(codes, regime=file.case.regime),
        problems=field_errors(problems, ids=["scope.items"]),
    )


def _chosen_by_others(file: CaseFile, chosen: Sequence[ScopeItem]) -> list[ScopeItem]:
    """Items of cases whose main business is in the same trade; none before the main one is chosen."""
    if not chosen:
        return []
    with database.reading() as session:
        return chosen_by_others(session, registrar=file.case.registrar_code, trade=division_of(chosen[0]))
