"""Notices to the public about an entity (reference/public_notices.yaml): their texts, and what they state of a form."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, Field, TypeAdapter

from registration.rules.folder_files import Closed
from registration.rules.form import Form
from registration.rules.languages import said
from registration.rules.matter_shapes import Key, check_template
from registration.rules.reference import Said, texts
from workflows.definition.values import Text

LONGEST_NAME, LONGEST_CONTACT, LONGEST_REASON, LONGEST_AMOUNT = 60, 200, 2000, 30
# The section with the notice of a reduction.
REDUCTION = "reduction"
# The states of a notice: it runs, it ran to its end, an objection ended it, the case ended before it.
OPEN, ENDED, OBJECTED, WITHDRAWN = STATES = ("open", "ended", "objected", "withdrawn")


def _text(text: Text) -> Text:
    return check_template(text, allowed=("name", "code", "registrar"))


class NoticeKind(Closed):
    """One kind. `stops`: an objection ends the notice and its case; `claims`: creditors declare claims during it, of
    which they choose one of `demands`, if there are any; `of_draft`: an applicant publishes it from a draft.
    """

    label: Said
    text: Annotated[Said, AfterValidator(_text)]
    ask: Said
    law: Annotated[tuple[str, ...], Field(min_length=1)]
    stops: bool = False
    claims: bool = False
    demands: Mapping[Key, Said] = {}
    of_draft: bool = False

    def words(self, lang: str, *, name: str, code: str, registrar: str) -> str:
        return said(self.text, lang).format(name=name or code, code=code, registrar=registrar)


@cache
def notice_kinds() -> Mapping[str, NoticeKind]:
    """Every kind by its key."""
    rows = dict(texts("reference/public_notices.yaml"))
    return TypeAdapter(dict[str, NoticeKind]).validate_python(rows)


def runs(status: str, last_on: date, today: date) -> bool:
    """Whether others may still speak: until the end of the last day."""
    return status == OPEN and today <= last_on


def stated_reduction(form: Form, before: Form) -> dict[str, str] | None:
    """What the notice of a reduction states: amounts in ten thousands; None until the draft has it all."""
    told, after, registered = form.reduction, form.capital, before.capital
    if told is None or after is None or registered is None:
        return None
    known = told.has("way") and told.has("resolved_on") and after.has("amount_wan") and registered.has("amount_wan")
    if not known or after.amount_wan >= registered.amount_wan:
        return None
    return {
        "way": told.way,
        "resolved_on": told.resolved_on.isoformat(),
        "before": f"{registered.amount_wan.normalize():f}",
        "after": f"{after.amount_wan.normalize():f}",
        "currency": form.currency,
    }


def stated(form: Form) -> dict[str, Any]:
    """The public facts of the form that its notice states, as JSON."""
    if form.dissolution is None:
        return {"debts": form.closing.debts} if form.closing else {}
    people = {one.key: one.name for one in form.persons}
    group = [people[key] for key in form.dissolution.group if key in people]
    head, phone = people.get(form.dissolution.head or "", ""), form.dissolution.phone or ""
    return {"cause": form.dissolution.cause, "group": group, "head": head, "phone": phone}
