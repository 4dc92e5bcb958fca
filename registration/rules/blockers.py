"""Why an action is refused, in the words of whoever asked."""

from typing import Any

from registration.rules.problems import Lang, Problem, problem_text
from registration.rules.reference import texts
from workflows.errors import Blocker


def blocker_text(blocker: Blocker, lang: Lang) -> str:
    """One sentence that says what stands in the way and what to do."""
    template: str = texts("reference/blockers.yaml")[blocker.code][lang]
    return template.format_map({**blocker.data, "detail": _detail(blocker, lang)})


def _detail(blocker: Blocker, lang: Lang) -> str:
    listed: Any = blocker.data.get("problems") or blocker.data.get("flags") or ()
    told = [problem_text(Problem(one["path"], one["code"], one["data"]), lang) for one in listed]
    return ("；" if lang == "zh" else "; ").join(dict.fromkeys(told))
