"""Absences of the office and their substitutes: everybody enters the own, a director those of all."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import ObjectFacts, access, allows
from registration.clock import local_date, now
from registration.database import reading
from registration.errors import InvalidInput
from registration.http.context import the_actor
from registration.operations import absences
from registration.queries.absences import absences_at
from registration.queries.holding import office_of
from registration.web.forms.anchors import FieldErrors, field_errors
from registration.web.forms.days import day_in
from registration.web.present.holding import colleague_words

blueprint = Blueprint("absences", __name__, url_prefix="/desk/absences")

Page = str | Response | tuple[str, int]
_FIELDS = ("number", "first", "last", "substitute")


@blueprint.get("")
@access("absence.own")
def listed() -> str:
    return _page()


@blueprint.post("")
@access("absence.own")
def enter() -> Page:
    typed = request.form
    try:
        absences.enter(
            number=typed.get("number", ""),
            first=day_in(typed.get("first", "")),
            last=day_in(typed.get("last", "")),
            substitute=typed.get("substitute", ""),
            actor=the_actor(),
            now=now(),
        )
    except InvalidInput as invalid:
        ids = _FIELDS if _manages() else _FIELDS[1:]
        return _page(field_errors(invalid.problems, ids=ids)), invalid.status
    flash(_("已登记请假"), "ok")
    return redirect(url_for("absences.listed"), 303)


@blueprint.post("/<absence>/end")
@access("absence.own")
def end(absence: str) -> Response:
    absences.end(absence, actor=the_actor(), now=now())
    flash(_("请假已经结束"), "ok")
    return redirect(url_for("absences.listed"), 303)


def _page(problems: FieldErrors | None = None) -> str:
    with reading() as session:
        rows = absences_at(session, actor=the_actor(), now=now())
        people = office_of(session, the_actor().registrar_code, now=now())
    return render_template(
        "absences/listed.html",
        rows=rows,
        people=[(one.account.login, colleague_words(one)) for one in people],
        manages=_manages(),
        today=local_date(now()),
        problems=problems or [],
        typed=request.form,
    )


def _manages() -> bool:
    return allows("absence.manage", the_actor(), ObjectFacts())
