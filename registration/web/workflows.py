"""The workflow tables for administrators: versions, differences, and moves of live cases by two persons."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as Redirect

from registration.access import ObjectFacts, access, allows
from registration.clock import now
from registration.database import reading
from registration.errors import InvalidInput, NotFound
from registration.http.context import lang_here, say, the_actor
from registration.matters import definition_of
from registration.operations import definition_changes
from registration.queries import workflow_versions as known
from registration.queries.workflow_versions import TableVersion
from registration.rules.blockers import blocker_text
from registration.rules.whole_numbers import whole_number
from registration.web import confirming
from registration.web.account import problem_texts
from registration.web.present import workflows as present
from registration.web.wording import registrar_names

blueprint = Blueprint("workflows", __name__, url_prefix="/admin/workflows")

Page = str | Redirect | tuple[str, int]
Problems = Sequence[tuple[str, str]]
# A plan of a small office is ready with the answer; a large one is continued by the sweeper.
SECONDS, AT_ONCE = 1.0, 50


@blueprint.get("")
@access("workflow.read")
def listed() -> str:
    with reading() as session:
        tables, changes = known.versions(session, actor=the_actor()), known.changes(session, actor=the_actor())
    return render_template(
        "workflows/listed.html",
        tables=tables,
        faults={one.key: len(known.faults_of(one.key)) for one in tables},
        changes=changes,
        registrars=registrar_names(),
        status_words=present.status_words,
        may_propose=_may("workflow.propose"),
    )


@blueprint.get("/tables/<key>")
@access("workflow.read")
def table(key: str) -> str:
    one = _version(key)
    zoom = whole_number(request.args.get("zoom", "")) or 100
    zoom = zoom if zoom in present.ZOOMS else 100
    return render_template(
        "workflows/table.html",
        one=one,
        states=[(say(one.table.states[key].label), number) for key, number in one.running.items()],
        findings=[(found.place, found.message_in(lang_here()), found.fix_in(lang_here())) for found in _faults(one)],
        registrars=registrar_names(),
        # The drawing is made here and escapes the texts in it.
        drawn=Markup(present.drawing(one.table, zoom=zoom)),  # noqa: S704
        zoom=zoom,
        zooms=present.ZOOMS,
    )


@blueprint.get("/tables/<key>/diagram.svg")
@access("workflow.read")
def diagram(key: str) -> Response:
    """The picture alone, which a browser zooms."""
    return Response(present.drawing(_version(key).table), mimetype="image/svg+xml")


@blueprint.get("/compare")
@access("workflow.read")
def compare() -> str:
    with reading() as session:
        tables = known.versions(session, actor=the_actor())
    keys = [one.key for one in tables]
    old, new = request.args.get("old", ""), request.args.get("new", "")
    found = None
    if old in keys and new in keys:
        found = present.table_differences(definition_of(old), definition_of(new))
    return render_template(
        "workflows/compare.html",
        keys=[(key, key) for key in keys],
        old=old,
        new=new,
        found=found,
        figures=present.figures(found or ()),
        kind_tag=present.kind_tag,
        may_propose=_may("workflow.propose"),
    )


@blueprint.route("/moves/new", methods=["GET", "POST"])
@access("workflow.propose")
def new_move() -> Page:
    if request.method == "GET":
        return _move_page(request.args)
    given, names = request.form, _typed_names()
    try:
        change = definition_changes.propose_move(
            given.get("source", ""),
            given.get("target", ""),
            names=names,
            registrar=given.get("registrar") or None,
            reason=given.get("reason", ""),
            actor=the_actor(),
            now=now(),
        )
    except InvalidInput as invalid:
        return _move_page(given, problem_texts(invalid.problems)), invalid.status
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and definition_changes.plan_on(change.ref, now=now(), most=AT_ONCE):
        pass
    return redirect(url_for("workflows.change", change=change.ref), 303)


@blueprint.route("/use", methods=["GET", "POST"])
@access("workflow.propose")
def use() -> Page:
    """Proposes the table for a registrar's new cases."""
    if request.method == "GET":
        return _use_page(request.args)
    given = request.form
    key, registrar, reason = (given.get(name, "") for name in ("key", "registrar", "reason"))
    try:
        change = definition_changes.propose_use(key, registrar, reason=reason, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _use_page(given, problem_texts(invalid.problems)), invalid.status
    flash(_("已经提出，等另一人决定"), "ok")
    return redirect(url_for("workflows.change", change=change.ref), 303)


@blueprint.get("/changes/<change>")
@access("workflow.read")
def change(change: str) -> str:
    return _change_page(change)


@blueprint.post("/changes/<change>")
@access("workflow.decide")
def decide(change: str) -> Page:
    decision, words = request.form.get("decision", ""), request.form.get("words", "")
    if asks := confirming.asked_first(_("决定一项设置的变更"), back=url_for("workflows.change", change=change)):
        return asks
    try:
        made = definition_changes.decide(change, decision, words=words, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _change_page(change, problem_texts(invalid.problems)), invalid.status
    flash(present.status_words(made)[0], "ok")
    return redirect(url_for("workflows.change", change=change), 303)


@blueprint.post("/changes/<change>/revert")
@access("workflow.propose")
def revert(change: str) -> Page:
    try:
        definition_changes.revert(change, reason=request.form.get("reason", ""), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _change_page(change, problem_texts(invalid.problems)), invalid.status
    flash(_("已经开始撤回，由后台逐件进行"), "ok")
    return redirect(url_for("workflows.change", change=change), 303)


def _version(key: str) -> TableVersion:
    with reading() as session:
        found = [one for one in known.versions(session, actor=the_actor()) if one.key == key]
    if not found:
        raise NotFound("table_unknown", key=key)
    return found[0]


def _faults(one: TableVersion) -> Sequence[Any]:
    return known.faults_of(one.key)


def _may(rule: str) -> bool:
    return allows(rule, the_actor(), ObjectFacts())


def _typed_names() -> dict[str, str]:
    prefix = "map."
    return {name.removeprefix(prefix): to for name, to in request.form.items() if name.startswith(prefix) and to}


def _move_page(typed: Mapping[str, str], problems: Problems = ()) -> str:
    """A state of the source with cases that the target lacks is asked for once both are known."""
    with reading() as session:
        tables = {one.key: one for one in known.versions(session, actor=the_actor())}
    source, target = tables.get(typed.get("source", "")), tables.get(typed.get("target", ""))
    gone: list[tuple[str, str]] = []
    if source is not None and target is not None and source.table.matter == target.table.matter:
        states = source.table.states
        gone = [(key, say(states[key].label)) for key in source.running if key not in target.table.states]
    return render_template(
        "workflows/move.html",
        sources=[(key, f"{key}（{one.cases}）") for key, one in tables.items() if one.cases],
        targets=[(key, key) for key in tables],
        registrars=list(registrar_names().items()),
        gone=gone,
        states=[(key, say(state.label)) for key, state in target.table.states.items()] if target and gone else [],
        typed=typed,
        problems=problems,
    )


def _use_page(typed: Mapping[str, str], problems: Problems = ()) -> str:
    with reading() as session:
        tables = known.versions(session, actor=the_actor())
    names = registrar_names()
    return render_template(
        "workflows/use.html",
        keys=[(one.key, one.key) for one in tables],
        registrars=list(names.items()),
        present=[(one.key, [names.get(code, code) for code in one.registrars]) for one in tables if one.registrars],
        typed=typed,
        problems=problems,
    )


def _change_page(ref: str, problems: Problems = ()) -> str:
    outcome, after = request.args.get("outcome", ""), whole_number(request.args.get("after", "")) or 0
    with reading() as session:
        page = known.plan_page(session, ref, actor=the_actor(), outcome=outcome, after=after)
    if page is None:
        raise NotFound(change=ref)
    tables = [definition_of(key) if known.is_known(key) else None for key in (page.change.source, page.change.target)]

    def state(key: str, which: int) -> str:
        table = tables[which]
        return say(table.states[key].label) if table is not None and key in table.states else key

    return render_template(
        "workflows/change.html",
        page=page,
        change=page.change,
        state=state,
        reasons=[(blocker_text(one, lang_here()), number) for one, number in page.reasons],
        registrars=registrar_names(),
        status_words=present.status_words,
        outcome_words=present.outcome_words,
        obstacle_words=present.obstacle_words,
        outcome=outcome,
        mine=page.change.proposed_by == the_actor().tag,
        may_decide=_may("workflow.decide"),
        may_propose=_may("workflow.propose"),
        typed=request.form,
        problems=problems,
    )
