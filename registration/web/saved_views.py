"""Saving the list that a page shows under a name, and removing it again."""

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.access import access
from registration.clock import now
from registration.errors import InvalidInput
from registration.http.context import the_actor
from registration.operations import saved_views
from registration.web import listing
from registration.web.forms.anchors import field_errors
from registration.web.present import desk_lists

blueprint = Blueprint("saved_views", __name__, url_prefix="/desk/lists")


@blueprint.post("")
@access("inbox.read")
def save() -> Response | tuple[str, int]:
    query = {name: request.form.get(name, "") for name in saved_views.PARTS}
    try:
        saved_views.save(request.form.get("name", ""), query, actor=the_actor(), now=now())
    except InvalidInput as invalid:
        return listing.page(request.form, problems=field_errors(invalid.problems, ids=["name"]), status=invalid.status)
    flash(_("列表已保存"), "ok")
    return redirect(desk_lists.address_of(query), 303)


@blueprint.post("/<int:number>/delete")
@access("inbox.read")
def remove(number: int) -> Response:
    saved_views.remove(number, actor=the_actor())
    flash(_("列表已删除"), "ok")
    return redirect(desk_lists.address_of({"view": request.form.get("view", "")}), 303)
