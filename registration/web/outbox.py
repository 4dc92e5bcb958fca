"""Parked and late messages of the outbox, and the button to retry one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from registration import outbox
from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import NotFound
from registration.http.context import the_actor
from registration.queries.outbox import may_manage, needing_care, parked_groups
from registration.rules.parked_reasons import parked_reasons

blueprint = Blueprint("outbox", __name__, url_prefix="/desk/outbox")

CHAPTERS = {
    "notify": _l("发送通知"),
    "issue": _l("制作执照"),
    "paper": _l("制作文书"),
    "letterhead": _l("印样张"),
    "share": _l("共享登记信息"),
    "archive": _l("归档"),
    "verify": _l("核验记录"),
    "open_data": _l("制作开放数据"),
    "names": _l("读入名称"),
}


@blueprint.get("")
@access("outbox.manage")
def parked() -> str:
    with reading() as session:
        waiting = needing_care(session, actor=the_actor(), now=now())
        groups = parked_groups(session, actor=the_actor())
    return render_template(
        "outbox/parked.html",
        waiting=waiting,
        groups=groups,
        parked=sum(len(one.messages) for one in groups),
        chapters=CHAPTERS,
        reasons=parked_reasons(),
        sees_cases=_sees_cases(),
    )


@blueprint.post("/<int:message_id>/retry")
@access("outbox.manage")
def retry(message_id: int) -> Response:
    with reading() as session:
        known = may_manage(session, message_id, actor=the_actor())
    if not known:
        raise NotFound(message=message_id)
    if outbox.retry(message_id, by=the_actor().tag, now=now()):
        flash(_("已经重新开始，几秒钟后会有结果"), "ok")
    else:
        flash(_("这一项已经不在等待，不用重试"), "warn")
    return redirect(url_for("outbox.parked"), 303)


@blueprint.post("/retry")
@access("outbox.manage")
def retry_all() -> Response:
    """Retries the parked messages of an effect and a reason; without these, all of this office."""
    asked = {name: value for name in ("effect", "reason") if (value := request.form.get(name, ""))}
    with reading() as session:
        groups = parked_groups(session, actor=the_actor())
    chosen = [one for one in groups if all(getattr(one, name) == value for name, value in asked.items())]
    messages = [number for one in chosen for number in one.messages]
    done = outbox.retry_all(messages, by=the_actor().tag, now=now(), **asked)
    if done:
        flash(ngettext("%(num)d项已经重新开始", "%(num)d项已经重新开始", done), "ok")
    else:
        flash(_("这些已经不在等待，不用重试"), "warn")
    return redirect(url_for("outbox.parked"), 303)


def _sees_cases() -> bool:
    """The system administrator operates the system and sees no case."""
    return "sysadmin" not in the_actor().roles
