"""The exchange with agencies for the system administrator: channels, secrets, who is away, and each day compared."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.http.context import settings_here, the_actor
from registration.operations import exchange
from registration.queries.exchange import PeerState, peer_states

blueprint = Blueprint("exchange", __name__, url_prefix="/admin/exchange")


@blueprint.get("")
@access("system.manage")
def listed() -> str:
    return _page()


@blueprint.post("/<peer>/secret")
@access("system.manage")
def secret(peer: str) -> str:
    """Makes a secret and shows it on this answer only."""
    return _page(given=peer, secret=exchange.give_secret(peer, actor=the_actor(), now=now()))


@blueprint.post("/<peer>/try")
@access("system.manage")
def try_now(peer: str) -> Response:
    exchange.try_now(peer, actor=the_actor(), now=now())
    flash(_("马上再试，几秒钟后会有结果"), "ok")
    return redirect(url_for("exchange.listed"), 303)


def _page(*, given: str = "", secret: str = "") -> str:
    with reading() as session:
        states = peer_states(session, actor=the_actor())
    return render_template(
        "exchange/listed.html",
        states=states,
        tag=_tag,
        given=given,
        secret=secret,
        address=f"{settings_here().public_url.rstrip('/')}/exchange/v1",
    )


def _tag(state: PeerState) -> tuple[str, str]:
    """The words and the kind of the tag."""
    if state.is_away:
        return _("联系不上"), "bad"
    if state.peer.away_since:
        return _("正在重试"), "warn"
    if state.peer.secret is None and state.agency.exchange and state.agency.exchange.webhook:
        return _("等生成密钥"), "warn"
    if state.lacks_list:
        return _("缺清单"), "bad"
    return (_("等待发送"), "") if state.waiting else (_("正常"), "ok")
