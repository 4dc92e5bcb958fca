"""Who must sign an application, who has, and how the others get their link: here, by mail, SMS or QR code."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.errors import Conflict
from registration.http.context import limiter, say, settings_here, the_actor
from registration.operations import reminders, sign
from registration.queries.casefile import CaseFile
from registration.queries.signing_messages import Channel
from registration.rules.languages import offered, own_name
from registration.rules.signers import CAPACITIES
from registration.web.forms.section import open_case
from registration.web.present import actions
from registration.web.present.kinds import entity_type_words
from registration.web.present.signers import signer_rows

blueprint = Blueprint("signing", __name__, url_prefix="/applications/<ref>/signatures")

Page = str | Response | tuple[str, int]
SEND_LIMIT = "20/minute;100/hour"
CHANNELS: tuple[Channel, ...] = ("mail", "sms")


@blueprint.get("")
@access("application.edit")
def listed(ref: str) -> Page:
    return _page(open_case(ref), links={})


@blueprint.post("")
@access("application.edit")
def show_links(ref: str) -> Page:
    """The links are shown in the answer to this request only: any person with a link can open the file."""
    links = sign.links_for(ref, actor=the_actor(), now=now())
    return _page(open_case(ref), links=links)


@blueprint.post("/<party>/renew")
@access("application.edit")
def renew(ref: str, party: str) -> Page:
    """Replaces a link that another person may know; the old one stops working."""
    secret = sign.renew_link(ref, party, actor=the_actor(), now=now())
    return _page(open_case(ref), links={party: secret})


@blueprint.post("/<party>/here")
@access("application.edit")
def sign_here(ref: str, party: str) -> Page:
    """Opens the signer's own pages on this device: for the applicant, and for persons who are in the same room."""
    try:
        secret = sign.link_for(ref, party, actor=the_actor(), now=now())
    except Conflict:
        return redirect(url_for("signing.listed", ref=ref), 303)
    return redirect(url_for("sign.show", secret=secret), 303)


@blueprint.post("/<party>/send")
@access("application.edit")
@limiter.limit(SEND_LIMIT)
def send(ref: str, party: str) -> Page:
    """Sends the link, or a reminder, by the way that was chosen and in the signer's language."""
    channel: Channel = next((one for one in CHANNELS if one == request.form.get("channel")), CHANNELS[0])
    try:
        reminders.remind(ref, party, channel=channel, lang=request.form.get("lang", ""), actor=the_actor(), now=now())
    except Conflict as refused:
        flash(_refusal_words(refused), "warn")
        return redirect(url_for("signing.listed", ref=ref), 303)
    flash(_("消息马上寄出"), "ok")
    return redirect(url_for("signing.listed", ref=ref), 303)


def _refusal_words(refused: Conflict) -> str:
    if refused.reason == "reminded_today":
        return _("今天已经提醒过了。每人一天只能提醒一次，急的请直接联系本人")
    if refused.reason == "misuse_is_reported":
        return _("有人报告身份被冒用，正在核实，现在不能提醒签名")
    return _("现在不用提醒：已经签过名，或者申请已经提交")


def capacity_words(capacities: list[str]) -> str:
    return _("、").join(say(CAPACITIES[capacity]) for capacity in capacities if capacity in CAPACITIES)


def _page(file: CaseFile, *, links: dict[str, str]) -> str:
    here = settings_here().public_url.rstrip("/")
    addresses = {party: here + url_for("sign.show", secret=secret) for party, secret in links.items()}
    rows = signer_rows(file, addresses=addresses, applicant=the_actor().name)
    return render_template(
        "sign/listed.html",
        file=file,
        kind=entity_type_words(file.case.entity_type),
        rows=rows,
        shown=bool(links),
        missing=sum(row.status != "signed" for row in rows),
        may_open=sign.may_open_links(file.case),
        choices=[one for one in actions.choices(file) if one.plain],
        languages=[(tag, own_name(tag)) for tag in offered()],
        days=settings_here().signing_link_days,
        reminder_days=settings_here().signing_reminder_days,
    )
