"""The name of an application: its four parts, the check while typing, and the reservation."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.wrappers import Response

from registration import database
from registration.access import access
from registration.clock import local_date, now
from registration.http.context import PUBLIC_LIMIT, limiter, the_actor
from registration.operations import apply
from registration.queries.casefile import CaseFile
from registration.queries.checks import held_until, reservation
from registration.queries.file_contents import TaskState
from registration.queries.names import held_by_owner, verdict_in, verdict_on
from registration.queries.own_rows import read_name
from registration.rules.entity_types import type_row
from registration.rules.form.firm import OTHER_CHOICES, Name, with_trade_name
from registration.rules.form.parsing import read_section
from registration.rules.form.parties import with_parent
from registration.rules.name_suggestions import similar_trade_names
from registration.rules.names import NameParts, NameVerdict, forms_for
from registration.rules.problems import Problem
from registration.rules.regions import region
from registration.web.forms import section as pages
from registration.web.forms.anchors import field_errors
from registration.web.forms.binding import bind
from registration.web.forms.layout import title_of
from registration.web.present.verdicts import NameVerdictText, verdict_in_words
from registration.web.sections import kept
from workflows.definition.values import CHINESE

blueprint = Blueprint("naming", __name__, url_prefix="/applications/<ref>/name")

Page = str | Response | tuple[str, int]
SECTION = "name"
FIELDS = ("region", "trade", "industry", "form", "region_place", "near_name_accepted", "acquired", *OTHER_CHOICES)
TRIED, SUGGESTED = 6, 3
IDS = tuple(f"name.{field}" for field in FIELDS)


@blueprint.get("")
@access("application.edit")
def edit(ref: str) -> Page:
    file, task = pages.open_section(ref, SECTION, ahead=read_name)
    raw = pages.raw_mapping(file, SECTION) or {}
    return _page(file, task, raw=raw, problems=task.problems if "check" in request.args else ())


@blueprint.post("")
@access("application.edit")
def save(ref: str) -> Page:
    """Checks the name, and unless only a check was requested, reserves it and shows the next page."""
    file, task = pages.open_section(ref, SECTION)
    if request.form.get("clear"):
        apply.clear_section(ref, SECTION, actor=the_actor(), now=now())
        return redirect(pages.onward(pages.open_case(ref), SECTION), 303)
    raw = bind(SECTION, request.form)
    if chosen := request.form.get("use"):
        raw = with_trade_name(raw, chosen)
    if chosen or request.form.get("only"):
        pages.keep(file, SECTION, raw)
        return _page(pages.open_case(ref), task, raw=raw, problems=())
    try:
        pages.check_mark(file, SECTION)
        file, problems = pages.save(file, SECTION, raw)
    except pages.Overtaken:
        return _page(pages.open_case(ref), task, raw=raw, problems=(), overtaken=True), 409
    if problems:
        return _page(file, task, raw=raw, problems=problems), 422
    _flash_reservation(file, wanted=read_section(SECTION, raw).kept.get("trade"))
    return redirect(pages.onward(file, SECTION), 303)


@blueprint.post("/draft")
@access("application.edit")
def keep(ref: str) -> Response:
    file, _task = pages.open_section(ref, SECTION)
    return kept(file, SECTION, bind(SECTION, request.form))


@blueprint.post("/check")
@access("application.edit")
@limiter.limit(PUBLIC_LIMIT)
def check(ref: str) -> str:
    """The panel of the check alone, for a page that updates it during typing."""
    file, _task = pages.open_section(ref, SECTION)
    raw = bind(SECTION, request.form)
    return render_template("names/_verdict.html", **_judged(file, raw), raw=raw, problems=[])


def _judged(file: CaseFile, raw: Mapping[str, Any]) -> dict[str, Any]:
    """What the panel shows: the verdict, that on each other choice, and free names like one that is not."""
    verdict = verdict_of(file, raw)
    others = {field: verdict_of(file, {**raw, "trade": raw[field]}) for field in OTHER_CHOICES if raw.get(field)}
    taken = verdict is not None and bool(verdict.likenesses)
    return {"verdict": verdict, "others": others, "suggested": _suggested(file, raw) if taken else []}


def _suggested(file: CaseFile, raw: Mapping[str, Any]) -> list[str]:
    """Trade names that resemble the present one and can be had; few are tried, because this runs during typing."""
    tried = islice(similar_trade_names(str(raw.get("trade") or "")), TRIED)
    return list(islice((trade for trade in tried if _is_free(file, {**raw, "trade": trade})), SUGGESTED))


def _is_free(file: CaseFile, raw: Mapping[str, Any]) -> bool:
    verdict = verdict_of(file, raw)
    return verdict is not None and verdict.kind == "pass"


def verdict_of(file: CaseFile, raw: Mapping[str, Any]) -> NameVerdictText | None:
    """The verdict on the present input; None without a trade name, or without the parent of a branch."""
    if type_row(file.case.entity_type).naming.of_parent:
        raw = with_parent(raw, file.form)
    if not (raw.get("trade") or (raw.get("parent") and raw.get("form"))):
        return None
    with database.reading() as session:
        return verdict_in_words(_verdict(session, file, raw))


def _verdict(session: Any, file: CaseFile, raw: Mapping[str, Any]) -> NameVerdict:
    today = local_date(now())
    try:
        name = Name.model_validate(dict(raw))
    except ValidationError:
        region, trade, industry, form = (str(raw.get(part) or "") for part in ("region", "trade", "industry", "form"))
        return verdict_on(
            session,
            NameParts(region, trade, industry, form),
            entity_type=file.case.entity_type,
            region6=file.registrar.regions[0],
            prefecture=file.registrar.prefecture,
            today=today,
            own=held_by_owner(session, file.case),
        )
    return verdict_in(session, name, case=file.case, registrar=file.registrar, today=today)


def region_names(file: CaseFile, *, chosen: str = "") -> list[str]:
    """The regions that may be in the name: the city, and those of this registrar, a district with its city."""
    city = region(file.registrar.prefecture)
    around = city.name[CHINESE] if city else ""
    inside = [one for one in map(region, sorted(file.facts.registrar_regions)) if one]
    named = [around + one.name[CHINESE] if one.level == "district" else one.name[CHINESE] for one in inside]
    return list(dict.fromkeys(name for name in (chosen, around, *named) if name))


def _flash_reservation(file: CaseFile, *, wanted: str | None) -> None:
    chosen = (pages.raw_mapping(file, SECTION) or {}).get("trade")
    if chosen != wanted:
        flash(_("“%(wanted)s”不能用，所以按您的次序用了“%(chosen)s”", wanted=wanted, chosen=chosen), "warn")
    with database.reading() as session:
        held = reservation(session, file.case)
    if held_until(held) is not None:
        flash(_("“%(name)s”已为您保留", name=file.case.name), "ok")
    if held is not None and held.awaits_decision:
        flash(_("“%(name)s”要由审查员判断，决定以前不算保留", name=file.case.name), "warn")


def _page(
    file: CaseFile, task: TaskState, *, raw: Mapping[str, Any], problems: Sequence[Problem], overtaken: bool = False
) -> str:
    with database.reading() as session:
        held = reservation(session, file.case)
    return render_template(
        "names/name.html",
        file=file,
        task=task,
        place=pages.place_of(file, task),
        heading=title_of(SECTION, entity_type=file.case.entity_type),
        raw=raw,
        regions=region_names(file, chosen=str(raw.get("region") or "")),
        forms=forms_for(file.case.entity_type),
        of_parent=type_row(file.case.entity_type).naming.of_parent,
        parent=(pages.raw_mapping(file, "parent") or {}).get("name"),
        **_judged(file, raw),
        reserved_until=held_until(held),
        awaits_decision=held is not None and held.awaits_decision,
        seen=pages.mark_of(file.form.get(SECTION)),
        overtaken=overtaken,
        problems=field_errors(problems, ids=IDS),
    )
