"""The desk for complaints, reports, suggestions and questions of anybody: by due date, to assign and to answer."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import HEADS, access
from registration.clock import now
from registration.database import reading
from registration.errors import Conflict, Forbidden, InvalidInput
from registration.http.context import the_actor
from registration.http.problem_json import title_of
from registration.operations import published_voices, voices
from registration.queries.holding import Colleague, office_of
from registration.queries.published_voices import living, proposals_of, proposed_at
from registration.queries.voices import may_act, offices, voice_at, voices_at
from registration.rules.voices import CONFIDENTIAL, KINDS, LONGEST
from registration.web import confirming
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.present.states import due_badge
from registration.web.present.voices import kind_choices, office_choices, published_tag, steps_of, voice_tag

blueprint = Blueprint("voices_desk", __name__, url_prefix="/desk/voices")

Page = str | Response | tuple[str, int]
LONGEST_SOUGHT = 100


@blueprint.get("")
@access("voice.read")
def listed() -> str:
    """The open ones by due date, or with `view=ended` the last ended ones; `kind` and `q` narrow them."""
    ended = request.args.get("view") == "ended"
    kind = request.args.get("kind", "")
    sought = request.args.get("q", "").strip()[:LONGEST_SOUGHT]
    with reading() as session:
        proposed = proposed_at(session, actor=the_actor())
        found = voices_at(session, actor=the_actor(), ended=ended, kind=kind if kind in KINDS else "", sought=sought)
    return render_template(
        "voices/desk.html",
        found=found,
        proposed=proposed,
        ended=ended,
        kind=kind,
        sought=sought,
        kinds=kind_choices(),
        due=lambda at: due_badge(at, now=now()),
        tag=voice_tag,
        now=now(),
    )


@blueprint.get("/<voice>")
@access("voice.read")
def show(voice: str) -> str:
    return _page(voice)


@blueprint.post("/<voice>/assign")
@access("voice.read")
def assign(voice: str) -> Page:
    """Also for oneself."""
    number = request.form.get("number", "")
    return _done(
        voice,
        lambda: voices.assign(voice, number, actor=the_actor(), now=now()),
        ids=["number"],
        said=_("已经分派"),
    )


@blueprint.post("/<voice>/hand-over")
@access("voice.read")
def hand_over(voice: str) -> Page:
    registrar, reason = request.form.get("registrar", ""), request.form.get("reason", "")
    return _done(
        voice,
        lambda: voices.hand_over(voice, registrar, reason=reason, actor=the_actor(), now=now()),
        ids=["registrar", "reason"],
        said=_("已经转办，对方登记机关会收到通知"),
        away=True,
    )


@blueprint.post("/<voice>/answer")
@access("voice.read")
def answer(voice: str) -> Page:
    return _done(
        voice,
        lambda: voices.answer(voice, words=request.form.get("words", ""), actor=the_actor(), now=now()),
        ids=["words"],
        said=_("已经答复，对方凭编号和查询码查看"),
    )


@blueprint.post("/<voice>/close")
@access("voice.read")
def close(voice: str) -> Page:
    return _done(
        voice,
        lambda: voices.close(voice, words=request.form.get("words", ""), actor=the_actor(), now=now()),
        # The same name as the answer's, in a form of its own.
        ids=["words"],
        said=_("已经办结"),
        prefix="close-",
    )


@blueprint.post("/<voice>/publish")
@access("voice.read")
def propose(voice: str) -> Page:
    """A text without names, for everybody."""
    texts = {name: request.form.get(name, "") for name in ("question", "answer")}
    return _done(
        voice,
        lambda: published_voices.propose(voice, **texts, actor=the_actor(), now=now()),
        ids=["question", "answer"],
        said=_("已经提出，等另一人决定"),
    )


@blueprint.post("/<voice>/publish/<published>")
@access("voice.read")
def decide(voice: str, published: str) -> Page:
    """Confirms, refuses or withdraws a proposal, or takes a text from the public page."""
    decision, words = request.form.get("decision", ""), request.form.get("words", "")
    if asks := confirming.asked_first(_("决定公开一段文字"), back=url_for("voices_desk.show", voice=voice)):
        return asks

    def step() -> None:
        if decision == "end":
            published_voices.end(published, actor=the_actor(), now=now())
        else:
            published_voices.decide(published, decision, words=words, actor=the_actor(), now=now())

    return _done(voice, step, ids=["words"], said=_("已经记下决定"), prefix="decide-")


def _done(
    voice: str, step: Callable[[], object], *, ids: list[str], said: str, away: bool = False, prefix: str = ""
) -> Page:
    """Takes the step; a refusal shows the page again with what was typed. `away`: the voice leaves the office."""
    try:
        step()
    except InvalidInput as invalid:
        faults = [(f"{prefix}{at}" if at else "", text) for at, text in field_errors(invalid.problems, ids=ids)]
        return _page(voice, faults), invalid.status
    except (Conflict, Forbidden) as refused:
        return _page(voice, [("", title_of(refused.reason, refused.status))]), refused.status
    flash(said, "ok")
    return redirect(url_for("voices_desk.listed") if away else url_for("voices_desk.show", voice=voice), 303)


def _page(voice: str, problems: FieldErrors | None = None) -> str:
    actor, at = the_actor(), now()
    with reading() as session:
        row, steps = voice_at(session, voice, actor=actor)
        registrars = offices(session)
        publication, texts = living(session, row.voice), proposals_of(session, row.voice)
        staff = office_of(session, row.voice.registrar_code, now=at)
    return render_template(
        "voices/voice.html",
        row=row,
        voice=row.voice,
        tag=voice_tag(row),
        badge=due_badge(row.voice.due_at, now=at) if row.is_open else None,
        late=row.is_late(now=at),
        steps=steps_of(steps, registrars),
        acts=row.is_open and may_act(row.voice, actor),
        publishes=row.voice.status == "answered" and publication is None and may_act(row.voice, actor),
        publication=publication,
        past=[one for one in texts if one != publication],
        published_tag=published_tag,
        heads=bool(actor.roles & HEADS),
        staff=[_colleague(one) for one in staff],
        confidential=row.voice.kind in CONFIDENTIAL,
        others=office_choices(registrars, without=row.voice.registrar_code),
        typed=request.form,
        deciding=request.endpoint == "voices_desk.decide",
        closing=request.endpoint == "voices_desk.close",
        most=LONGEST,
        problems=problems or [],
    )


def _colleague(one: Colleague) -> tuple[str, str]:
    number = one.account.login
    return number, _("%(number)s号（请假）", number=number) if one.away_until else _("%(number)s号", number=number)
