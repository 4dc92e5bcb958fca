"""The checks of the records, for system administrators and auditors: begun with a button, done in the background."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import clock
from registration.access import access
from registration.clock import now
from registration.database import reading
from registration.documents.downloads import attachment
from registration.http.context import lang_here, the_actor
from registration.models import Verification, VerificationFault
from registration.operations import verification as running
from registration.queries import verification as known
from registration.rules import csv_text
from registration.rules.verification import CHECKS, check_words, fault_words
from registration.rules.whole_numbers import whole_number

blueprint = Blueprint("verification", __name__, url_prefix="/admin/verify")


@blueprint.get("")
@access("records.verify")
def listed() -> str:
    with reading() as session:
        runs = known.verifications(session, actor=the_actor())
    return render_template("verification/listed.html", runs=runs, verdict=_verdict, steps=len(CHECKS), done=_done)


@blueprint.post("")
@access("records.verify")
def begin() -> Response:
    run = running.begin(actor=the_actor(), now=now())
    flash(_("核验已经开始，由后台分批进行，可以离开本页"), "ok")
    return redirect(url_for("verification.show", run=run.ref), 303)


@blueprint.get("/<run>")
@access("records.verify")
def show(run: str) -> str:
    after = whole_number(request.args.get("after", "")) or 0
    with reading() as session:
        found = known.verification(session, run, actor=the_actor())
        faults = list(known.faults_of(session, found, after=after))
        stopped = found.status == "running" and known.is_parked(session)
    return render_template(
        "verification/show.html",
        run=found,
        checks=[(check_words(check, lang_here()), _state(found, check)) for check in CHECKS],
        faults=[(check_words(one.check, lang_here()), _place(one.place), _words(one), one.code) for one in faults],
        further=faults[-1].id if len(faults) == known.AT_ONCE else None,
        stopped=stopped,
        verdict=_verdict,
        steps=len(CHECKS),
        done=_done,
    )


@blueprint.get("/<run>/faults.csv")
@access("records.verify")
def export(run: str) -> Response:
    head = [_("检查"), _("位置"), _("问题"), "code", "data"]
    rows = [
        [check_words(one.check, lang_here()), _place(one.place), _words(one), one.code, json.dumps(one.data)]
        for one in _all_faults(run)
    ]
    answer = attachment("", filename=f"verification-{run}.csv", mimetype="text/csv; charset=utf-8")
    answer.response = csv_text.streamed([head, *rows])
    return answer


@blueprint.get("/<run>/result.json")
@access("records.verify")
def result(run: str) -> Response:
    faults = [{"check": one.check, "code": one.code, **one.place, "data": one.data} for one in _all_faults(run)]
    with reading() as session:
        found = known.verification(session, run, actor=the_actor())
    told = {
        "verification": found.ref,
        "by": found.asked_by,
        "begun": clock.written(found.asked_at),
        "ended": clock.written(found.finished_at) if found.finished_at else None,
        "whole": found.status == "done" and not found.faults,
        "checks": found.counts,
        "fault_count": found.faults,
        "faults": faults,
    }
    text = json.dumps(told, ensure_ascii=False, indent=2)
    return attachment(text, filename=f"verification-{run}.json", mimetype="application/json")


def _all_faults(run: str) -> list[VerificationFault]:
    with reading() as session:
        found = known.verification(session, run, actor=the_actor())
        return list(known.faults_of(session, found, most=None))


def _state(run: Verification, check: str) -> tuple[str, str, int | None, int]:
    """(words, kind of the tag, how much was checked, how many faults)."""
    counts: Mapping[str, Any] = run.counts.get(check, {})
    checked, faults = counts.get("checked"), counts.get("faults", 0)
    if faults:
        return _("有问题"), "bad", checked, faults
    if counts.get("ended"):
        return _("完整"), "ok", checked, 0
    return (_("正在核对"), "warn", checked, 0) if run.step == check else (_("还没有核对"), "", checked, 0)


def _verdict(run: Verification) -> tuple[str, str]:
    if run.status == "running":
        return (_("正在核验"), "warn")
    return (_("%(count)s处问题", count=run.faults), "bad") if run.faults else (_("全部完整"), "ok")


def _done(run: Verification) -> int:
    return sum(one.get("ended", 0) for one in run.counts.values())


def _words(one: VerificationFault) -> str:
    return fault_words(one.code, one.data, lang_here())


def _place(place: Mapping[str, Any]) -> str:
    return " ".join(_places(place)) or "—"


def _places(place: Mapping[str, Any]) -> Iterator[str]:
    words = {
        "registrar": _("登记机关"),
        "case": _("申请"),
        "day": "",
        "entry": _("历史第"),
        "log_entry": _("日志第"),
        "licence": _("执照"),
        "file": _("文件"),
        "table": _("流程表"),
    }
    for key, label in words.items():
        if key in place:
            yield f"{label} {place[key]}".strip()
