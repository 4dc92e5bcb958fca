"""The position of a fault on a page: the id of the control in which it is corrected, and its message."""

from collections.abc import Iterable, Mapping, Sequence

from registration.http.context import lang_here
from registration.rules.problems import Problem, problem_text

FieldErrors = list[tuple[str, str]]


def field_errors(
    problems: Iterable[Problem], *, ids: Sequence[str], moved: Mapping[str, str] | None = None
) -> FieldErrors:
    """(anchor, text) for the summary and the fields; the anchor is empty where no control of `ids` fits.

    `moved` maps the path of a fault to the one under which the page shows that field.
    """
    found: FieldErrors = []
    for problem in problems:
        path = (moved or {}).get(problem.path, problem.path)
        pair = (anchor_of(path, ids), problem_text(problem, lang_here()))
        if pair not in found:
            found.append(pair)
    return found


def anchor_of(path: str, ids: Sequence[str]) -> str:
    """The control of that name, else the first one below it, else the nearest above it."""
    if path in ids:
        return path
    below = next((name for name in ids if name.startswith(f"{path}.")), "")
    if below:
        return below
    above = path.rpartition(".")[0]
    return anchor_of(above, ids) if above else ""
