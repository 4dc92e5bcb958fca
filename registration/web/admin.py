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
    return [*_messages(found)]


def _messages(found: SystemTasks) -> list[Task]:
    if not found.parked:
        return []
    status = _("%(count)s项", count=found.parked)
    return [Task(_("后台任务停下了"), status, "bad", url_for("outbox.parked"), _("试了几次没有成功，改正原因以后重试"))]
