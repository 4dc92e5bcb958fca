"""The registrars and their districts, how the city's folder describes them otherwise, and loading the folder."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import clock
from registration.access import access
from registration.database import reading
from registration.errors import InvalidInput
from registration.http.context import say, the_actor
from registration.operations.registrars import load_seen
from registration.operations.setting_changes import changed_since
from registration.queries.registrar_folder import FolderDifference, folder_differences, registrars_shown
from registration.rules.regions import region
from registration.web.present.kinds import regime_words

blueprint = Blueprint("registrars", __name__, url_prefix="/admin/registrars")


@blueprint.get("")
@access("system.manage")
def listed() -> str:
    with reading() as session:
        rows = registrars_shown(session, actor=the_actor(), today=clock.local_date(clock.now()))
        found = folder_differences(session)
    return render_template(
        "registrars/listed.html",
        rows=rows,
        differences=[(one, _sides(one)) for one in found],
        mark=_mark(found),
        words=_words,
    )


@blueprint.post("/load")
@access("system.manage")
def load() -> Response:
    """Makes the database what the folder says, as it was shown."""
    with reading() as session:
        found = folder_differences(session)
    try:
        if request.form.get("seen") != _mark(found):
            raise changed_since()
        new, changed = load_seen(found, actor=the_actor(), now=clock.now())
    except InvalidInput:
        flash(_("城市文件夹和您看的时候不一样了，请再看一次"), "warn")
        return redirect(url_for("registrars.listed"), 303)
    flash(_("已经载入：新建%(new)s个登记机关，更新%(changed)s个", new=len(new), changed=len(changed)), "ok")
    return redirect(url_for("registrars.listed"), 303)


def _mark(found: Sequence[FolderDifference]) -> str:
    return sha256(repr(found).encode()).hexdigest()


def _sides(one: FolderDifference) -> list[tuple[str, str, str]]:
    """(label, before, after) of each column that differs."""
    labels = {
        "name_zh": _("名称"),
        "name_en": _("英文名称"),
        "prefecture": _("设区的市"),
        "regions": _("辖区"),
        "regime": _("登记模式"),
        "approval": _("核准方式"),
        "declared_domicile": _("住所承诺"),
    }
    return [
        (labels[name], _words(name, one.before[name]) if one.before else "", _words(name, value))
        for name, value in one.after.items()
    ]


def _words(column: str, value: Any) -> str:
    if column == "regions":
        return _("、").join(_place(code) for code in value)
    if column == "regime":
        return regime_words(value)
    if column == "approval":
        return {"one_person": _("审查员一人决定"), "two_person": _("另一人核准")}.get(value, str(value))
    if column == "declared_domicile":
        return _("接受住所承诺") if value else _("不接受住所承诺")
    return str(value)


def _place(code: str) -> str:
    known = region(code)
    return f"{say(known.name)} {code}" if known is not None else code
