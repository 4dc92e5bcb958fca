"""Reads a register of names from an administrator or another system: CSV with the columns name, status, since, and the
four parts of each name where they are known."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registration.rules import csv_text
from registration.rules.names import ComparedName, NameParts, normalise, outside_name, tidy
from registration.rules.names_verdict import Status
from registration.rules.problems import InvalidForm, Problem
from registration.rules.working_days import written_day

PARTS = ("region", "trade", "industry", "form", "region_place")
COLUMNS = ("name", "status", "since")
STATUSES: tuple[Status, ...] = ("registered", "reserved", "deregistered", "renamed", "annulled")


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
    try:
        numbered = [(line, cells) for line, cells in csv_text.rows(content) if any(cells)]
    except ValueError:
        yield Problem("file", "register.not_text")
        return
    header = [cell.lower() for cell in numbered[0][1]] if numbered else []
    if numbered and not {"name", "status"} <= {*header}:
        yield Problem("file", "register.header", {"line": numbered[0][0], "header": ",".join(COLUMNS)})
        return
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
