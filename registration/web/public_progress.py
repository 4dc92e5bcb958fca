"""The progress of an application without an account: its reference and a check word, which are never in an address."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import NotFound
from registration.http.context import SIGN_IN_LIMIT, limiter, say
from registration.queries.public_progress import PublicProgress, public_progress
from registration.web.present.progress import turn_of
from registration.web.present.promise import promise_of
from registration.web.present.states import matter_words, state_tag

blueprint = Blueprint("public_progress", __name__, url_prefix="/progress")
LONGEST = 60


@blueprint.get("")
@access("public")
def ask() -> str:
    return render_template("progress/ask.html", problems=[], typed={})


@blueprint.post("")
@access("public")
@limiter.limit(SIGN_IN_LIMIT)
def show() -> str | tuple[str, int]:
    """One answer for a wrong reference and a wrong word, so that nobody finds out which applications exist."""
    typed = {name: request.form.get(name, "").strip()[:LONGEST] for name in ("ref", "word")}
    try:
        with reading() as session:
            found = public_progress(session, typed["ref"], typed["word"], now=now())
    except NotFound:
        words = _("没有找到这样的申请：请核对申请编号和查询码，两样都要对")
        return render_template("progress/ask.html", problems=[("ref", words)], typed=typed), 404
    return render_template("progress/public.html", **facts_of(found))


def facts_of(found: PublicProgress) -> dict[str, Any]:
    """What the template of the facts needs: no name and no number of a person."""
    case = found.case
    return {
        "case": case,
        "matter": matter_words(case),
        "stages": ([say(label) for label in found.stages[0]], found.stages[1]) if found.stages else None,
        "tag": state_tag(case),
        "turn": turn_of(case),
        "promise": promise_of(case, now=now()),
    }
