"""Complaints, reports, suggestions and questions without an account: written, and read again with a check word."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import InvalidInput, NotFound
from registration.http.context import PUBLIC_LIMIT, SIGN_IN_LIMIT, SIGN_UP_LIMIT, limiter
from registration.http.problem_json import title_of
from registration.operations import voices
from registration.operations.voices import VoiceData
from registration.queries.public_figures import DAYS
from registration.queries.public_progress import check_word
from registration.queries.published_voices import figures, published
from registration.queries.voices import offices, read_voice
from registration.rules.city import city
from registration.rules.small_numbers import FEWEST
from registration.rules.voices import LONGEST, LONGEST_CONTACT
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present.kinds import matter_choices, matter_name
from registration.web.present.voices import (
    figure_facts,
    kind_choices,
    kind_words,
    office_choices,
    voice_tag,
)

blueprint = Blueprint("voices", __name__, url_prefix="/voices")
blueprint.add_app_template_global(kind_words, "voice_kind")
blueprint.add_app_template_global(matter_name, "matter_name")

Page = str | Response | tuple[str, int]
FIELDS = ("kind", "registrar", "matter", "words", "contact", "with_numbers")
LONGEST_TYPED, LONGEST_SOUGHT = 60, 100
_SENT, _FORM = "voice", "voices/write.html"


@blueprint.get("")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def home() -> str:
    """Published questions and answers, the newest first; `q`, `kind` and `matter` narrow them, `before` is a cursor."""
    asked = {name: request.args.get(name, "").strip()[:LONGEST_SOUGHT] for name in ("q", "kind", "matter", "before")}
    with reading() as found:
        rows, further = published(
            found, kind=asked["kind"], matter=asked["matter"], sought=asked["q"], before=asked["before"]
        )
    narrowed: dict[str, Any] = {name: text for name, text in asked.items() if text and name != "before"}
    return render_template(
        "voices/home.html",
        rows=rows,
        asked=asked,
        narrowed=narrowed,
        further=url_for("voices.home", **narrowed, before=further) if further else "",
        kinds=kind_choices(),
        matters=matter_choices(),
        figures=figure_facts(figures()),
        fewest=FEWEST,
        period=DAYS,
        days=city().about.service.voice_answer,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access("public")
@limiter.limit(SIGN_UP_LIMIT, methods=["POST"])
def write() -> Page:
    """Nobody signs in; the kind can be in the address, for links."""
    return filed_once(lambda data: voices.file(data, now=now()), slot=_SENT, form=_FORM, sent="voices.sent")


def filed_once(file: Callable[[VoiceData], str], *, slot: str, form: str, sent: str) -> Page:
    """Shows the template `form`; a POST files what was typed, and keeps the number in the `slot` of the session."""
    if request.method == "GET":
        return _form(form)
    given = {name: request.form.get(name, "") for name in FIELDS}
    digest = sha256(repr(given).encode()).hexdigest()
    if session.get(f"{slot}_digest") == digest:
        # A second press of the button files nothing more.
        return redirect(url_for(sent), 303)
    with_numbers = bool(given.pop("with_numbers"))
    try:
        ref = file(VoiceData(**given, with_numbers=with_numbers))
    except InvalidInput as invalid:
        return _form(form, field_errors(invalid.problems, ids=FIELDS)), invalid.status
    # The number and its word are in no address, so that no list of visited pages has them.
    session[slot], session[f"{slot}_digest"] = ref, digest
    return redirect(url_for(sent), 303)


@blueprint.get("/sent")
@access("public")
def sent() -> Page:
    return shown_once(slot=_SENT, template="voices/sent.html", otherwise="voices.write")


def shown_once(*, slot: str, template: str, otherwise: str) -> Page:
    """Number and check word of what was filed last; the page `otherwise` for a session that filed nothing."""
    ref = session.get(slot)
    if ref is None:
        return redirect(url_for(otherwise), 303)
    word = check_word(ref)
    with reading() as found:
        row = read_voice(found, ref, word)
    return render_template(template, row=row, word=word)


@blueprint.route("/read", methods=["GET", "POST"])
@access("public")
@limiter.limit(SIGN_IN_LIMIT, methods=["POST"])
def read() -> Page:
    """One answer for a wrong number and a wrong word, so that nobody finds out which there are."""
    if request.method == "GET":
        return render_template("voices/ask.html", problems=[], typed={})
    typed = {name: request.form.get(name, "").strip()[:LONGEST_TYPED] for name in ("ref", "word")}
    try:
        with reading() as found:
            row = read_voice(found, typed["ref"], typed["word"])
    except NotFound as unknown:
        problems = [("ref", title_of(unknown.reason, unknown.status))]
        return render_template("voices/ask.html", problems=problems, typed=typed), unknown.status
    return render_template("voices/read.html", row=row, tag=voice_tag(row), late=row.is_late(now=now()))


def _form(template: str, problems: FieldErrors | None = None) -> str:
    with reading() as found:
        registrars = office_choices(offices(found))
    return render_template(
        template,
        kinds=kind_choices(),
        matters=matter_choices(),
        registrars=registrars,
        typed=request.form if request.method == "POST" else {"kind": request.args.get("kind", "")},
        days=city().about.service.voice_answer,
        most=LONGEST,
        most_contact=LONGEST_CONTACT,
        problems=problems or [],
    )
