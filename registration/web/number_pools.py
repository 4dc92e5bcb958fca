"""Pools of official numbers: what each registrar has, until when it lasts, and proposing a further block."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import clock
from registration.access import access
from registration.database import reading
from registration.documents.downloads import attachment
from registration.errors import InvalidInput
from registration.http.context import settings_here, the_actor
from registration.operations.number_pools import propose
from registration.queries.number_use import COUNTED_DAYS, SupplyUse, supply_uses
from registration.queries.setting_changes import NUMBERS, open_changes
from registration.rules import csv_text
from registration.rules.city import city
from registration.rules.number_blocks import schemes
from registration.web.account import problem_texts
from registration.web.present.numbers import scheme_words, schemes_shown, state_words
from registration.web.wording import registrar_names

blueprint = Blueprint("number_pools", __name__, url_prefix="/admin/numbers")

Page = str | AnyResponse | tuple[str, int]


@blueprint.get("")
@access("system.manage")
def listed() -> str:
    found, names = _uses(), registrar_names()
    with reading() as session:
        waiting = open_changes(session, actor=the_actor(), kinds=(NUMBERS,))
    by_registrar: dict[str, list[SupplyUse]] = {}
    for one in found:
        by_registrar.setdefault(one.supply.registrar, []).append(one)
    return render_template(
        "number_pools/listed.html",
        offices=[(code, names.get(code, code), uses) for code, uses in by_registrar.items()],
        waiting=waiting,
        days=COUNTED_DAYS,
        percent=settings_here().pool_warning_percent,
        scheme_words=scheme_words,
        state_words=state_words,
    )


@blueprint.get("/pools.csv")
@access("system.manage")
def export() -> Response:
    """A line for each block, with the figures of its supply."""
    head = [_("登记机关"), _("号码"), _("从"), _("到"), _("已用"), _("作废"), _("剩余"), _("够用到")]
    lines = [
        [
            one.supply.registrar,
            scheme_words(one.supply.scheme),
            use.pool.block.low,
            use.pool.block.high,
            use.used,
            use.void,
            use.pool.left,
            one.lasts_until,
        ]
        for one in _uses()
        for use in one.pools
    ]
    text = csv_text.written([head, *lines])
    return attachment(text, filename="number-pools.csv", mimetype="text/csv; charset=utf-8")


@blueprint.route("/new", methods=["GET", "POST"])
@access("system.manage")
def new() -> Page:
    """Proposes a block; a second person has it added."""
    if request.method == "GET":
        return _form()
    given = {name: request.form.get(name, "").strip() for name in ("registrar", "scheme", "first", "last")}
    try:
        propose(
            given["registrar"],
            given["scheme"],
            given["first"],
            given["last"],
            reason=request.form.get("reason", ""),
            actor=the_actor(),
            now=clock.now(),
        )
    except InvalidInput as invalid:
        return _form(problem_texts(invalid.problems)), invalid.status
    flash(_("已经提出，等另一人决定"), "ok")
    return redirect(url_for("setting_changes.listed"), 303)


@blueprint.get("/schemes")
@access("system.manage")
def explained() -> str:
    """How each number is built, with an example of the first registrar's."""
    return render_template("number_pools/schemes.html", schemes=schemes_shown(city().registrars[0].code))


def _uses() -> list[SupplyUse]:
    with reading() as session:
        return supply_uses(session, actor=the_actor(), now=clock.now())


def _form(problems: list[tuple[str, str]] | None = None) -> str:
    return render_template(
        "number_pools/new.html",
        typed=request.values,
        registrars=list(registrar_names().items()),
        schemes=[(scheme, scheme_words(scheme)) for scheme in schemes()],
        problems=problems or [],
    )
