"""Where a clerk stands after an action: in the file while there is more to do, else in the next one or the inbox."""

from flask import flash, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from registration.access import HEADS
from registration.clock import now
from registration.database import reading
from registration.errors import ActionRefused
from registration.http.context import the_actor
from registration.operations.act import act
from registration.queries.absences import away_until
from registration.queries.casefile import CaseFile, casefile
from registration.queries.inbox import InboxRow, inbox_for
from registration.web.present import desk
from registration.web.present.decisions import bar_of

MOST_TRIES = 5
_CHOICE = "go_on"


def goes_on() -> bool:
    """Whether the next file is opened after a decision: the choice of this session, at first yes."""
    return bool(session.get(_CHOICE, True))


def keep_choice() -> None:
    """Keeps the choice of a page that shows it."""
    if "go_on_shown" in request.form:
        session[_CHOICE] = "go_on" in request.form


def address_after(ref: str, words: str) -> str:
    """The address of the next page; says there what was done, with a way back to that file."""
    with reading() as database:
        file = casefile(database, ref, actor=the_actor(), now=now())
    if any(button.style == "main" for button in bar_of(file).buttons):
        flash(words, "ok")
        return url_for("review.case", ref=ref)
    following = next_file(besides=ref) if goes_on() else None
    said = words if following or not goes_on() else _("%(done)s。没有下一件了。", done=words)
    flash(_with_way_back(file, said), "ok")
    return url_for("review.case", ref=following) if following else url_for("review.inbox")


def address_beside(ref: str) -> str:
    """The address of the next page after a decision that can still be undone: every page of the desk says so."""
    following = next_file(besides=ref) if goes_on() else None
    if goes_on() and following is None:
        flash(_("没有下一件了"), "ok")
    return url_for("review.case", ref=following) if following else url_for("review.inbox")


def next_file(*, besides: str) -> str | None:
    """The next file of the own list by due date, then one that waits for an approval, then a new one, now claimed."""
    actor = the_actor()
    for view in ("mine", *(["approval"] if actor.roles & HEADS else [])):
        with reading() as database:
            rows = inbox_for(database, actor=actor, view=view, limit=MOST_TRIES).rows
        for row in rows:
            if row.case.ref != besides and _can_decide(row):
                return row.case.ref
    return claim_next(besides=besides)


def claim_next(*, besides: str = "") -> str | None:
    """Claims the most urgent file without a holder. One that a colleague has just claimed, or in which the clerk
    takes part, is skipped. Nobody who is away gets one."""
    if is_away():
        return None
    with reading() as database:
        rows = inbox_for(database, actor=the_actor(), view="unclaimed", limit=MOST_TRIES).rows
    return next((ref for row in rows if row.case.ref != besides and (ref := _taken(row))), None)


def is_away() -> bool:
    with reading() as database:
        return away_until(database, the_actor().account_id, now=now()) is not None


def _can_decide(row: InboxRow) -> bool:
    with reading() as database:
        file = casefile(database, row.case.ref, actor=the_actor(), now=now())
    return bool(bar_of(file).buttons)


def _taken(row: InboxRow) -> str | None:
    button = desk.take_case(row.case, the_actor())
    try:
        return act(row.case.ref, button.action, actor=the_actor(), now=now()).ref if button else None
    except ActionRefused:
        return None


def _with_way_back(file: CaseFile, words: str) -> Markup:
    address = url_for("review.case", ref=file.case.ref)
    return Markup('{} <a href="{}" lang="zh-Hans">{}</a>').format(words, address, desk.name_of(file.case))
