"""The home of the system administrator: what needs doing, and the pages of administration. No case is shown here."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from registration import clock
from registration.access import access
from registration.database import reading
from registration.http.context import the_actor
from registration.queries.system_tasks import SystemTasks, system_tasks
from registration.web.places import administration
from registration.web.present.numbers import scheme_words, state_words
from registration.web.wording import registrar_names

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@dataclass(frozen=True)
class Task:
    """A line of what needs doing: `kind` is that of the tag `status`."""

    words: str
    status: str
    kind: str
    href: str
    hint: str = ""


@blueprint.get("")
@access("system.manage")
def home() -> str:
    with reading() as session:
        found = system_tasks(session, actor=the_actor(), today=clock.local_date(clock.now()))
    return render_template("admin/home.html", tasks=_tasks(found), places=administration())


def _tasks(found: SystemTasks) -> list[Task]:
    of_office = [*_calendars(found), *_numbers(found), *_messages(found)]
    return [*of_office, *_agencies(found), *_events(found), *_proposals(found)]


def _calendars(found: SystemTasks) -> list[Task]:
    """The missing year, and further ones for which cases wait."""
    due = [found.missing_year] if found.missing_year else []
    years = sorted({*due, *found.without_promise})
    return [
        Task(
            _("%(year)s年的工作日历还没有载入", year=year),
            _("%(count)s件没有承诺时间", count=waiting) if waiting else _("要载入"),
            "bad" if waiting else "warn",
            url_for("calendars.load", year=year),
            _("国务院的放假通知可以直接粘贴"),
        )
        for year in years
        for waiting in [found.without_promise.get(year, 0)]
    ]


def _numbers(found: SystemTasks) -> list[Task]:
    names = registrar_names()
    tasks = []
    for one in found.short:
        words, kind = state_words(one.state())
        title = f"{names.get(one.registrar, one.registrar)} · {scheme_words(one.scheme)}"
        href = url_for("number_pools.new", registrar=one.registrar, scheme=one.scheme)
        tasks.append(Task(title, words, kind, href, _("剩余%(left)s个号码", left=one.left)))
    return tasks


def _proposals(found: SystemTasks) -> list[Task]:
    if not found.proposals:
        return []
    status = _("%(count)s项", count=found.proposals)
    return [Task(_("设置变更等您决定"), status, "go", url_for("setting_changes.listed"))]


def _agencies(found: SystemTasks) -> list[Task]:
    return [
        *_counted(found.away, _("有部门联系不上"), "exchange.listed", _("信息留着，恢复以后按顺序送；请打电话问原因")),
        *_counted(found.missed, _("部门没有按时报清单"), "exchange.listed", _("这一天没有核对；请让部门补报")),
    ]


def _events(found: SystemTasks) -> list[Task]:
    unasked = _("事件都留着；请让对方回答 OPTIONS 请求")
    return [
        *_counted(found.undelivered, _("推送没有送达"), "webhooks.listed", _("接收方一直没有收下，问清原因以后重发")),
        *_counted(found.disagreeing, _("接收方还没有同意接收"), "webhooks.listed", unasked),
    ]


def _counted(count: int, words: str, page: str, hint: str) -> list[Task]:
    """A line with how many there are; none without any."""
    return [Task(words, _("%(count)s项", count=count), "bad", url_for(page), hint)] if count else []


def _messages(found: SystemTasks) -> list[Task]:
    return _counted(found.parked, _("后台任务停下了"), "outbox.parked", _("试了几次没有成功，改正原因以后重试"))
