"""Beginning an application, finding one's own again, the task list, the check of all answers, the request to sign."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import database
from registration.access import access
from registration.clock import local_date, now
from registration.errors import ActionRefused, InvalidInput
from registration.http.context import lang_here, say, the_actor
from registration.matters import definition_of, founding_matters, matter_title
from registration.models import Registrar
from registration.operations import apply
from registration.operations.act import act
from registration.operations.start_elsewhere import start_elsewhere
from registration.queries.accounts import registrars
from registration.queries.casefile import CaseFile
from registration.queries.checks import held_until
from registration.queries.inbox import mine as my_applications
from registration.queries.own_rows import read_tasks, read_whole
from registration.queries.papers_asked import may_be_asked
from registration.rules.action_inputs import SIGNATURES
from registration.rules.blockers import blocker_text
from registration.rules.entity_types import entity_types
from registration.rules.form import DOCUMENTS, ESTABLISHMENT, LAST_STEP, Group
from registration.rules.jurisdiction import authorised
from registration.rules.kinds import is_five_numbers
from registration.rules.languages import formatted
from registration.rules.matter_folders import matter_data
from registration.rules.problems import Problem, problem_text
from registration.rules.signers import signers_for
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.forms.section import open_case, shown_groups
from registration.web.present import actions
from registration.web.present.answers import chapters
from registration.web.present.kinds import entity_type_words
from registration.web.present.masks import own_view
from registration.web.present.states import own_tag
from registration.web.present.tasks import TaskLine, last_line, material_lines, section_lines
from registration.web.progress import progress_page
from registration.web.signing import capacity_words
from workflows.engine import Offer

blueprint = Blueprint("apply", __name__)

Page = str | Response | tuple[str, int]
# The problem of a draft that another registrar of the city may register.
ELSEWHERE = "foreign.other_registrar"


@blueprint.route("/applications/new", methods=["GET", "POST"])
@access("application.start")
def start() -> Page:
    """What it takes, then two choices; they make the draft. Where there are several matters, first which one."""
    matter = request.values.get("matter", "")
    if request.method == "GET":
        return _start_page(matter)
    kind, registrar = request.form.get("entity_type", ""), request.form.get("registrar", "")
    try:
        ref = apply.start(
            matter=matter or ESTABLISHMENT, entity_type=kind, registrar_code=registrar, actor=the_actor(), now=now()
        )
    except InvalidInput as invalid:
        return _start_page(matter, [(problem.path, _choose(problem)) for problem in invalid.problems]), 422
    return redirect(url_for("apply.show", ref=ref), 303)


@blueprint.get("/applications")
@access("application.start")
def mine() -> str:
    with database.reading() as session:
        page = my_applications(session, actor=the_actor(), cursor=request.args.get("cursor"))
    rows = [(case, entity_type_words(case.entity_type), own_tag(case)) for case in page.rows]
    return render_template("apply/mine.html", rows=rows, next=page.next, is_first="cursor" not in request.args)


@blueprint.get("/applications/<ref>")
@access("application.edit")
def show(ref: str) -> Page:
    """The task list of a draft; the progress page of a submitted case."""
    file = open_case(ref)
    return _tasks_page(file) if is_draft(file) else progress_page(file)


@blueprint.post("/applications/<ref>/elsewhere")
@access("application.edit")
def begin_elsewhere(ref: str) -> Page:
    """The draft again, with its answers, at a registrar that may register it."""
    try:
        new = start_elsewhere(ref, registrar_code=request.form.get("registrar", ""), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        flash(_choose(invalid.problems[0]), "warn")
        return redirect(url_for("apply.show", ref=ref), 303)
    flash(_("已填的内容转到了这份申请。材料要重新上传；原来的草稿可以撤回"), "ok")
    return redirect(url_for("apply.show", ref=new), 303)


@blueprint.get("/applications/<ref>/check")
@access("application.edit")
def check(ref: str) -> Page:
    return _check_page(open_case(ref))


@blueprint.post("/applications/<ref>/check")
@access("application.edit")
def request_signatures(ref: str) -> Page:
    """Records that the applicant has checked everything and declares it true; then the others can sign."""
    file = open_case(ref)
    asking = actions.by_page(file).get(SIGNATURES)
    if asking is None:
        return redirect(url_for("apply.show", ref=ref), 303)
    if not request.form.get("declared"):
        words = _("请勾选声明，确认内容属实")
        return _check_page(file, problems=[("declared", words)]), 422
    try:
        act(ref, asking.action, actor=the_actor(), now=now(), version=file.case.version)
    except ActionRefused as refused:
        reasons = [("", blocker_text(blocker, lang_here())) for blocker in refused.blockers]
        return _check_page(open_case(ref), problems=reasons), 409
    flash(_("已经提请签名。有邮箱或者手机号码的人会收到链接，您也可以在这里请他们签名"), "ok")
    return redirect(url_for("signing.listed", ref=ref), 303)


def is_draft(file: CaseFile) -> bool:
    return definition_of(file.case.definition).states[file.case.state].kind == "start"


def _asks_for_signatures(file: CaseFile) -> Offer | None:
    asking = actions.by_page(file).get(SIGNATURES)
    return file.offer(asking.action) if asking else None


def _choose(problem: Problem) -> str:
    if problem.code not in ("choice.unknown", "registrar.unknown"):
        return problem_text(problem, lang_here())
    return _("请选择企业类型") if problem.path == "entity_type" else _("请选择登记机关")


def _start_page(matter: str, problems: FieldErrors | None = None) -> str:
    offered = {key: say(matter_title(key)) for key in founding_matters()}
    if matter not in offered:
        if len(offered) > 1 and not problems:
            return render_template("apply/matters.html", offered=offered)
        matter = ESTABLISHMENT
    places = [(one.code, _registrar_words(one)) for one in registrars()]
    kinds = [(row.key, say(row.name), say(row.hint)) for row in entity_types()]
    return render_template(
        "apply/start.html",
        matter=matter,
        title=offered[matter],
        texts=matter_data(matter).start,
        kinds=kinds,
        places=places,
        problems=problems or [],
    )


def _registrar_words(registrar: Registrar) -> str:
    name = say(registrar.name)
    return _("%(name)s（公司按2015年的一照五号办理）", name=name) if is_five_numbers(registrar.regime) else name


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """A heading of the task list and the rows below it; `place` counts the headings in Chinese or in figures."""

    place: str
    heading: str
    note: str
    lines: list[TaskLine]


def _tasks_page(file: CaseFile) -> str:
    with database.reading() as session:
        read_tasks(session, file.case)
    materials = material_lines(file)
    by_group = {group.key: section_lines(file, group.key) for group in shown_groups(file)}
    lines = [line for rows in by_group.values() for line in rows] + materials
    done, count = _progress(lines)
    rest = {DOCUMENTS: materials, LAST_STEP: [last_line(file, count - done)]}
    groups = [
        _task_group(group, number, by_group[group.key] + rest.get(group.key, []))
        for number, group in enumerate(shown_groups(file), 1)
    ]
    with database.reading() as session:
        asked = may_be_asked(session, file.case)
    return render_template(
        "apply/tasks.html",
        asked=asked,
        file=file,
        kind=entity_type_words(file.case.entity_type),
        groups=groups or [TaskGroup("", "", "", materials + rest[LAST_STEP])],
        last=rest[LAST_STEP][0],
        done=done,
        count=count + 1,
        held_until=held_until(file.facts.reservation),
        elsewhere=_elsewhere(file),
        choices=actions.choices(file),
        limit=definition_of(file.case.definition).clock[file.case.regime].limit.amount,
        today=local_date(now()),
    )


def _elsewhere(file: CaseFile) -> list[tuple[str, str]]:
    """The registrars (code, name) that may register this draft, where its own may not."""
    refused = any(problem.code == ELSEWHERE for problem in file.facts.problems)
    return [(one.code, say(one.name)) for one in authorised()] if refused else []


def _task_group(group: Group, number: int, lines: list[TaskLine]) -> TaskGroup:
    place = formatted("numbered", lang_here(), numeral=group.number, number=number)
    note = _("（%(note)s）", note=say(group.note)) if group.note else ""
    return TaskGroup(place, say(group.label), note, lines)


def _progress(lines: list[TaskLine]) -> tuple[int, int]:
    """How many of the needed pages and documents are done; an optional one counts once it is begun."""
    needed = [line for line in lines if line.needed]
    return sum(line.done for line in needed), len(needed)


def _check_page(file: CaseFile, problems: FieldErrors | None = None) -> str:
    with database.reading() as session:
        read_whole(session, file.case)
    form = own_view(file.form)
    signers = signers_for(file.facts.read_form[0], entity_type=file.case.entity_type)
    return render_template(
        "apply/check.html",
        file=file,
        kind=entity_type_words(file.case.entity_type),
        chapters=chapters(form, case=file.case),
        tasks={task.section.key: task for task in file.tasks},
        faults=field_errors(file.facts.problems, ids=[task.section.key for task in file.tasks]),
        signers=[(one, capacity_words(list(one.capacities))) for one in signers],
        offer=_asks_for_signatures(file),
        standing=[] if file.facts.problems or problems else actions.in_the_way(file, SIGNATURES),
        problems=problems or [],
    )
