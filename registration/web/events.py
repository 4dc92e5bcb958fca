"""Live updates of the desk: server-sent events, each answered at once.

A process serves one request at a time, so a stream that is held open would keep a process. The answer has one event
and ends; a browser asks again after `retry` (https://html.spec.whatwg.org/multipage/server-sent-events.html), and
sends the last event's id: what has not changed is not sent again.
"""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from sqlmodel import Session

from registration.access import ObjectFacts, access, allows
from registration.clock import now
from registration.database import reading
from registration.http.context import actor_here, the_actor
from registration.models import Application
from registration.operations.open_files import keep_open
from registration.queries.attention import attention
from registration.queries.case_versions import current_versions, newest_entry, version_text
from registration.queries.delayed_decisions import own_decisions
from registration.queries.desk_counts import inbox_counts
from registration.queries.open_files import SAID_AGAIN, open_at
from registration.web.places import WAITING
from registration.web.present.story import story
from registration.web.wording import by_number

blueprint = Blueprint("events", __name__, url_prefix="/desk/events")
blueprint.add_app_template_global(version_text, "version_text")

EVENT_STREAM = "text/event-stream"
RETRY_MILLISECONDS = 5000
MOST_CASES = 100


@blueprint.app_template_global("desk_is_live")
def desk_is_live() -> bool:
    """Whether the reader's pages keep themselves up to date."""
    actor = actor_here()
    return actor is not None and allows("inbox.read", actor, ObjectFacts())


@blueprint.get("")
@access("inbox.read")
def now_at_the_desk() -> Response:
    """What a page of the desk needs to know: `cases` are those on it, as `ref:version`, `own` its notices of decisions,
    with `counts` it shows the numbers of the views, and with `file` it is the page of one file."""
    body = json.dumps(_news(), ensure_ascii=False)
    digest = sha256(body.encode()).hexdigest()[:16]
    lines = [f"retry: {RETRY_MILLISECONDS}"]
    if request.headers.get("Last-Event-ID") != digest:
        lines += [f"id: {digest}", f"data: {body}"]
    return Response("\n".join(lines) + "\n\n", mimetype=EVENT_STREAM)


def _news() -> dict[str, Any]:
    actor, shown, at = the_actor(), _cases_shown(), now()
    with reading() as session:
        counts = attention(session, actor=actor)
        views = inbox_counts(session, actor=actor) if "counts" in request.args else {}
        own = own_decisions(session, actor=actor, now=at)
        cases = current_versions(session, list(shown), actor=actor)
        changed = [case for case in cases.values() if version_text(case) != shown[case.ref]]
        words = _change_words(session, changed, alone=len(shown) == 1)
        file = next(iter(cases.values()), None) if len(shown) == 1 and request.args.get("file") else None
        there = open_at(session, file, now=at) if file is not None else {}
    waiting, refused = ([str(one.row.id) for one in own if one.waits is waits] for waits in (True, False))
    if set(refused) - {*request.args.get("own", "").split(",")}:
        words = _("您的一个决定没有办成")
    menu = {endpoint: counts[key] for endpoint, key in WAITING.items() if key in counts}
    return {"menu": menu, "views": views, "waiting": waiting, "refused": refused, "words": words} | (
        {"others": _others(file, there, at)} if file is not None else {}
    )


def _others(case: Application, there: dict[str, datetime], at: datetime) -> str:
    """Who else has the file open; the reader is noted for the others' pages."""
    actor = the_actor()
    seen_at = there.pop(actor.staff_no or "", None)
    if seen_at is None or seen_at <= at - SAID_AGAIN:
        keep_open(case, actor=actor, now=at)
    numbers = _("、").join(by_number(f"staff:{one}") for one in there)
    return _("此刻%(numbers)s也打开着这份申请", numbers=numbers) if there else ""


def _cases_shown() -> dict[str, str]:
    """Reference -> the version that the page has."""
    given = [pair.partition(":") for pair in request.args.get("cases", "").split(",") if pair]
    return {ref: version for ref, _colon, version in given[:MOST_CASES]}


def _change_words(session: Session, changed: list[Application], *, alone: bool) -> str:
    """What a page says of its cases; of a page of one file, who did what."""
    if not changed:
        return ""
    if not alone:
        return _("名单有变化")
    case = changed[0]
    if case.decision_delayed:
        return _("同事刚刚对这份申请作出了决定，马上送出。")
    entry = newest_entry(session, case)
    events = story(case, [entry]) if entry is not None else []
    if not events:
        return _("这份申请刚刚有了变化，请看过现在的内容再办。")
    return _("%(who)s刚刚做了：%(title)s。请看过现在的内容再办。", who=events[-1].who, title=events[-1].title)
