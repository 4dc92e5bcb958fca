"""The agencies' desk: an officer sees the parts of the own agency, and of each case only the permitted data."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import ActionRefused, InvalidInput, NotFound, StaleVersion
from registration.http.context import say, the_actor
from registration.matters import definition_of
from registration.models import HistoryEntry
from registration.operations import sensitive
from registration.operations.act import act
from registration.operations.objections import ASSIGN, confirm_seen
from registration.queries.casefile import CaseFile, casefile
from registration.queries.desk_rows import read_agency_desk
from registration.queries.file_contents import PartView
from registration.queries.file_rows import read_part
from registration.queries.inbox import part_counts, part_inbox_for
from registration.queries.object_facts import part_is_open
from registration.queries.objections import unseen_answers
from registration.web import next_part, objecting, onward
from registration.web.forms.looking import reason_is_missing, reason_to_look
from registration.web.forms.marks import inputs_of
from registration.web.materials import file_of
from registration.web.present import desk
from registration.web.present.answers import chapters
from registration.web.present.decisions import bar_from, blocker_errors, done_words, inputs_for
from registration.web.present.graph import graph_of
from registration.web.present.objections import answered_words
from registration.web.present.part_waits import waits_of
from registration.web.present.states import due_badge, holder_words, is_objected, part_tag
from registration.web.present.story import HistoryEvent, story
from workflows.definition import Parts

blueprint = Blueprint("agencies", __name__, url_prefix="/agencies")

Page = str | Response | tuple[str, int]
Problems = list[tuple[str, str]]

ANSWERS = ("application:objection_upheld", "application:objection_overruled")
VIEWS = {
    "open": _l("要办的"),
    "mine": _l("我领取的"),
    "unclaimed": _l("待领取"),
    "with_registrar": _l("等登记机关答复"),
    "all": _l("全部"),
}


@blueprint.get("/inbox")
@access("agency_inbox.read")
def inbox() -> str:
    actor, cursor = the_actor(), request.args.get("after") or None
    view = request.args.get("view", "")
    view = view if view in VIEWS else "open"
    with reading() as session:
        read_agency_desk(session, actor=actor, view=view, is_first=cursor is None)
        page = part_inbox_for(session, actor=actor, view=view, cursor=cursor)
        lines = desk.part_lines(page.rows, actor=actor, now=now())
        counts = part_counts(session, actor=actor)
        answers = [(one, answered_words(one)) for one in unseen_answers(session, actor=actor)]
    return render_template(
        "agencies/inbox.html",
        lines=lines,
        next=page.next,
        view=view,
        views=VIEWS,
        cursor=cursor,
        counts=counts,
        answers=answers,
    )


@blueprint.post("/next")
@access("agency_inbox.read")
def claim_next() -> Response:
    """Opens the next own part, or claims the most urgent one."""
    if address := next_part.next_part():
        return redirect(address, 303)
    flash(_("现在没有您可以领取的事项"), "warn")
    return redirect(url_for("agencies.inbox"), 303)


@blueprint.route("/cases/<ref>/<key>", methods=["GET", "POST"])
@access("agency_inbox.read")
def part(ref: str, key: str) -> Page:
    """A POST keeps what was written at the fields, and shows the page again."""
    if request.method == "POST":
        objecting.keep_posted(*_own(ref, key))
    return _shown(ref, key)


@blueprint.post("/cases/<ref>/<key>/marks")
@access("agency_inbox.read")
def keep_marks(ref: str, key: str) -> Response | tuple[Response, int]:
    """For the script: keeps what was written at the fields, and answers what the page then says."""
    return objecting.kept_for_script(*_own(ref, key))


@blueprint.post("/cases/<ref>/<key>/seen")
@access("agency_inbox.read")
def seen(ref: str, key: str) -> Response:
    """An officer has read the answer to an objection: it leaves the agency's inbox."""
    _own(ref, key)
    confirm_seen(ref, key, actor=the_actor(), now=now())
    flash(_("已确认看过答复"), "ok")
    return redirect(url_for("agencies.inbox"), 303)


@blueprint.route("/cases/<ref>/<key>/ask/<action>", methods=["GET", "POST"])
@access("agency_inbox.read")
def ask(ref: str, key: str, action: str) -> Page:
    return _asked(ref, key, action)


@blueprint.post("/cases/<ref>/<key>/act/<action>")
@access("agency_inbox.read")
def take(ref: str, key: str, action: str) -> Page:
    file, view = _own(ref, key)
    onward.keep_choice()
    objecting.keep_posted(file, view)
    try:
        # The case's own version moves with every other agency's step; a part is guarded by its state alone.
        act(ref, action, actor=the_actor(), now=now(), part=key, **objecting.inputs_for(file, view, action))
    except StaleVersion as error:
        return _shown(ref, key, problems=[("", _("这份申请刚刚有了变化，请看过现在的内容再办。"))], status=error.status)
    except ActionRefused as refused:
        return _again(ref, key, action, blocker_errors(refused.blockers), refused.status)
    except InvalidInput as invalid:
        words = objecting.at_fields(file, view, invalid.problems)
        return _again(ref, key, action, words, invalid.status)
    return redirect(_address_after(ref, key, action), 303)


def _address_after(ref: str, key: str, action: str) -> str:
    """The next part once this one is decided, else the part itself. A number is named, since its page is left."""
    file, view = _own(ref, key)
    words = done_words(_parts(file), action)
    if view.part.number and action == ASSIGN:
        words = _("%(done)s %(number)s", done=words, number=view.part.number)
    if part_is_open(file.case, view.part) and view.part.holder_id == the_actor().account_id and view.offers:
        flash(words, "ok")
        return url_for("agencies.part", ref=ref, key=key)
    return next_part.address_after(file.case, key, words)


@blueprint.post("/cases/<ref>/<key>/reveal")
@access("agency_inbox.read")
def reveal(ref: str, key: str) -> Page:
    """One unmasked value, for the officer who holds the part, with a reason."""
    objecting.keep_posted(*_own(ref, key))
    path = request.form.get("path", "")
    try:
        value = sensitive.reveal(ref, path, reason=reason_to_look(path), actor=the_actor(), now=now())
    except InvalidInput:
        return _shown(ref, key, problems=reason_is_missing(path), status=422)
    return _shown(ref, key, revealed={path: value})


@blueprint.post("/cases/<ref>/<key>/document")
@access("agency_inbox.read")
def fetch(ref: str, key: str) -> Page:
    """A document of the agency's list, for the same officer, with a reason."""
    objecting.keep_posted(*_own(ref, key))
    chosen = request.form.get("material", "")
    try:
        material = sensitive.look_at_document(ref, chosen, reason=reason_to_look(chosen), actor=the_actor(), now=now())
    except InvalidInput:
        return _shown(ref, key, problems=reason_is_missing(chosen), status=422)
    return file_of(material)


def _again(ref: str, key: str, action: str, problems: Problems, status: int) -> Page:
    """The page on which a problem can be corrected: the action's if it is still possible, else the part."""
    _file, view = _own(ref, key)
    if any(offer.action == action and _parts(_file).actions[action].asks for offer in view.offers):
        return _asked(ref, key, action, problems=problems, status=status)
    return _shown(ref, key, problems=[("", words) for _at, words in problems], status=status)


def _shown(
    ref: str,
    key: str,
    *,
    problems: Problems | None = None,
    status: int = 200,
    revealed: dict[str, str] | None = None,
) -> Page:
    file, view = _own(ref, key)
    sections = chapters(file.form, case=file.case)
    own_events = [entry for entry in reversed(file.history) if _concerns(entry, key)]
    objections = objecting.objections_of(file, key)
    waits = waits_of(file.case, file.parts, now=now())
    body = render_template(
        "agencies/part.html",
        **_head(file, view),
        chapters=[chapter for chapter in sections if chapter.blocks],
        graph=graph_of(file.case, file.parts, waits),
        rows=desk.part_rows(file, waits, now=now()),
        bar=bar_from(_parts(file), view.offers),
        answer=None if objections else _answer(file, view),
        objected=is_objected(_parts(file), view.part),
        objections=list(reversed(objections)),
        **objecting.marks_of_page(file, view, sections),
        marks_at=url_for("agencies.keep_marks", ref=ref, key=key),
        go_on=onward.goes_on(),
        events=story(file.case, own_events),
        is_open=part_is_open(file.case, view.part),
        documents=desk.files_of(file),
        look_at=url_for("agencies.reveal", ref=ref, key=key) if file.may_look else "",
        revealed=revealed or {},
        problems=problems or [],
    )
    return body, status


def _concerns(entry: HistoryEntry, key: str) -> bool:
    return entry.data.get("part") == key or key in (entry.data.get("parts") or ())


def _answer(file: CaseFile, view: PartView) -> HistoryEvent | None:
    """What the office decided of this part's last objection, with its reason; None while it waits, or without one."""
    part = view.part
    parts = definition_of(file.case.definition).parts
    if not part.objection or parts is None or is_objected(parts, part):
        return None
    decided = [entry for entry in file.history if entry.tag in ANSWERS and _concerns(entry, part.key)]
    return next(iter(story(file.case, decided[-1:])), None)


def _asked(ref: str, key: str, action: str, *, problems: Problems | None = None, status: int = 200) -> Page:
    file, view = _own(ref, key)
    objecting.keep_posted(file, view)
    offer = next((one for one in view.offers if one.action == action), None)
    if offer is None:
        words = _("这一项现在没有这一步，请看过现在的状态再办。")
        return _shown(ref, key, problems=[("", words)], status=409)
    at_case = [one for one in (file.offer(action),) if one is not None]
    parts = _parts(file)
    body = render_template(
        "agencies/ask.html",
        **_head(file, view),
        action=action,
        action_label=say(parts.actions[action].label),
        weight=parts.actions[action].style,
        fields=inputs_for(parts, offer, *at_case),
        inputs=inputs_of(request.form),
        gives=parts.graph[key].gives,
        **objecting.ask_page(file, view, action),
        problems=problems or [],
    )
    return body, status


def _head(file: CaseFile, view: PartView) -> dict[str, Any]:
    case, key = file.case, view.part.key
    holder = the_actor().staff_no if view.part.holder_id == the_actor().account_id else None
    return {
        "case": case,
        "part": view.part,
        "name": desk.name_of(case),
        "label": say(_parts(file).graph[key].label),
        "state": part_tag(case, view.part),
        "due": due_badge(view.part.due_at, now=now()),
        "holder": holder_words(holder, own=the_actor().staff_no) if holder or not view.part.holder_id else _("同事"),
        "ask_at": lambda action: url_for("agencies.ask", ref=case.ref, key=key, action=action),
        "take_at": lambda action: url_for("agencies.take", ref=case.ref, key=key, action=action),
        "back": url_for("agencies.part", ref=case.ref, key=key),
    }


def _own(ref: str, key: str) -> tuple[CaseFile, PartView]:
    """The case as this agency may see it, and its own part; another agency's part is not there for it."""
    with reading() as session:
        file = casefile(session, ref, actor=the_actor(), now=now(), rule="part.read")
        read_part(session, file.case)
    view = next((one for one in file.parts if one.part.key == key and one.part.agency == the_actor().agency), None)
    if view is None:
        raise NotFound(ref=ref, part=key)
    return file, view


def _parts(file: CaseFile) -> Parts:
    parts = definition_of(file.case.definition).parts
    if parts is None:
        raise NotFound(ref=file.case.ref)
    return parts
