"""An officer's objection on the page of a part: words at fields and documents, kept while the officer works."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from flask import jsonify, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from registration.clock import now
from registration.database import reading
from registration.errors import Forbidden, InvalidInput, StaleVersion
from registration.http.context import in_language, lang_here, the_actor
from registration.matters import definition_of
from registration.operations.marks import keep_marks
from registration.operations.objections import ASSIGN, OBJECT, WAIVE
from registration.queries.casefile import CaseFile, last_changes
from registration.queries.file_contents import PartView
from registration.queries.marks import kept_marks
from registration.queries.number_pools import next_number
from registration.rules.languages import OF_PAPERS
from registration.rules.marks import Mark
from registration.rules.problems import Problem, problem_text
from registration.rules.whole_numbers import whole_number
from registration.web.forms.marks import inputs_of, posted_objections
from registration.web.i18n import moment
from registration.web.present import desk
from registration.web.present.answers import Chapter, chapters
from registration.web.present.changes import pairs_of
from registration.web.present.marks import own_marks
from registration.web.present.objecting import Places, places_of, reason_from
from registration.web.present.objections import ObjectionText, objection_texts

# A part of a point -> the field in which it is corrected, and the message there.
_POINT_FIELDS = {
    "problem": ("what", _l("请写明“%(label)s”哪里有问题")),
    "remedy": ("how", _l("请缩短“%(label)s”怎么改")),
}


def may_object(file: CaseFile, view: PartView) -> bool:
    """Whether words can be written at fields: only by the officer who holds the part, and while it may object."""
    held = view.part.holder_id == the_actor().account_id
    return held and any(offer.action == OBJECT for offer in view.offers)


def places_on(file: CaseFile, *, lang: str | None = None, shown: Sequence[Chapter] | None = None) -> Places:
    """`shown`: the sections as the page has them, where it has them already."""
    if shown is None:
        shown = chapters(file.form, case=file.case)
    return places_of(shown, desk.files_of(file), case=file.case, lang=lang or lang_here())


def keep_posted(file: CaseFile, view: PartView) -> None:
    """Keeps what the posted page says at the fields; words that cannot be kept stay on the page."""
    if request.method != "POST" or not may_object(file, view):
        return
    marks = posted_objections(request.form, places_on(file).labels)
    with suppress(StaleVersion, InvalidInput, Forbidden):
        _keep(file, marks)


def kept_for_script(file: CaseFile, view: PartView) -> Response | tuple[Response, int]:
    marks = posted_objections(request.form, request.form.getlist("target"))
    try:
        _keep(file, marks)
    except StaleVersion as stale:
        return jsonify(words=_("这份申请刚刚有了变化，请看过现在的内容再办。")), stale.status
    except InvalidInput as invalid:
        return jsonify(words=problem_text(invalid.problems[0], lang_here())), invalid.status
    left = count_words(len(bad_marks(file, view)))
    return jsonify(words=_("标记已保存：%(at)s", at=moment(now()).striptags()), left=left)


def _keep(file: CaseFile, marks: list[Mark]) -> None:
    revision = whole_number(request.form.get("revision", ""))
    keep_marks(file.case.ref, marks, actor=the_actor(), now=now(), revision=revision)


def bad_marks(file: CaseFile, view: PartView, places: Places | None = None) -> list[Mark]:
    """The points as the posted page has them, else as they were kept, in the order of the page."""
    with reading() as session:
        kept = own_marks(kept_marks(session, file.case, actor=the_actor()))
    targets = (places or places_on(file)).labels
    posted = {mark.target: mark for mark in posted_objections(request.form, targets)}
    marks = [posted.get(target) or kept.get(target) for target in targets]
    return [mark for mark in marks if mark is not None and mark.is_bad]


def count_words(count: int) -> str:
    return ngettext("有异议的%(num)d处", "有异议的%(num)d处", count) if count else ""


def marks_of_page(file: CaseFile, view: PartView, shown: Sequence[Chapter]) -> dict[str, Any]:
    """What the part's page shows at the fields of these sections."""
    may = may_object(file, view)
    places = places_on(file, shown=shown) if may else Places()
    marks = {mark.target: mark for mark in bad_marks(file, view, places)} if may else {}
    return {
        "places": places,
        "marks": marks,
        "may_object": may,
        "marked": count_words(len(marks)),
    }


def ask_page(file: CaseFile, view: PartView, action: str) -> dict[str, Any]:
    """What the page of an action shows besides its inputs: the points of an objection, the next number."""
    points = bad_marks(file, view) if action == OBJECT else []
    labels = places_on(file).labels
    return {
        "points": [(mark, labels[mark.target]) for mark in points],
        "next_number": _next_number(file, view) if action == ASSIGN else None,
        "objects": action == OBJECT,
        "waives": action == WAIVE,
    }


def _next_number(file: CaseFile, view: PartView) -> str | None:
    """The number that the system would give now: the case's own, or the next of the scheme."""
    parts = definition_of(file.case.definition).parts
    scheme = parts.graph[view.part.key].gives if parts else None
    if scheme is None:
        return None
    with reading() as session:
        return next_number(session, file.case, scheme)


def inputs_for(file: CaseFile, view: PartView, action: str) -> dict[str, Any]:
    """The inputs of an action. The points of an objection say its reason where the officer wrote none."""
    typed: dict[str, Any] = dict(inputs_of(request.form))
    if action != OBJECT:
        return typed
    points = bad_marks(file, view)
    typed["items"] = [
        {"target": one.target, "reason_code": one.reason_code, "problem": one.problem, "remedy": one.remedy}
        for one in points
    ]
    if points and not typed.get("reason"):
        with in_language(OF_PAPERS):
            typed["reason"] = reason_from(points, places_on(file, lang=OF_PAPERS).labels)
    return typed


def at_fields(file: CaseFile, view: PartView, problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """A fault of `items.1.problem` is shown at the field of the second point, and names it."""
    points, labels, found = bad_marks(file, view), places_on(file).labels, []
    for problem in problems:
        _items, place, name = [*problem.path.split("."), "", ""][:3]
        number = whole_number(place, most=len(points) - 1)
        if number is not None and name in _POINT_FIELDS:
            target, (at, words) = points[number].target, _POINT_FIELDS[name]
            found.append((f"{at}.{target}", str(words) % {"label": labels[target]}))
        else:
            found.append((problem.path, problem_text(problem, lang_here())))
    return found


def objections_of(file: CaseFile, key: str) -> list[ObjectionText]:
    """The objections on this part with their answers, and what changed since in the agency's fields."""
    own = [one for one in file.objections if one.part == key]
    with reading() as session:
        since = {one.revision for one in own if one.revision < file.case.revision}
        pairs = {
            number: pairs_of(file, last_changes(session, file.case, actor=the_actor(), since=number))
            for number in since
        }
    return objection_texts(file, own, pairs=pairs)
