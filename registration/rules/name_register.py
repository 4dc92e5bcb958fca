"""Reads a register of names from an administrator or another system: CSV with the columns name, status, since, and the
four parts of each name where they are known."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

from registration.rules import csv_text
from registration.rules.names import ComparedName, NameParts, normalise, outside_name, tidy
from registration.rules.names_verdict import Status
from registration.rules.problems import InvalidForm, Problem
from registration.rules.working_days import written_day

PARTS = ("region", "trade", "industry", "form", "region_place")
COLUMNS = ("name", "status", "since")
STATUSES: tuple[Status, ...] = ("registered", "reserved", "deregistered", "renamed", "annulled")


@dataclass(frozen=True)
class FilePart:
    """Some lines of a file with its header, as CSV; `first_line` is the number in the file of the first below it."""

    first_line: int
    names: int
    content: bytes


def divided(content: bytes, *, size: int) -> tuple[FilePart, ...]:
    """A file in parts of so many lines, whose names are not read yet. InvalidForm for what has no header or no lines.

    That a name is in the file twice is found within a part; in two parts, loading finds it known.
    """
    problem, numbered = _lines(content)
    if problem is None and len(numbered) < 2:
        problem = Problem("file", "register.empty")
    if problem is not None:
        raise InvalidForm([problem])
    header, below = numbered[0][1], numbered[1:]
    parts = [below[at : at + size] for at in range(0, len(below), size)]
    return tuple(FilePart(part[0][0], len(part), _text([header, *_in_place(part)])) for part in parts)


def _in_place(part: Sequence[csv_text.Line]) -> Iterator[Sequence[str]]:
    """The lines with empty ones between them, so that each is as far from the first as in the file."""
    expected = part[0][0]
    for line, cells in part:
        yield from ([] for _ in range(line - expected))
        yield cells
        expected = line + 1


def _text(table: Sequence[Sequence[str]]) -> bytes:
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue().encode()


def read_part(content: bytes, *, first_line: int) -> tuple[ComparedName, ...]:
    """As `read_register`, for a part: the lines of the problems are those of the file."""
    try:
        return read_register(content)
    except InvalidForm as wrong:
        raise InvalidForm([_moved(one, by=first_line - 2) for one in wrong.problems]) from None


def _moved(problem: Problem, *, by: int) -> Problem:
    lines = {key: problem.data[key] + by for key in ("line", "first") if key in problem.data}
    return replace(problem, data={**problem.data, **lines})


def read_register(content: bytes) -> tuple[ComparedName, ...]:
    """Every name of the file, or InvalidForm with every wrong line."""
    found: list[ComparedName] = []
    problems: list[Problem] = []
    for one in _rows(content):
        if isinstance(one, Problem):
            problems.append(one)
        else:
            found.append(one)
    if not found and not problems:
        problems.append(Problem("file", "register.empty"))
    if problems:
        raise InvalidForm(problems)
    return tuple(found)


def _rows(content: bytes) -> Iterator[ComparedName | Problem]:
    problem, numbered = _lines(content)
    if problem is not None:
        yield problem
        return
    header = [cell.lower() for cell in numbered[0][1]] if numbered else []
    first: dict[tuple[str, str], int] = {}
    for line, cells in numbered[1:]:
        found = _row(line, header, cells)
        if isinstance(found, ComparedName):
            key = normalise(found.name), found.status
            if key in first:
                yield Problem("file", "register.twice", {"line": line, "first": first[key]})
                continue
            first[key] = line
        yield found


def _lines(content: bytes) -> tuple[Problem | None, list[csv_text.Line]]:
    """The lines with their numbers, the header first, or what is wrong with the whole file."""
    try:
        numbered: list[csv_text.Line] = [(line, cells) for line, cells in csv_text.rows(content) if any(cells)]
    except ValueError:
        return Problem("file", "register.not_text"), []
    if numbered and not {"name", "status"} <= {cell.lower() for cell in numbered[0][1]}:
        return Problem("file", "register.header", {"line": numbered[0][0], "header": ",".join(COLUMNS)}), []
    return None, numbered


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> ComparedName | Problem:
    cell = dict(zip(header, cells, strict=False))
    since = cell.get("since", "")
    day = written_day(since) if since else None
    if since and day is None:
        return Problem("file", "register.since", {"line": line})
    status = next((known for known in STATUSES if known == cell.get("status")), None)
    if status is None:
        return Problem(
            "file",
            "register.status",
            {"line": line, "found": cell.get("status", "")[:20], "known": "、".join(STATUSES)},
        )
    try:
        name = outside_name(cell["name"])
        if not name:
            return Problem("file", "register.name", {"line": line})
        return ComparedName(name, status, day, parts=_parts(cell, name))
    except ValueError:
        return Problem("file", "register.name", {"line": line})


def _parts(cell: Mapping[str, str], name: str) -> NameParts | None:
    """ValueError for parts that do not make up the name."""
    if not cell.get("trade"):
        return None
    given: dict[str, Any] = {part: cell.get(part) or "" for part in PARTS}
    parts = tidy(NameParts(**given | {"region_place": given["region_place"] or "front"}))
    if parts.full != normalise(name):
        raise ValueError(name)
    return parts
