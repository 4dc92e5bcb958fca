"""Why an action is refused, in the words of whoever asked."""

from typing import Any

from registration.rules.problems import Lang, Problem, problem_text
from registration.rules.reference import texts
from workflows.errors import Blocker

# A blocker that only says that something is still to be written: the field that mends it.
FIELD_OF = {
    "reason_is_missing": "reason",
    "opinion_is_missing": "opinion",
    "flags_unanswered": "opinion",
    "reason_code_is_missing": "reason_code",
    "reason_code_is_impossible": "reason_code",
    "hold_paper_is_missing": "paper",
    "competent_body_is_missing": "competent_body",
    "recipient_is_missing": "recipient",
    "number_is_malformed": "number",
    "items_are_missing": "items",
}


def blocker_text(blocker: Blocker, lang: Lang) -> str:
    """One sentence that says what stands in the way and what to do."""
    template: str = texts("reference/blockers.yaml")[blocker.code][lang]
    return template.format_map({**blocker.data, "detail": _detail(blocker, lang)})


def _detail(blocker: Blocker, lang: Lang) -> str:
    listed: Any = blocker.data.get("problems") or blocker.data.get("flags") or ()
    told = [problem_text(Problem(one["path"], one["code"], one["data"]), lang) for one in listed]
    return ("；" if lang == "zh" else "; ").join(dict.fromkeys(told))
