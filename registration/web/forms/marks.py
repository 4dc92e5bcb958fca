"""What a clerk marked while reading a file: each section and document in order or not, and why not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from registration.rules.action_inputs import INPUTS
from registration.rules.languages import said
from registration.rules.reasons import correction_reasons
from registration.web.present.targets import usual_reason

# Inputs of an action beside the marks; they are carried from page to page until the action is taken.


@dataclass(frozen=True)
class Mark:
    """The verdict on one target: not looked at yet (empty), `ok` or `bad` with the words for the notice.

    `material` is the faulty file, if a document has several and the clerk has chosen one.
    """

    target: str
    verdict: str
    reason_code: str
    problem: str
    remedy: str
    material: str = ""

    @property
    def is_bad(self) -> bool:
        return self.verdict == "bad"

    def as_item(self) -> dict[str, str]:
        """One item of the correction notice."""
        return {
            "target": self.target,
            "reason_code": self.reason_code,
            "problem": self.problem,
            "remedy": self.remedy,
            "material_ref": self.material,
        }


def marks_of(posted: MultiDict[str, str], targets: Iterable[str]) -> dict[str, Mark]:
    """The marks of a page, by target; a target that was not posted counts as not looked at."""
    return {target: _mark(posted, target) for target in targets}


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
    """What was typed for an action, whichever it will be."""
    return {name: posted[name] for name in INPUTS if posted.get(name)}


def _mark(posted: MultiDict[str, str], target: str) -> Mark:
    verdict = posted.get(f"mark.{target}", "")
    return Mark(
        target,
        verdict if verdict in ("ok", "bad") else "",
        posted.get(f"why.{target}") or usual_reason(target),
        posted.get(f"what.{target}", "").strip(),
        posted.get(f"how.{target}", "").strip(),
        posted.get(f"which.{target}", ""),
    )
