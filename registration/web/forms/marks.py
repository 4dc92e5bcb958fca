"""What a clerk marked on a page, beside what was kept before."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from registration.rules.action_inputs import INPUTS
from registration.rules.languages import said
from registration.rules.marks import VERDICTS, Mark, whole_of
from registration.rules.reasons import correction_reasons
from registration.web.present.targets import usual_reason


def marks_of(
    posted: MultiDict[str, str], targets: Iterable[str], kept: Mapping[str, Mark] | None = None
) -> dict[str, Mark]:
    """The marks by target: what the page says, else what was kept. Without either it was not looked at."""
    # What a MultiDict has not it looks up by an exception, and a page that is only opened posts nothing.
    found = {target: posted_mark(posted or {}, target) for target in targets}
    return {target: (kept or {}).get(target, mark) if mark.is_empty else mark for target, mark in found.items()}


def posted_mark(posted: Mapping[str, str], target: str) -> Mark:
    verdict = posted.get(f"mark.{target}", "")
    return Mark(
        target,
        verdict if verdict in VERDICTS else "",
        posted.get(f"why.{target}") or usual_reason(whole_of(target)),
        posted.get(f"what.{target}", "").strip(),
        posted.get(f"how.{target}", "").strip(),
    )


def posted_objections(posted: MultiDict[str, str], targets: Iterable[str]) -> list[Mark]:
    """What an officer wrote at fields and documents of the page. One that was emptied is there, to be deleted."""
    asked = [target for target in targets if f"what.{target}" in posted]
    found = [posted_mark(posted, target) for target in asked]
    return [replace(mark, verdict="bad" if mark.problem or mark.remedy else "") for mark in found]


def with_remedies(marks: Mapping[str, Mark], *, matter: str, lang: str) -> dict[str, Mark]:
    """Every bad mark without a remedy of its own gets the usual one of its reason, in the applicant's language."""
    codes = correction_reasons(matter)
    return {
        target: replace(mark, remedy=said(codes[mark.reason_code].remedy, lang))
        if mark.is_bad and not mark.remedy and mark.reason_code in codes
        else mark
        for target, mark in marks.items()
    }


def inputs_of(posted: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed for an action, whichever it will be; it is carried from page to page until the action is taken."""
    return {name: posted[name] for name in INPUTS if posted.get(name)}
