"""My businesses: the registered entities of an account, what can be done for each, and the start of an application."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import database
from registration.access import access
from registration.clock import local_date, now
from registration.errors import InvalidInput, NotFound
from registration.http.context import lang_here, say, the_actor
from registration.matters import matter_title, matters
from registration.operations import business_accounts, entity_cases
from registration.queries.businesses import (
    OfferedMatter,
    business,
    businesses_of,
    offered_matters,
    require_business,
    where_terms_are_shortened,
)
from registration.queries.capital_terms import term_of
from registration.queries.register import registered_on
from registration.queries.registered_entities import entity_of_case, taken_sections
from registration.rules.blockers import blocker_text
from registration.rules.form import CHOSEN
from registration.rules.matter_folders import matter_data
from registration.rules.problems import problem_text
from registration.rules.registered_entity import chosen_items, has_deadline, items_of_type, register_rows
from registration.web.forms.anchors import FieldErrors
from registration.web.forms.section import open_case
from registration.web.present.item_changes import item_changes, items_asked, kept_limit
from registration.web.present.kinds import entity_type_words
from registration.web.present.licence_words import entity_state_tag
from registration.web.present.register import called, items_by_kind
from registration.web.present.states import own_tag

blueprint = Blueprint("businesses", __name__)

Page = str | Response | tuple[str, int]
Choice = tuple[str, str, str]
EVENT = "event_on"


@blueprint.get("/businesses")
@access("application.start")
def mine() -> str:
    """Every entity of the account."""
    with database.reading() as session:
        found = businesses_of(session, actor=the_actor())
    rows = [(*one, entity_type_words(one[0].entity_type), entity_state_tag(one[0].status)) for one in found]
    return render_template("businesses/mine.html", rows=rows)


@blueprint.get("/businesses/<code>")
@access("business.use")
def show(code: str) -> str:
    return _show(code)


@blueprint.post("/businesses/<code>/accounts")
@access("business.use")
def let_in(code: str) -> Page:
    """Lets another account apply for the entity."""
    try:
        business_accounts.let_in(code, request.form.get("address", ""), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _show(code, [(one.path, problem_text(one, lang_here())) for one in invalid.problems]), 422
    flash(_("对方登录以后，在“我的企业”里可以看到这家企业"), "ok")
    return redirect(url_for("businesses.show", code=code), 303)


@blueprint.post("/businesses/<code>/accounts/<account>/end")
@access("business.use")
def end(code: str, account: str) -> Response:
    try:
        business_accounts.end(code, account, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        flash(problem_text(invalid.problems[0], lang_here()), "warn")
    else:
        flash(_("这个账户不能再办理这家企业的申请"), "ok")
    return redirect(url_for("businesses.show", code=code), 303)


@blueprint.route("/businesses/<code>/<matter>", methods=["GET", "POST"])
@access("business.use")
def start(code: str, matter: str) -> Page:
    """What a matter takes, and the choice of items; they make the draft."""
    if matter not in matters() or register_rows(matter) is None:
        raise NotFound(matter=matter)
    if request.method == "GET":
        return _start_page(code, matter)
    items = request.form.getlist("items")
    try:
        day = request.form.get(EVENT, "")
        ref = entity_cases.start(code, matter=matter, items=items, event_on=day, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _start_page(code, matter, _errors(invalid)), 422
    return redirect(url_for("apply.show", ref=ref), 303)


@blueprint.route("/applications/<ref>/chosen", methods=["GET", "POST"])
@access("application.edit")
def choose(ref: str) -> Page:
    """Another choice of items in a draft."""
    file = open_case(ref)
    if CHOSEN not in file.form:
        raise NotFound(ref=ref)
    problems: FieldErrors = []
    if request.method == "POST":
        try:
            items, day = request.form.getlist("items"), request.form.get(EVENT, "")
            entity_cases.choose(ref, items, event_on=day, actor=the_actor(), now=now())
            return redirect(url_for("apply.show", ref=ref), 303)
        except InvalidInput as invalid:
            problems = _errors(invalid)
    with database.reading() as session:
        entity = entity_of_case(session, file.case)
        taken = taken_sections(session, entity.id, but=file.case.id) if entity else {}
    page = render_template(
        "businesses/choose.html",
        file=file,
        options=_options(file.case.matter, file.case.entity_type, taken),
        chosen=request.form.getlist("items") if problems else chosen_items(file.form),
        asks_day=has_deadline(file.case.matter),
        day=request.form.get(EVENT, "") if problems else file.form[CHOSEN].get(EVENT, ""),
        problems=problems,
    )
    return page, 422 if problems else 200


def _errors(invalid: InvalidInput) -> FieldErrors:
    """At the day of the event, or at the choice."""
    return [(EVENT if one.path == EVENT else "items", problem_text(one, lang_here())) for one in invalid.problems]


def _show(code: str, problems: FieldErrors | None = None) -> str:
    with database.reading() as session:
        found = business(session, code, actor=the_actor())
        register = registered_on(session, found.entity, local_date(now()), public=False)
        term = term_of(session, found.entity.id)
    offers = [_offer(one) for one in found.offered]
    reasons = {tuple(blocked) for *_words, blocked in offers}
    return render_template(
        "businesses/show.html",
        found=found,
        kind=entity_type_words(found.entity.entity_type),
        state=entity_state_tag(found.entity.status),
        offers=offers,
        # One and the same for all of them is said once.
        shut=next(iter(reasons)) if len(reasons) == 1 else (),
        cases=[(case, say(matter_title(case.matter)), own_tag(case)) for case in found.cases],
        **items_by_kind(register),
        own=the_actor().account_id,
        term=term,
        shortens=where_terms_are_shortened(found.entity) if term else None,
        problems=problems or [],
    )


def _offer(one: OfferedMatter) -> tuple[str, str, str, list[str]]:
    """Key, title, introduction, and why it cannot begin."""
    return (
        one.matter,
        say(matter_title(one.matter)),
        say(matter_data(one.matter).start.intro),
        [blocker_text(blocker, lang_here()) for blocker in one.blockers],
    )


def _start_page(code: str, matter: str, problems: FieldErrors | None = None) -> str:
    with database.reading() as session:
        entity = require_business(session, code, actor=the_actor())
        found = next((one for one in offered_matters(session, entity) if one.matter == matter), None)
        taken = taken_sections(session, entity.id)
    if found is None:
        raise NotFound(matter=matter)
    _key, title, _intro, blocked = _offer(found)
    return render_template(
        "businesses/start.html",
        entity=entity,
        matter=matter,
        title=title,
        blocked=blocked,
        texts=matter_data(matter).start,
        options=_options(matter, entity.entity_type, taken),
        chosen=request.form.getlist("items") or request.args.getlist("items"),
        asks_day=has_deadline(matter),
        day=request.form.get(EVENT, ""),
        problems=problems or [],
    )


def _options(matter: str, entity_type: str, taken: dict[str, str]) -> list[Choice]:
    """Key, label, hint: of an item that another application is changing, which one that is."""
    found, rows = [], register_rows(matter)
    of_all = rows.sections if rows else ()
    for key, row in items_of_type(matter, entity_type).items():
        others = sorted({taken[section] for section in (*of_all, *row.sections) if section in taken})
        hint = say(row.hint) if row.hint else ""
        if others:
            hint = _("已经有一份申请在办理：%(refs)s。等它办结以后才能提交", refs=_("、").join(others))
        found.append((key, say(row.words), hint))
    return found


blueprint.add_app_template_global(called, "called")
blueprint.add_app_template_global(item_changes, "item_changes")
blueprint.add_app_template_global(items_asked, "items_asked")
blueprint.add_app_template_global(kept_limit, "kept_limit")
