"""The desk's list of companies that have to shorten their terms of payment by 2027-06-30 (State Council 784)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.documents.downloads import attachment
from registration.errors import InvalidInput
from registration.http.context import lang_here, the_actor
from registration.operations import capital_terms
from registration.queries.capital_terms import every_term, term_counts, terms_at, was_notified
from registration.rules import csv_text
from registration.rules.problems import problem_text

blueprint = Blueprint("capital_terms", __name__, url_prefix="/desk/capital-terms")
LONGEST_SOUGHT = 100


@blueprint.get("")
@access("capital_terms.manage")
def listed() -> str:
    """Those that must still act by code, or with `view=done` those that have; `q` is a code or a name's beginning."""
    done, sought = _is_done(), request.args.get("q", "").strip()[:LONGEST_SOUGHT]
    registrar, cursor = the_actor().registrar_code or "", request.args.get("after") or None
    with reading() as session:
        counts = term_counts(session, registrar, now=now())
        rows, after = terms_at(session, registrar, done=done, sought=sought, cursor=cursor)
    asked: dict[str, Any] = {"view": "done" if done else None, "q": sought or None}
    return render_template(
        "capital_terms/list.html",
        rows=[(one, was_notified(one.term, now=now())) for one in rows],
        counts=counts,
        done=done,
        sought=sought,
        next=url_for("capital_terms.listed", **asked, after=after) if after else "",
        first=url_for("capital_terms.listed", **asked) if cursor else "",
    )


@blueprint.get("/list.csv")
@access("capital_terms.manage")
def table() -> Response:
    head = [_("统一社会信用代码"), _("名称"), _("成立日期"), _("最后一笔出资期限"), _("完成日期"), _("最近一次通知")]
    with reading() as session:
        lines = [
            [
                one.entity.code,
                one.entity.name,
                one.entity.founded_on.isoformat(),
                one.term.last_on.isoformat() if one.term.last_on else "",
                one.term.done_on.isoformat() if one.term.done_on else "",
                one.term.notified_at.isoformat() if one.term.notified_at else "",
            ]
            for one in every_term(session, the_actor().registrar_code or "", done=_is_done())
        ]
    text = csv_text.written([head, *lines])
    return attachment(text, filename="capital-terms.csv", mimetype="text/csv; charset=utf-8")


@blueprint.post("/notices")
@access("capital_terms.manage")
def notify_all() -> Response:
    try:
        capital_terms.notify_all(actor=the_actor(), now=now())
        flash(_("正在逐家通知，刷新这一页可以看到进度"), "ok")
    except InvalidInput as invalid:
        flash(problem_text(invalid.problems[0], lang_here()), "warn")
    return redirect(url_for("capital_terms.listed"), 303)


@blueprint.post("/<code>/notice")
@access("capital_terms.manage")
def notify_one(code: str) -> Response:
    try:
        capital_terms.notify_one(code, actor=the_actor(), now=now())
        flash(_("已经通知这家公司"), "ok")
    except InvalidInput as invalid:
        flash(problem_text(invalid.problems[0], lang_here()), "warn")
    return redirect(url_for("capital_terms.listed"), 303)


def _is_done() -> bool:
    return request.args.get("view") == "done"
