"""The letterheads of the office: present and future ones, and the pages that prepare and decide a change."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import access as rules
from registration.access import ObjectFacts, access, allows
from registration.clock import local_date, now
from registration.database import reading
from registration.documents import sample_sheets, uploads
from registration.errors import InvalidInput, NotFound, RegistrationError, StaleVersion
from registration.gateways.storage import storage
from registration.http.context import lang_here, settings_here, the_actor
from registration.models import RegistrarProfile
from registration.operations import registrar_profiles
from registration.operations.registrar_profiles import ProfileProposal
from registration.queries import phrases
from registration.queries import registrar_profiles as known
from registration.queries.registrar_profile_samples import sample_of, samples_of
from registration.rules.problems import problem_text
from registration.rules.registrar_profiles import FIELDS, SEAL_BYTES
from registration.rules.whole_numbers import whole_number
from registration.web import confirming
from registration.web.forms.days import day_in
from registration.web.present import registrar_profiles as words

blueprint = Blueprint("letterheads", __name__, url_prefix="/desk/letterheads")

Page = str | AnyResponse | tuple[str, int]
Problems = list[tuple[str, str]]


@blueprint.get("")
@access("letterheads.read")
def listed() -> str:
    actor, today = the_actor(), local_date(now())
    with reading() as session:
        found = known.overview(session, actor.registrar_code or "", now=now())
        past = [words.line_of(row, today=today, ended_by=known.next_after(session, row)) for row in found.past]
        phrases_waiting = session.scalars(phrases.waiting_count(actor)).one()
    return render_template(
        "registrar_profiles/listed.html",
        found=found,
        now_printed=words.printed(found.now),
        coming=[words.line_of(row, today=today) for row in found.coming],
        open=[words.line_of(row, today=today) for row in found.open],
        past=past,
        phrases_waiting=phrases_waiting,
        may_prepare=_may("letterhead.prepare", actor.registrar_code),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access("letterheads.read")
def new() -> Page:
    """The page of a new change, filled from the present letterhead or the one named by `like`."""
    actor, like = the_actor(), request.values.get("like") or None
    rules.require("letterhead.prepare", actor, ObjectFacts(registrar_code=actor.registrar_code))
    if request.method == "GET":
        with reading() as session:
            found = known.overview(session, actor.registrar_code or "", now=now())
            head = known.shown(known.one(session, like, actor=actor)) if like else found.now
        typed = {name: getattr(head, name, "") for name in FIELDS} | {"valid_from": found.earliest.isoformat()}
        return _form(typed, like=like or head.ref, seal=head.seal_sha256)
    try:
        row = registrar_profiles.prepare(_proposal(), actor=actor, now=now(), like=like)
    except InvalidInput as invalid:
        return _form(request.form, like=like, problems=_field_errors(invalid)), invalid.status
    flash(_("已保存为草稿。请看过样张再提交批准"), "ok")
    return redirect(url_for("letterheads.change", letterhead=row.ref), 303)


@blueprint.route("/<letterhead>/edit", methods=["GET", "POST"])
@access("letterhead.prepare")
def edit(letterhead: str) -> Page:
    row = _row(letterhead, rule="letterhead.prepare")
    if row.status != "draft":
        return redirect(url_for("letterheads.change", letterhead=letterhead), 303)
    if request.method == "GET":
        typed = {name: getattr(row, name) for name in FIELDS} | {"valid_from": row.valid_from.isoformat()}
        return _form(typed, row=row, seal=row.seal_sha256)
    try:
        registrar_profiles.revise(letterhead, _proposal(), actor=the_actor(), now=now(), version=_version())
    except InvalidInput as invalid:
        return _form(request.form, row=row, problems=_field_errors(invalid), seal=row.seal_sha256), invalid.status
    except StaleVersion as error:
        return _shown(letterhead, problems=[("", _changed_meanwhile())], status=error.status)
    flash(_("已保存。请看过样张再提交批准"), "ok")
    return redirect(url_for("letterheads.change", letterhead=letterhead), 303)


@blueprint.get("/<letterhead>")
@access("letterhead.read")
def change(letterhead: str) -> Page:
    return _shown(letterhead)


@blueprint.post("/<letterhead>/<step>")
@access("letterhead.read")
def take(letterhead: str, step: str) -> Page:
    """Proposes, approves, refuses or withdraws; problems are shown on the same page."""
    more = {"reason": request.form.get("decision", "")} if step == "refuse" else {}
    _row(letterhead, rule="letterhead.read")
    if step not in STEPS:
        raise NotFound(step=step)
    back = url_for("letterheads.change", letterhead=letterhead)
    if step == "approve" and (asks := confirming.asked_first(_("批准登记机关资料的变更"), back=back)):
        return asks
    try:
        STEPS[step](letterhead, actor=the_actor(), now=now(), version=_version(), **more)
    except InvalidInput as invalid:
        return _shown(letterhead, problems=_field_errors(invalid), status=invalid.status)
    except StaleVersion as error:
        return _shown(letterhead, problems=[("", _changed_meanwhile())], status=error.status)
    flash(_DONE[step](), "ok")
    return redirect(url_for("letterheads.change", letterhead=letterhead), 303)


@blueprint.post("/<letterhead>/samples")
@access("letterhead.read")
def print_samples(letterhead: str) -> Page:
    registrar_profiles.ask_samples(letterhead, actor=the_actor(), now=now())
    flash(_("正在印样张，几秒钟后刷新就能看"), "ok")
    return redirect(url_for("letterheads.change", letterhead=letterhead), 303)


@blueprint.get("/<letterhead>/<sheet>.png")
@access("letterhead.read")
def picture(letterhead: str, sheet: str) -> Response:
    return Response(_sample(letterhead, sheet, "png"), mimetype="image/png")


@blueprint.get("/<letterhead>/<sheet>.pdf")
@access("letterhead.read")
def sample(letterhead: str, sheet: str) -> Response:
    return Response(_sample(letterhead, sheet, "pdf"), mimetype="application/pdf")


STEPS: Mapping[str, Callable[..., RegistrarProfile]] = {
    "propose": registrar_profiles.propose,
    "approve": registrar_profiles.approve,
    "refuse": registrar_profiles.refuse,
    "withdraw": registrar_profiles.withdraw,
}
_DONE: Mapping[str, Callable[[], str]] = {
    "propose": lambda: _("已提交，等另一个人批准"),
    "approve": lambda: _("已批准，从生效日期起印在新签发的执照和文书上"),
    "refuse": lambda: _("已退回"),
    "withdraw": lambda: _("已撤销"),
}


def _changed_meanwhile() -> str:
    return _("这份变更刚刚有人改过，请看过现在的内容再办。")


def _shown(ref: str, *, problems: Problems | None = None, status: int = 200) -> Page:
    actor, today = the_actor(), local_date(now())
    with reading() as session:
        row = known.one(session, ref, actor=actor)
        head, before = known.shown(row), known.before(session, row)
        ended_by = known.next_after(session, row) if row.status == "approved" else None
        contents, _seal_image = samples_of(session, ref)
    own = row.prepared_by == actor.tag
    decides = row.status == "proposed" and not own and _may("letterhead.decide", row.registrar_code)
    prepares = _may("letterhead.prepare", row.registrar_code)
    body = render_template(
        "registrar_profiles/change.html",
        row=row,
        line=words.line_of(row, today=today, ended_by=ended_by),
        printed=words.printed(head),
        changes=words.changes(before, head),
        steps=list(words.steps_done(row)),
        sheets=list(contents),
        there=_sheets_there(contents),
        own=own,
        may={
            "edit": row.status == "draft" and own and prepares,
            "propose": row.status == "draft" and own and prepares,
            "approve": decides,
            "refuse": decides,
            "withdraw": row.status in ("draft", "proposed") and prepares,
            "copy": prepares,
        },
        typed=request.form,
        problems=problems or [],
    )
    return body, status


def _form(
    typed: Mapping[str, Any],
    *,
    row: RegistrarProfile | None = None,
    like: str | None = None,
    problems: Problems | None = None,
    seal: str | None = None,
) -> str:
    return render_template(
        "registrar_profiles/form.html",
        typed=typed,
        row=row,
        like=like,
        fields=FIELDS,
        problems=problems or [],
        seals=known.may_print_seals(),
        seal=seal,
        seal_kilobytes=SEAL_BYTES // 1024,
    )


def _proposal() -> ProfileProposal:
    return ProfileProposal(
        text=request.form,
        valid_from=day_in(request.form.get("valid_from", "")),
        seal=_seal(),
        keeps_seal=request.form.get("no_seal") != "yes",
    )


def _seal() -> bytes | None:
    file = request.files.get("seal")
    data = file.stream.read(SEAL_BYTES + 1) if file else b""
    return uploads.judge_seal(data) if data else None


def _row(ref: str, *, rule: str) -> RegistrarProfile:
    with reading() as session:
        return known.one(session, ref, actor=the_actor(), rule=rule)


def _sample(ref: str, sheet: str, form: str) -> bytes:
    with reading() as session:
        content = sample_of(session, ref, sheet, actor=the_actor())
    return sample_sheets.read(storage(settings_here()), sheet, content, design=settings_here().design, form=form)


def _sheets_there(contents: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The samples that a worker has printed."""
    kept, design = storage(settings_here()), settings_here().design
    return [kind for kind, content in contents.items() if sample_sheets.is_there(kept, kind, content, design=design)]


def _may(rule: str, registrar_code: str | None) -> bool:
    return allows(rule, the_actor(), ObjectFacts(registrar_code=registrar_code))


def _version() -> int | None:
    return whole_number(request.form.get("version", ""))


def _field_errors(error: RegistrationError) -> Problems:
    problems = error.problems if isinstance(error, InvalidInput) else ()
    return [(problem.path, problem_text(problem, lang_here())) for problem in problems]
