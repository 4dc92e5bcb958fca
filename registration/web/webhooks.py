"""Receivers of events: registering one, its secret, pausing, a test, and what was delivered."""

from datetime import timedelta

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import Conflict, InvalidInput
from registration.http.context import PUBLIC_LIMIT, address_here, limiter, settings_here, the_actor
from registration.operations import webhook_consent, webhooks
from registration.queries.setting_changes import WEBHOOK, open_changes
from registration.queries.webhooks import deliveries, receiver, receivers
from registration.rules.signed_requests import OVERLAP_HOURS
from registration.rules.webhook_consent import CALLBACK_DAYS, CALLBACK_PATH, RATE
from registration.rules.webhooks import SCHEMA, TEST, event_kinds, event_schema
from registration.rules.whole_numbers import whole_number
from registration.web.account import problem_texts
from registration.web.open_records import open_to_all
from registration.web.present.webhooks import delivery_tag, event_name, event_words, hook_tag

blueprint = Blueprint("webhooks", __name__)

Page = str | AnyResponse | tuple[str, int]
PREFIX = "/admin/webhooks"
# Of a key with 256 bits nobody finds a second one; the limit is for the work of looking.
CALLBACK_LIMIT = "20/minute;200/hour"


@blueprint.get(SCHEMA)
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def schema() -> Response:
    """The JSON Schema that every event names."""
    answer = open_to_all(jsonify(event_schema()))
    answer.mimetype = "application/schema+json"
    return answer


@blueprint.route(f"{CALLBACK_PATH}<webhook>/<key>", methods=["GET", "POST"])
@access("public")
@limiter.limit(CALLBACK_LIMIT)
def consent(webhook: str, key: str) -> str:
    """A receiver agrees by the address that it was given when it was asked, also a person with a browser: CloudEvents,
    HTTP 1.1 Web Hooks 1.0.2, section 4.1.3, has GET and POST do so."""
    if request.method == "HEAD":
        # A program that looks whether there is something says nothing by it.
        raise MethodNotAllowed(["GET", "POST"])
    rate = request.headers.get(RATE, "")
    hook = webhook_consent.agree_by_callback(webhook, key, rate=rate, origin=address_here(), now=now())
    return render_template("webhooks/consent.html", hook=hook, words=event_words)


@blueprint.get(PREFIX)
@access("system.manage")
def listed() -> str:
    with reading() as session:
        rows = receivers(session, actor=the_actor())
        waiting = open_changes(session, actor=the_actor(), kinds=(WEBHOOK,))
    sends = settings_here().webhooks == "http"
    return render_template(
        "webhooks/listed.html", rows=rows, waiting=waiting, tag=hook_tag, words=event_words, sends=sends
    )


@blueprint.route(f"{PREFIX}/new", methods=["GET", "POST"])
@access("system.manage")
def new() -> Page:
    """Proposes a receiver; a second person has it entered."""
    if request.method == "GET":
        return _form()
    chosen = request.form.getlist("events")
    try:
        webhooks.propose(
            request.form.get("name", ""),
            request.form.get("url", ""),
            chosen,
            reason=request.form.get("reason", ""),
            asks_consent=bool(request.form.get("asks_consent")),
            actor=the_actor(),
            now=now(),
        )
    except InvalidInput as invalid:
        return _form(problem_texts(invalid.problems)), invalid.status
    flash(_("已经提出，等另一人决定"), "ok")
    return redirect(url_for("setting_changes.listed"), 303)


@blueprint.get(f"{PREFIX}/<webhook>")
@access("system.manage")
def show(webhook: str) -> str:
    return _shown(webhook)


@blueprint.post(f"{PREFIX}/<webhook>/secret")
@access("system.manage")
def secret(webhook: str) -> str:
    """Makes a secret and shows it on this answer only."""
    return _shown(webhook, secret=webhooks.give_secret(webhook, actor=the_actor(), now=now()))


@blueprint.post(f"{PREFIX}/<webhook>/state")
@access("system.manage")
def state(webhook: str) -> Page:
    wanted = request.form.get("state", "")
    webhooks.set_state(webhook, wanted, actor=the_actor(), now=now())
    if wanted == "removed":
        flash(_("已经移除，不再推送"), "ok")
        return redirect(url_for("webhooks.listed"), 303)
    flash(_("已经暂停，事件先留着") if wanted == "paused" else _("已经恢复推送"), "ok")
    return redirect(url_for("webhooks.show", webhook=webhook), 303)


@blueprint.post(f"{PREFIX}/<webhook>/test")
@access("system.manage")
def test(webhook: str) -> Page:
    try:
        webhooks.send_test(webhook, actor=the_actor(), now=now())
    except Conflict:
        flash(_("还没有密钥或者已经暂停，请先生成密钥、恢复推送"), "warn")
    else:
        flash(_("已经排队，几秒钟后会有结果"), "ok")
    return redirect(url_for("webhooks.show", webhook=webhook), 303)


@blueprint.post(f"{PREFIX}/<webhook>/deliveries/<int:delivery>")
@access("system.manage")
def again(webhook: str, delivery: int) -> Page:
    webhooks.send_again(webhook, delivery, actor=the_actor(), now=now())
    flash(_("已经重新排队，几秒钟后会有结果"), "ok")
    return redirect(url_for("webhooks.show", webhook=webhook), 303)


def _shown(ref: str, *, secret: str = "") -> str:
    with reading() as session:
        one = receiver(session, ref, actor=the_actor())
        page = deliveries(session, one.hook, before=whole_number(request.args.get("before", "")))
    return render_template(
        "webhooks/show.html",
        one=one,
        hook=one.hook,
        page=page,
        secret=secret,
        tag=hook_tag,
        delivery_tag=delivery_tag,
        event_name=event_name,
        words=event_words,
        hours=OVERLAP_HOURS,
        callback_until=one.hook.consent_at + timedelta(days=CALLBACK_DAYS) if one.hook.consent_at else None,
        by_callback=one.hook.consent_said == webhook_consent.BY_CALLBACK,
        now=now(),
    )


def _form(problems: list[tuple[str, str]] | None = None) -> str:
    return render_template(
        "webhooks/new.html",
        typed=request.form,
        chosen=request.form.getlist("events"),
        asks=request.method == "GET" or bool(request.form.get("asks_consent")),
        events=[(kind, event_name(kind)) for kind in event_kinds() if kind != TEST],
        problems=problems or [],
    )
