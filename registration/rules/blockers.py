"""The reasons why an action is refused, in the user's language."""

from collections.abc import Mapping
from typing import Any

from registration.rules.languages import joined, said, values_in
from registration.rules.problems import Problem, problem_text
from registration.rules.reference import texts, texts_of_matters
from workflows.errors import Blocker


def field_of(blocker: Blocker) -> str | None:
    """The missing input that a blocker reports; None for any other blocker."""
    field: str | None = _row(blocker.code).get("field")
    return field


def blocker_text(blocker: Blocker, lang: str) -> str:
    """One sentence with the obstacle and what to do."""
    template = said(_row(blocker.code), lang)
    return template.format_map({**values_in(lang, blocker.data), "detail": _detail(blocker, lang)})


def _row(code: str) -> Mapping[str, Any]:
    """The texts of a code, shared by all matters or a matter's own (`matters/<matter>/blockers.yaml`)."""
    row: Mapping[str, Any] = texts("reference/blockers.yaml").get(code) or texts_of_matters("blockers")[code]
    return row


def _detail(blocker: Blocker, lang: str) -> str:
    listed: Any = blocker.data.get("problems") or blocker.data.get("flags") or ()
    lines = [problem_text(Problem(one["path"], one["code"], one["data"]), lang) for one in listed]
    return joined("clauses", lang, dict.fromkeys(lines))
