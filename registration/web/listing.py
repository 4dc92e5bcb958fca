"""The lists of the desk: the views of the inbox, narrowed and ordered as an address asks."""

from collections.abc import Mapping
from datetime import timedelta

from flask import render_template
from flask_babel import lazy_gettext as _l

from registration.access import ObjectFacts, allows
from registration.clock import now
from registration.database import reading
from registration.http.context import the_actor
from registration.queries import desk_rows
from registration.queries.desk_counts import inbox_and_parked, pressing_counts
from registration.queries.desk_views import CLERKS, views_for
from registration.queries.inbox import inbox_for, taken_over_from
from registration.queries.saved_views import saved_views
from registration.web.forms.anchors import FieldErrors
from registration.web.present import desk, desk_lists
from registration.web.present.alerts import calendar_notes
from registration.web.present.bulk import steps_for
from registration.web.present.holding import SHOWN, news_of_files

VIEWS = {
    "mine": (_l("我的"), _l("您手上没有正在办的申请。可以到“待领取”领取一件。")),
    "unclaimed": (_l("待领取"), _l("没有等待领取的申请。")),
    "ordered": (_l("督办"), _l("没有等您答复的督办。")),
    "objections": (_l("部门有异议"), _l("没有等待决定的异议。")),
    "reported": (_l("部门报告有误"), _l("没有等待答复的回执异议。")),
    "asked": (_l("有留言"), _l("没有等待答复的留言。")),
    "waiting": (_l("等申请人"), _l("没有等申请人或者其他部门的申请。")),
    "approval": (_l("待我核准"), _l("没有等待核准的申请。")),
    "overdue": (_l("超期"), _l("没有超期的申请。")),
    "done": (_l("已办"), _l("还没有办结的申请。")),
}
TAKEN_OVER_SHOWN = timedelta(days=14)


def page(given: Mapping[str, str], *, problems: FieldErrors | None = None, status: int = 200) -> tuple[str, int]:
    """A list of the desk as an address asks for it; `problems` are those of a name under which it was to be saved."""
    actor, cursor = the_actor(), given.get("after") or None
    narrowing, shown = desk_lists.asked_of(given), views_for(actor.roles)
    claims, at = bool(actor.roles & CLERKS), now()
    since = {"taken_since": at - TAKEN_OVER_SHOWN, "told_since": at - SHOWN}
    with reading() as session:
        desk_rows.read_desk(session, actor=actor, now=at, **since, presses=given.get("view", "") in ("", "mine"))
        counts, parked = inbox_and_parked(session, actor=actor)
        view = given["view"] if given.get("view") in VIEWS else desk.first_view(shown, counts, claims=claims)
        found = inbox_for(session, actor=actor, view=view, narrowing=narrowing, cursor=cursor)
        calendar = calendar_notes(session, actor=actor, now=at)
        pressing = pressing_counts(session, actor=actor, now=at) if view == "mine" and cursor is None else (0, 0)
        taken = taken_over_from(session, actor=actor, since=at - TAKEN_OVER_SHOWN)
        news = news_of_files(session, actor=actor, now=at)
        lines = [desk.line_of(row, actor=actor, now=at) for row in found.rows]
        query = desk_lists.query_of(view, narrowing)
        asks = bool(problems or given.get("narrow") or len(query) > 1)
        choices = desk_lists.choices_for(session, actor) if asks else {}
        saved = desk_lists.saved_links(saved_views(session, actor=actor), query)
    body = render_template(
        "review/inbox.html",
        lines=lines,
        next=desk_lists.address_of(query, after=found.next) if found.next else "",
        first=desk_lists.address_of(query) if cursor else "",
        counts=counts,
        parked=parked,
        view=view,
        views={key: words for key, words in VIEWS.items() if key in shown},
        empty=VIEWS[view][1],
        calendar=calendar,
        pressing=desk.pressing(*pressing),
        taken=[desk.taken_words(one) for one in taken],
        **news,
        picked_steps=steps_for(actor),
        outbox_open=allows("outbox.manage", actor, ObjectFacts()),
        may_claim=claims,
        narrowing=choices,
        narrow_href=desk_lists.address_of(query, narrow="1"),
        filter_words=desk_lists.filter_words(),
        orders=desk_lists.order_words(),
        order=narrowing.order(view).name,
        chosen=query,
        is_narrowed=len(query) > 1,
        saved=saved,
        problems=problems or [],
        typed=given.get("name", ""),
    )
    return body, status
