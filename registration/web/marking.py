"""A clerk's marks on a file are kept: by every page that is posted, and by a script while the clerk works."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, jsonify, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlmodel import Session
from werkzeug.wrappers import Response

from registration.access import ObjectFacts, access, allows
from registration.clock import now
from registration.database import reading
from registration.errors import InvalidInput, StaleVersion
from registration.http.context import lang_here, the_actor
from registration.operations.marks import MOST_MARKS, keep_marks
from registration.queries.casefile import CaseFile, casefile
from registration.queries.marks import KeptMark, kept_marks
from registration.rules.marks import Mark
from registration.rules.problems import problem_text
from registration.rules.whole_numbers import whole_number
from registration.web.forms.marks import marks_of, posted_mark
from registration.web.i18n import moment
from registration.web.present.desk import may_mark
from registration.web.present.marks import (
    Targets,
    overview_of,
    own_marks,
    shown_marks,
    targets_of,
    unmarked_of,
)

blueprint = Blueprint("marking", __name__, url_prefix="/desk/cases/<ref>")


@dataclass(frozen=True)
class Marked:
    """The marks of a page: the reader's own, those of others to read, and a sentence for each clerk who marked."""

    targets: Targets
    marks: Mapping[str, Mark]
    others: Mapping[str, list[KeptMark]]
    overview: list[str]
    unmarked: list[str]


def marked_of(session: Session, file: CaseFile) -> Marked:
    kept, targets, may = kept_marks(session, file.case, actor=the_actor()), targets_of(file), may_mark(file)
    marks = marks_of(request.form, targets.every, own_marks(kept))
    others = [one for one in kept if not (may and one.own)]
    return Marked(
        targets,
        marks,
        shown_marks(kept, may_mark=may),
        overview_of(file, targets, others),
        unmarked_of(targets, marks),
    )


def keep_posted(file: CaseFile) -> None:
    """Keeps what the posted page marks. A mark that cannot be kept stays on the page, and the action refuses it."""
    if request.method != "POST" or not _may_keep(file):
        return
    posted = [posted_mark(request.form, target) for target in targets_of(file).every]
    given = [mark for mark in posted if not mark.is_empty][:MOST_MARKS]
    with suppress(StaleVersion):
        try:
            _keep(file.case.ref, given)
        except InvalidInput as invalid:
            faulty = {whole_number(problem.path.split(".")[1]) for problem in invalid.problems}
            _keep(file.case.ref, [mark for at, mark in enumerate(given) if at not in faulty])


@blueprint.post("/marks")
@access("inbox.read")
def keep(ref: str) -> Response | tuple[Response, int]:
    """For the script: keeps the marks on the posted targets, and answers what the page then says."""
    marks = [posted_mark(request.form, target) for target in request.form.getlist("target")]
    try:
        _keep(ref, marks)
    except StaleVersion as stale:
        return jsonify(words=_("这份申请刚刚有了变化，请看过现在的内容再办。")), stale.status
    except InvalidInput as invalid:
        return jsonify(words=problem_text(invalid.problems[0], lang_here())), invalid.status
    with reading() as session:
        file = casefile(session, ref, actor=the_actor(), now=now())
        kept = own_marks(kept_marks(session, file.case, actor=the_actor()))
    left = unmarked_of(targets_of(file), kept)
    return jsonify(words=_("标记已保存：%(at)s", at=moment(now()).striptags()), left=left_words(len(left)))


def _keep(ref: str, marks: Sequence[Mark]) -> None:
    """Keeps them if they were made on the revision that the case has now."""
    revision = whole_number(request.form.get("revision", ""))
    keep_marks(ref, marks, actor=the_actor(), now=now(), revision=revision)


def left_words(count: int) -> str:
    """How much nobody has marked yet."""
    return ngettext("还有%(num)d项没有标记", "还有%(num)d项没有标记", count) if count else _("全部看过")


def _may_keep(file: CaseFile) -> bool:
    return allows("mark.write", the_actor(), ObjectFacts(registrar_code=file.case.registrar_code))
