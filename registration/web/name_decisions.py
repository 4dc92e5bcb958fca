"""The examiner's decision on a name that the rules leave open, on the page of the file."""

from flask import Blueprint, flash, request
from flask_babel import gettext as _

from registration.access import access
from registration.clock import now
from registration.errors import ActionRefused, InvalidInput, StaleVersion
from registration.http.context import the_actor
from registration.operations.name_decisions import decide_name
from registration.rules.whole_numbers import whole_number
from registration.web import review
from registration.web.present.decisions import blocker_errors

blueprint = Blueprint("name_decisions", __name__, url_prefix="/desk/cases/<ref>/name")


@blueprint.post("")
@access("inbox.read")
def decide(ref: str) -> review.Page:
    """Approves or refuses; the marks and texts on the page are kept."""
    approve = request.form.get("name_decision") == "approve"
    try:
        decide_name(
            ref,
            approve=approve,
            reason=request.form.get("name_reason", ""),
            actor=the_actor(),
            now=now(),
            version=whole_number(request.form.get("version", "")),
        )
    except StaleVersion as error:
        return review.show_changed(ref, error)
    except ActionRefused as refused:
        problems = [("", words) for _at, words in blocker_errors(refused.blockers)]
        return review.show(ref, problems=problems, status=refused.status)
    except InvalidInput as invalid:
        return review.show(ref, problems=[("name_reason", _("请写明理由"))], status=invalid.status)
    flash(_("已同意使用这个名称") if approve else _("已决定不同意这个名称，请一次性告知申请人换一个名称"), "ok")
    return review.show(ref)
