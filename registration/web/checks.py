"""Overriding an automatic check, on the page of the file."""

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from registration.access import access
from registration.clock import now
from registration.errors import ActionRefused, Conflict, InvalidInput, StaleVersion
from registration.http.context import lang_here, the_actor
from registration.http.problem_json import title_of
from registration.operations.overrides import override_check
from registration.rules.problems import problem_text
from registration.rules.whole_numbers import whole_number
from registration.web import review
from registration.web.present.decisions import blocker_errors

blueprint = Blueprint("checks", __name__, url_prefix="/desk/cases/<ref>/checks")


@blueprint.post("/<key>/override")
@access("inbox.read")
def override(ref: str, key: str) -> review.Page:
    """The marks and texts on the page are kept."""
    reason, version = request.form.get(f"override.{key}", ""), whole_number(request.form.get("version", ""))
    try:
        override_check(ref, key, reason=reason, actor=the_actor(), now=now(), version=version)
    except StaleVersion as error:
        return review.show_changed(ref, error)
    except ActionRefused as refused:
        problems = [("", words) for _at, words in blocker_errors(refused.blockers)]
        return review.show(ref, problems=problems, status=refused.status)
    except Conflict as refused:
        return review.show(ref, problems=[("", title_of(refused.reason, refused.status))], status=refused.status)
    except InvalidInput as invalid:
        problems = [(f"override.{key}", problem_text(one, lang_here())) for one in invalid.problems]
        return review.show(ref, problems=problems, status=invalid.status)
    flash(_("已记录理由，这一项不再妨碍核准"), "ok")
    return review.show(ref)
