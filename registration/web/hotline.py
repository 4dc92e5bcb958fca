"""The city's citizen desk: answers to callers' questions, the progress of a case, voices filed for a caller."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.errors import NotFound
from registration.http.context import (
    PUBLIC_LIMIT,
    SIGN_IN_LIMIT,
    SIGN_UP_LIMIT,
    limited_by,
    limiter,
    the_actor,
)
from registration.http.problem_json import title_of
from registration.operations import hotline
from registration.web.lists import powers
from registration.web.present.found_answers import found_answers
from registration.web.present.progress import next_in
from registration.web.present.voices import voice_tag
from registration.web.public_progress import facts_of
from registration.web.voices import filed_once, shown_once

blueprint = Blueprint("hotline", __name__, url_prefix="/hotline")

Page = str | Response | tuple[str, int]
LONGEST_TYPED, LONGEST_SOUGHT = 60, 60
_SENT = "hotline_voice"


@blueprint.get("")
@access("hotline.use")
@limiter.limit(PUBLIC_LIMIT, key_func=limited_by)
def home() -> str:
    """`q` is a question, or what somebody wants to do."""
    return _home()


@blueprint.post("/progress")
@access("hotline.use")
@limiter.limit(SIGN_IN_LIMIT, key_func=limited_by)
def progress() -> Page:
    """One answer for a wrong reference and a wrong word, as on the public page."""
    typed = _typed()
    try:
        found = hotline.look_up(typed["ref"], typed["word"], actor=the_actor(), now=now())
    except NotFound as unknown:
        return _home(case=typed, problems=[("ref", title_of(unknown.reason, unknown.status))]), unknown.status
    return render_template("hotline/case.html", **facts_of(found), onward=next_in(found.case))


@blueprint.route("/voices/new", methods=["GET", "POST"])
@access("hotline.use")
@limiter.limit(SIGN_UP_LIMIT, methods=["POST"], key_func=limited_by)
def write() -> Page:
    return filed_once(
        lambda data: hotline.file_for_caller(data, actor=the_actor(), now=now()),
        slot=_SENT,
        form="hotline/write.html",
        sent="hotline.sent",
    )


@blueprint.get("/voices/sent")
@access("hotline.use")
def sent() -> Page:
    """The number and the check word, to read out."""
    return shown_once(slot=_SENT, template="hotline/sent.html", otherwise="hotline.write")


@blueprint.post("/voices/read")
@access("hotline.use")
@limiter.limit(SIGN_IN_LIMIT, key_func=limited_by)
def read() -> Page:
    """Without the check word only what the hotline filed itself."""
    typed = _typed()
    try:
        row = hotline.follow(typed["ref"], typed["word"], actor=the_actor(), now=now())
    except NotFound as unknown:
        problems = [("voice-ref", title_of(unknown.reason, unknown.status))]
        return _home(voice=typed, problems=problems), unknown.status
    return render_template("hotline/voice.html", row=row, tag=voice_tag(row), late=row.is_late(now=now()))


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:LONGEST_TYPED] for name in ("ref", "word")}


def _home(
    *,
    case: dict[str, str] | None = None,
    voice: dict[str, str] | None = None,
    problems: list[tuple[str, str]] | None = None,
) -> str:
    sought = request.args.get("q", "").strip()[:LONGEST_SOUGHT]
    return render_template(
        "hotline/home.html",
        sought=sought,
        sources=found_answers(sought, powers(), now=now()) if sought else [],
        case=case or {},
        voice=voice or {},
        problems=problems or [],
    )
