"""The reasons why an action is refused, in the user's language."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from registration.rules.automatic_checks import check_groups, check_rules
from registration.rules.languages import joined, said, values_in
from registration.rules.matter_folders import blockers_of_matters
from registration.rules.matter_shapes import BlockerRow
from registration.rules.problems import Problem, problem_text
from registration.rules.reference import texts
from workflows.errors import Blocker


def field_of(blocker: Blocker) -> str | None:
    """The missing input that a blocker reports; None for any other blocker."""
    return _row(blocker.code).field


def blocker_text(blocker: Blocker, lang: str) -> str:
    """One sentence with the obstacle and what to do."""
    template = said(_row(blocker.code).words, lang)
    return template.format_map({**values_in(lang, blocker.data), "detail": _detail(blocker, lang)})


@cache
def shared_blockers() -> Mapping[str, BlockerRow]:
    """Code -> text, of the refusals by guards of several matters."""
    return {code: BlockerRow.model_validate(row) for code, row in texts("reference/blockers.yaml").items()}


def _row(code: str) -> BlockerRow:
    """The text of a code that all matters share, or that one matter has alone (`blockers.yaml`)."""
    return shared_blockers().get(code) or blockers_of_matters()[code]


def _detail(blocker: Blocker, lang: str) -> str:
    keys: Any = blocker.data.get("checks")
    if keys:
        return joined("list", lang, dict.fromkeys(said(check_groups()[check_rules()[key].group], lang) for key in keys))
    listed: Any = blocker.data.get("problems") or blocker.data.get("flags") or ()
    lines = [problem_text(Problem(one["path"], one["code"], one["data"]), lang) for one in listed]
    return joined("clauses", lang, dict.fromkeys(lines))
