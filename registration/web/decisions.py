"""Takes an action at the desk: a page for its inputs, then `act`. Nothing typed is lost."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from certificates.errors import InvalidParticulars
from registration.access import access
from registration.clock import local_date, now
from registration.database import reading
from registration.errors import ActionRefused, InvalidInput, StaleVersion
from registration.gateways.printing import NotPrintable, printed_paper
from registration.http.context import in_language, lang_here, say, the_actor
from registration.matters import definition_of
from registration.models import Registrar
from registration.operations.act import Outcome
from registration.operations.undo import decide
from registration.queries.casefile import CaseFile, casefile
from registration.queries.file_rows import read_review
from registration.queries.papers import preview_of
from registration.queries.papers_asked import Words
from registration.queries.registrar_profiles import profile_on
from registration.rules.languages import known
from registration.rules.marks import Mark
from registration.rules.problems import Problem, problem_text
from registration.rules.reasons import condition_words, offered_rejections, possible_reasons
from registration.rules.whole_numbers import whole_number
from registration.web import confirming, marking, notice_points, onward, review
from registration.web.forms.marks import inputs_of, marks_of, with_remedies
from registration.web.notice_points import NoticePoint
from registration.web.present import desk
from registration.web.present.decisions import blocker_errors, done_words, inputs_for
from registration.web.present.law import bases_of, reason_article_of, remedies_of
from registration.web.present.marks import Targets, about_of, label_of_mark, targets_of
from registration.web.present.opinions import chosen_opinion, drafts_here
from registration.web.present.targets import target_label
from registration.web.present.undo import decision_before
from workflows.engine import Offer

blueprint = Blueprint("decisions", __name__, url_prefix="/desk/cases/<ref>")

Page = review.Page
Problems = list[tuple[str, str]]
# A part of an item -> the field in which it is corrected, and the message there.
_ITEM_FIELDS = {
    "problem": ("what", _l("请写明“%(label)s”哪里有问题")),
    "remedy": ("how", _l("请写明“%(label)s”怎么改")),
    "reason_code": ("why", _l("请选择“%(label)s”要补正的原因")),
    "target": ("target", _l("请选择“%(label)s”的异议要补正哪一部分")),
}


@blueprint.route("/ask/<action>", methods=["GET", "POST"])
@access("inbox.read")
def ask(ref: str, action: str) -> Page:
    """The page of an action. It changes nothing: a POST carries the marks and typed texts."""
    return _asked(ref, action)


@blueprint.post("/ask/<action>/paper")
@access("inbox.read")
def preview_paper(ref: str, action: str) -> Page:
    """The notice on its paper, as the page has it: nothing is sent, numbered or stored."""
    file = _file(ref)
    offer = file.offer(action)
    if offer is None or not _lists_items(file, action):
        return _asked(ref, action)
    bad, points = _bad_marks(file), notice_points.points_of(file)
    words = _notice_words(file, offer, bad, points)
    if not words[1]:
        return _asked(ref, action, problems=[("", _("没有要补正的内容，请先标出有问题的内容。"))], status=422)
    try:
        with reading() as session:
            head = profile_on(session, session.get_one(Registrar, file.case.registrar_code), on=local_date(now()))
            paper = preview_of(session, file.case, "correction", head=head, words=words, on=local_date(now()))
        pdf = printed_paper(paper.model_dump(mode="json"))
    except (InvalidParticulars, NotPrintable):
        return _asked(ref, action, problems=[("", _("这些内容印不出来，请检查里面有没有特殊字符。"))], status=422)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="preview-{file.case.ref}.pdf"'
    return answer


@blueprint.post("/act/<action>")
@access("inbox.read")
def take(ref: str, action: str) -> Page:
    file = _file(ref)
    onward.keep_choice()
    marking.keep_posted(file)
    if _is_hasty(file, action):
        return review.show(ref, warned=action)
    if asks := _asked_first(file, action):
        return asks
    try:
        outcome = decide(ref, action, actor=the_actor(), now=now(), version=_version(), **_inputs(file, action))
    except StaleVersion as error:
        return review.show_changed(ref, error)
    except ActionRefused as refused:
        return _refused(ref, action, refused)
    except InvalidInput as invalid:
        return _asked(ref, action, problems=_at_items(file, invalid.problems), status=invalid.status)
    if not isinstance(outcome, Outcome):
        return redirect(onward.address_beside(ref), 303)
    words = done_words(definition_of(file.case.definition), action)
    if outcome.source != outcome.target:
        return redirect(onward.address_after(ref, words), 303)
    flash(words, "ok")
    return redirect(url_for("review.inbox") if _gives_it_up(file, outcome) else url_for("review.case", ref=ref), 303)


def _is_hasty(file: CaseFile, action: str) -> bool:
    """Whether a decision in favour is taken on the file's page with something unmarked, and without a warning yet."""
    if request.form.get("deciding") != action or request.form.get("warned") == action or not desk.may_mark(file):
        return False
    return _is_in_favour(file, action) and bool(_marked(file).unmarked)


def _asked_first(file: CaseFile, action: str) -> Page | None:
    """The page that asks for the password first, where the action decides the case."""
    definition = file.case.definition
    if not confirming.decides(definition, action):
        return None
    what = f"{say(definition_of(definition).actions[action].label)} · {desk.name_of(file.case)}"
    return confirming.asked_first(what, back=url_for("review.case", ref=file.case.ref))


def _is_in_favour(file: CaseFile, action: str) -> bool:
    known = definition_of(file.case.definition).actions.get(action)
    return known is not None and known.style == "main" and "opinion" in known.asks


def _gives_it_up(file: CaseFile, outcome: Outcome) -> bool:
    """Whether the case stays where it is and waits for any colleague from now on."""
    offer = file.offer(outcome.action)
    return outcome.source == outcome.target and offer is not None and offer.row.held_by == "nobody"


def _lists_items(file: CaseFile, action: str) -> bool:
    """Whether the action sends a notice of everything that was marked."""
    known = definition_of(file.case.definition).actions.get(action)
    return known is not None and "items" in known.asks


def _refused(ref: str, action: str, refused: ActionRefused) -> Page:
    """Shows the page where a problem can be corrected: the action's own, or the file if the action has none."""
    problems = blocker_errors(refused.blockers)
    file = _file(ref)
    if file.offer(action) is None or _lists_items(file, action):
        return review.show(ref, problems=[("", words) for _at, words in problems], status=refused.status)
    return _asked(ref, action, problems=problems, status=refused.status)


def _asked(ref: str, action: str, *, problems: Problems | None = None, status: int = 200) -> Page:
    with reading() as session:
        file = casefile(session, ref, actor=the_actor(), now=now())
        read_review(session, file.case, actor=the_actor(), now=now())
    offer = file.offer(action)
    if offer is None:
        words = _("这份申请现在没有这一步，请看过现在的状态再办。")
        return review.show(ref, problems=[("", words)], status=409)
    marking.keep_posted(file)
    marked = _marked(file)
    marks = with_remedies(marked.marks, matter=file.case.matter, lang=_lang_of(file))
    listing = _lists_items(file, action)
    bad = [mark for mark in marks.values() if mark.is_bad] if listing else []
    points = notice_points.points_of(file) if listing else []
    if listing and not bad and not points:
        words = _("请先把有问题的内容标为“有问题”，写明哪里有问题，再发通知。")
        return review.show(ref, problems=[("", words)], status=422)
    page = _page_of(file, offer) | {"marks": marks, "bad": [_item(file, marked.targets, mark) for mark in bad]}
    # Shown before a decision in favour, without blocking it.
    in_favour = desk.may_mark(file) and _is_in_favour(file, action)
    unmarked = [target_label(target, case=file.case) for target in marked.unmarked] if in_favour else []
    chosen = chosen_opinion(file, action)
    inputs = _typed_before(file, action) | ({"opinion": chosen} if chosen else {}) | inputs_of(request.form)
    page |= {"inputs": inputs, "drafts": drafts_here(), "unmarked": unmarked, "problems": problems or []}
    page |= {"points": points, "preview": None}
    if listing and "preview" in request.form:
        page["preview"] = _notice_words(file, offer, bad, points)
    return render_template("review/ask.html", **page), status


def _notice_words(file: CaseFile, offer: Offer, bad: Iterable[Mark], points: list[NoticePoint]) -> Words:
    """The words of the notice, if it were sent as the page has it."""
    items = [mark.as_item(about=_about(file, mark)) for mark in bad]
    items += notice_points.inputs_from(file, points)["items"]
    return notice_points.words_of(file, offer, items, {point.ref: point.agency for point in points}, now=now())


def _page_of(file: CaseFile, offer: Offer) -> dict[str, Any]:
    """The context of an action's page, without the input."""
    definition, ref = definition_of(file.case.definition), file.case.ref
    action = definition.actions[offer.action]
    return {
        "case": file.case,
        "name": desk.name_of(file.case),
        "seen": file.history[-1].seq if file.history else 0,
        "action": offer.action,
        "label": say(action.label),
        "weight": action.style,
        "fields": inputs_for(definition, offer),
        "flags": [problem_text(flag, lang_here()) for flag in file.facts.flags] if "opinion" in action.asks else [],
        "basis": bases_of(file.case, offer.row.basis, on=local_date(now())),
        "codes": desk.correction_choices(file.case),
        **(_reasons(file) if "reason_code" in action.asks else {}),
        "remedies": remedies_of(file, on=local_date(now())),
        "asked_before": _targets_of_earlier_notices(file),
        "decided": desk.decided(file),
        "action_url": url_for("decisions.take", ref=ref, action=offer.action),
        "ask_url": url_for("decisions.ask", ref=ref, action=offer.action),
        "paper_url": url_for("decisions.preview_paper", ref=ref, action=offer.action),
        "back": url_for("review.case", ref=ref),
    }


def _reasons(file: CaseFile) -> dict[str, Any]:
    """Of an action with a reason: `rejections`, (code, words, law) of the reasons that the law in force and the case
    itself allow; `impossible`, (words, why) of those that the law knows and this case does not allow yet."""
    case, on = file.case, local_date(now())
    possible = possible_reasons(file.facts)
    offered = [
        (code, f"{code} {say(row.words)}", reason_article_of(case, code, on=on))
        for code, row in offered_rejections(case.matter, registrar=case.registrar_code).items()
    ]
    return {
        "rejections": [one for one in offered if one[0] in possible],
        "impossible": [
            (words, condition_words(code, lang_here(), matter=case.matter))
            for code, words, law in offered
            if code not in possible and law
        ],
    }


def _targets_of_earlier_notices(file: CaseFile) -> frozenset[str]:
    return frozenset(target for entry in file.history for target in entry.data.get("targets", ()))


def _typed_before(file: CaseFile, action: str) -> dict[str, Any]:
    """What the reader typed for this action in a decision that did not leave."""
    with reading() as session:
        before = decision_before(session, file.case, actor=the_actor())
    return before.inputs if before.action == action else {}


def _marked(file: CaseFile) -> marking.Marked:
    with reading() as session:
        return marking.marked_of(session, file)


def _item(file: CaseFile, targets: Targets, mark: Mark) -> dict[str, Any]:
    return {"mark": mark, "label": label_of_mark(file, targets, mark.target)}


def _inputs(file: CaseFile, action: str) -> dict[str, Any]:
    typed: dict[str, Any] = dict(inputs_of(request.form))
    if _lists_items(file, action):
        typed["items"] = [mark.as_item(about=_about(file, mark)) for mark in _bad_marks(file)]
        if notice_points.are_shown():
            of_agencies = notice_points.inputs_from(file, notice_points.points_of(file))
            typed |= {"items": typed["items"] + of_agencies["items"], "left_out": of_agencies["left_out"]}
    if (opinion := chosen_opinion(file, action)) and "opinion" not in typed:
        typed["opinion"] = opinion
    return typed


def _about(file: CaseFile, mark: Mark) -> str:
    """The name of the person whom a mark is about, as the notice puts it before the problem."""
    with in_language(_lang_of(file)):
        return about_of(file, mark.target)


def _bad_marks(file: CaseFile) -> list[Mark]:
    """Those of the page alone, which lists all: no notice has what was marked elsewhere since."""
    posted = marks_of(request.form, targets_of(file).every)
    return [mark for mark in posted.values() if mark.is_bad]


def _at_items(file: CaseFile, problems: Iterable[Problem]) -> Problems:
    """A fault of `items.1.problem` is shown at the field of the second marked item, and names that item."""
    targets = [(mark.target, label_of_mark(file, targets_of(file), mark.target)) for mark in _bad_marks(file)]
    points = notice_points.points_of(file) if notice_points.are_shown() else []
    targets += [(point.place, f"{point.part} {point.label}".strip()) for point in points if point.chosen]
    found = []
    for problem in problems:
        if problem.path.startswith("left_out."):
            place = notice_points.PREFIX + problem.path.partition(".")[2]
            found.append((f"left.{place}", problem_text(problem, lang_here())))
            continue
        _items, place, name = [*problem.path.split("."), "", ""][:3]
        number = whole_number(place, most=len(targets) - 1)
        if number is not None and name in _ITEM_FIELDS:
            (target, label), (field, words) = targets[number], _ITEM_FIELDS[name]
            found.append((f"{field}.{target}", str(words) % {"label": label}))
        else:
            found.append((problem.path, problem_text(problem, lang_here())))
    return found


def _version() -> int | None:
    return whole_number(request.form.get("version", ""))


def _lang_of(file: CaseFile) -> str:
    return known(file.case.locale)


def _file(ref: str) -> CaseFile:
    with reading() as session:
        return casefile(session, ref, actor=the_actor(), now=now())
