"""Where an officer stands after a decision on a part: in the next one, or in the agency's inbox."""

from flask import flash, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from registration.clock import now
from registration.database import reading
from registration.errors import ActionRefused
from registration.http.context import the_actor
from registration.models import Application, Part
from registration.operations.act import act
from registration.queries.inbox import part_inbox_for
from registration.web.onward import MOST_TRIES, goes_on
from registration.web.present import desk


def address_after(case: Application, key: str, words: str) -> str:
    """The address of the next page; says there what was done, with a way back to that part."""
    following = next_part(besides=case.ref) if goes_on() else None
    said = words if following or not goes_on() else _("%(done)s。没有下一件了。", done=words)
    back = url_for("agencies.part", ref=case.ref, key=key)
    flash(Markup('{} <a href="{}" lang="zh-Hans">{}</a>').format(said, back, desk.name_of(case)), "ok")
    return following or url_for("agencies.inbox")


def next_part(*, besides: str = "") -> str | None:
    """The next own part by due date, then the most urgent one without an officer, now claimed; None where none is."""
    for view in ("mine", "unclaimed"):
        with reading() as database:
            rows = part_inbox_for(database, actor=the_actor(), view=view, limit=MOST_TRIES).rows
        for row in rows:
            if row.case.ref != besides and (view == "mine" or _taken(row.case, row.part)):
                return url_for("agencies.part", ref=row.case.ref, key=row.part.key)
    return None


def _taken(case: Application, part: Part) -> bool:
    """Claims the part, unless a colleague was faster or the officer takes part in the case."""
    button = desk.take_part(case, part)
    try:
        return button is not None and bool(act(case.ref, button.action, actor=the_actor(), now=now(), part=part.key))
    except ActionRefused:
        return False
