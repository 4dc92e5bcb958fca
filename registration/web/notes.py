"""Internal notes on a file, for the office alone."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.errors import InvalidInput
from registration.http.context import the_actor
from registration.operations.notes import LONGEST_NOTE, write_note
from registration.queries.notes import notes_of
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.review import Page, tab_of

blueprint = Blueprint("notes", __name__, url_prefix="/desk/cases/<ref>/notes")


@blueprint.get("")
@access("inbox.read")
def show(ref: str) -> str:
    return _page(ref)


@blueprint.post("")
@access("inbox.read")
def write(ref: str) -> Page:
    try:
        write_note(ref, words=request.form.get("words", ""), actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return _page(ref, field_errors(invalid.problems, ids=["words"])), invalid.status
    flash(_("备注已写下，只有本机关看得到"), "ok")
    return redirect(url_for("notes.show", ref=ref), 303)


def _page(ref: str, problems: FieldErrors | None = None) -> str:
    with reading() as session:
        notes = notes_of(session, ref, actor=the_actor())
    typed = request.form.get("words", "")
    frame = tab_of(ref, "notes")
    return render_template(
        "review/notes.html", **frame, notes=notes, typed=typed, problems=problems or [], most=LONGEST_NOTE
    )
