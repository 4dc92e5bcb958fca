"""Who holds a file: given to a colleague by a director, taken by a substitute."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import ObjectFacts, access, allows
from registration.clock import now
from registration.database import reading
from registration.errors import ActionRefused, Conflict, InvalidInput, StaleVersion
from registration.http.context import the_actor
from registration.http.problem_json import title_of
from registration.operations import holding
from registration.operations.holding import LONGEST_REASON
from registration.queries.absences import standing_in, stands_in_for
from registration.queries.holding import Colleague, changed_hands, colleagues
from registration.rules.whole_numbers import whole_number
from registration.web import review
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present import desk
from registration.web.present.decisions import blocker_errors
from registration.web.present.holding import changed_words, colleague_words

blueprint = Blueprint("holding", __name__, url_prefix="/desk")

Page = str | Response | tuple[str, int]


@blueprint.get("/cases/<ref>/holder")
@access("inbox.read")
def case(ref: str) -> str:
    return _page(ref)


@blueprint.post("/cases/<ref>/holder")
@access("inbox.read")
def assign(ref: str) -> Page:
    typed, version = request.form, whole_number(request.form.get("version", ""))
    to, reason = typed.get("to", ""), typed.get("reason", "")
    try:
        holding.assign(ref, to=to, reason=reason, actor=the_actor(), now=now(), version=version)
    except InvalidInput as invalid:
        return _page(ref, field_errors(invalid.problems, ids=["to", "reason"])), invalid.status
    except ActionRefused as refused:
        return _page(ref, [("", words) for _at, words in blocker_errors(refused.blockers)]), refused.status
    except (Conflict, StaleVersion) as refused:
        return _page(ref, [("", title_of(refused.reason, refused.status))]), refused.status
    flash(_("已交给%(number)s号办理，双方都会收到通知", number=to), "ok")
    return redirect(url_for("holding.case", ref=ref), 303)


@blueprint.get("/stand-in")
@access("inbox.read")
def stand_in() -> str:
    """The files of the people whose substitute the reader is."""
    return _stand_in_page()


@blueprint.post("/cases/<ref>/stand-in")
@access("inbox.read")
def take(ref: str) -> Page:
    """Takes a file as the substitute of its holder, without a reason to be typed."""
    try:
        holding.take_as_substitute(ref, actor=the_actor(), now=now())
    except ActionRefused as refused:
        words = [words for _at, words in blocker_errors(refused.blockers)]
        return _stand_in_page([("", one) for one in words]), refused.status
    except Conflict as refused:
        return _stand_in_page([("", title_of(refused.reason, refused.status))]), refused.status
    flash(_("已接办"), "ok")
    return redirect(url_for("review.case", ref=ref), 303)


def _stand_in_page(problems: FieldErrors | None = None) -> str:
    with reading() as session:
        rows = standing_in(session, actor=the_actor(), now=now())
    line = {one.ref: desk.plain_line(one, now=now()) for row in rows for one in row.cases}
    return render_template("holding/stand_in.html", rows=rows, line=line, problems=problems or [])


def _page(ref: str, problems: FieldErrors | None = None) -> str:
    actor = the_actor()
    with reading() as session:
        found, changes = changed_hands(session, ref, actor=actor)
        may_assign = allows("case.assign", actor, ObjectFacts(registrar_code=found.registrar_code))
        people: list[Colleague] = colleagues(session, found, now=now()) if may_assign else []
        substitutes = stands_in_for(session, found, actor=actor, now=now())
    return render_template(
        "holding/case.html",
        **review.tab_of(ref, "holder"),
        changes=[(changed_words(one), one) for one in changes],
        may_assign=may_assign,
        people=[(one.account.login, colleague_words(one)) for one in people],
        substitutes=substitutes,
        problems=problems or [],
        typed=request.form,
        most=LONGEST_REASON,
    )
