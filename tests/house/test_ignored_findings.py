"""Ignored findings of linters: each comment names one code and gives the reason."""

import io
import re
import tokenize
from collections.abc import Iterator

from tests.house.source import PACKAGES, Source, sources

IGNORED = re.compile(
    r"#\s*(type:\s*ignore\b|(?:ruff:\s*)?noqa\b|mypy:\s*\w)(:?\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*|\[[a-z, -]+\])?(.*)"
)
REASON = re.compile(r"\w+\W+\w+\W+\w+")


def unexplained(file: Source) -> Iterator[str]:
    """Comments that ignore all findings, or have no reason beside them or in the line above."""
    comments = {
        token.start[0]: (token.string, token.line)
        for token in tokenize.generate_tokens(io.StringIO(file.text).readline)
        if token.type == tokenize.COMMENT
    }
    for number, (comment, _line) in comments.items():
        found = IGNORED.search(comment)
        if found is None:
            continue
        above, line = comments.get(number - 1, ("", ""))
        alone = line.strip().startswith("#") and not IGNORED.search(above)
        if not found.group(2):
            yield f"{file.name}:{number} ignores whatever is found"
        elif not (REASON.search(found.group(3)) or (alone and REASON.search(above))):
            yield f"{file.name}:{number} does not say why"


def test_each_ignored_finding_is_named_and_explained() -> None:
    assert [line for file in sources(*PACKAGES) for line in unexplained(file)] == []


def test_an_ignored_finding_without_its_code_or_reason_is_found() -> None:
    lines = [
        "a = f()  # type: ignore",
        "a = f()  # type: ignore[arg-type]",
        "a = f()  # noqa",
        "a = f()  # noqa: S603",
        "a = f()  # type: ignore[misc, call-arg]  # it has no types",
        "a = f()  # noqa: S603, S604 (words of our own)",
        "# It has no types.",
        "a = f()  # type: ignore[misc]",
        "a = 1",
        "b = 2  # a remark that explains something else",
        "a = f()  # noqa: S603",
        "# ruff: noqa",
        "# mypy: ignore-errors",
    ]
    found = list(unexplained(Source("a.py", "\n".join(lines))))
    assert [line.split(" ")[0] for line in found] == [
        "a.py:1",
        "a.py:2",
        "a.py:3",
        "a.py:4",
        "a.py:11",
        "a.py:12",
        "a.py:13",
    ]
