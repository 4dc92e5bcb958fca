"""How a file changed hands, in words; and colleagues to choose from."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlmodel import Session

from registration.actor import SYSTEM, Actor
from registration.queries.absences import away_until, standing_in
from registration.queries.casefile import CaseFile
from registration.queries.holding import ChangedHands, Colleague, notices_for
from registration.web.wording import role_words
from workflows.engine import ActorId

SHOWN = timedelta(days=14)


def number_words(tag: str) -> str:
    return _("%(number)s号", number=tag.removeprefix("staff:"))


def changed_words(one: ChangedHands) -> str:
    """For everybody of the office."""
    holder = number_words(one.holder)
    if one.is_expiry:
        return _expiry_words(one.holder)
    if one.former:
        return _(
            "%(by)s由%(former)s改交%(holder)s办理",
            by=number_words(one.by),
            former=number_words(one.former),
            holder=holder,
        )
    return _("%(by)s交给%(holder)s办理", by=number_words(one.by), holder=holder)


def _expiry_words(holder: str) -> str:
    return _("%(holder)s领取后很久没有办理，系统退回待办池", holder=number_words(holder))


def notice_words(one: ChangedHands, *, reader: ActorId) -> str:
    """For the person who got the file, or had it."""
    name = one.name or one.ref
    values = {"by": number_words(one.by), "holder": number_words(one.holder), "name": name, "reason": one.reason}
    if one.is_expiry:
        return _("您领取的“%(name)s”很久没有办理，已退回待办池，谁都可以领取。", **values)
    if one.holder == reader:
        return _("%(by)s把“%(name)s”交给您办理，理由：%(reason)s。", **values)
    return _("%(by)s把您经办的“%(name)s”改交%(holder)s办理，理由：%(reason)s。", **values)


def put_back_words(file: CaseFile) -> str:
    """Who had claimed a file that nobody holds, if the system put it back; else empty."""
    steps = [entry for entry in file.history if entry.tag.startswith("application:")]
    if file.facts.holder is not None or not steps or "for" not in steps[-1].data or steps[-1].actor != SYSTEM.tag:
        return ""
    return _expiry_words(steps[-1].data["for"])


def news_of_files(session: Session, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """What the inbox says of files that changed hands lately, and of absences: the reader's and those of colleagues."""
    changes = notices_for(session, actor=actor, since=now - SHOWN)
    stand_ins = standing_in(session, actor=actor, now=now)
    return {
        "changed_hands": [(one.ref, notice_words(one, reader=actor.tag)) for one in changes],
        "away": away_until(session, actor.account_id, now=now),
        "stand_ins": [(one.number, len(one.cases)) for one in stand_ins],
    }


def colleague_words(one: Colleague) -> str:
    """The number, the name and the roles, and until when somebody is away."""
    number = number_words(one.account.login)
    named = number if one.account.name == one.account.login else f"{number} {one.account.name}"
    words = _("%(who)s（%(roles)s）", who=named, roles=role_words(one.account.roles))
    return words if one.away_until is None else _("%(who)s 请假到%(day)s", who=words, day=one.away_until.isoformat())
