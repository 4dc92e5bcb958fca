"""Reads a table of working days from an administrator: CSV with the columns day, works, note."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registration.rules import csv_text
from registration.rules.problems import InvalidForm, Problem

COLUMNS = ["day", "works", "note"]
MOST_NOTE = 60
_HEADERS = {"日期": "day", "上班": "works", "是否上班": "works", "说明": "note", "备注": "note"}
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_WORKS: Mapping[str, bool] = {
    **dict.fromkeys(("1", "yes", "true", "是", "班"), True),
    **dict.fromkeys(("0", "no", "false", "否", "休"), False),
}
# The holidays on the same day each year (全国年节及纪念日放假办法, art. 2).
_FIXED_HOLIDAYS = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DayRow:
    """One line of the table; `line` counts from 1, as editors do."""

    line: int
    day: date
    works: bool
    note: str = ""


def read_days(content: bytes, *, year: int | None, known: frozenset[int]) -> tuple[DayRow, ...]:
    """Every day of the file, or InvalidForm with every wrong line.

    With `year` the file is the whole calendar of that year: other days are working days from Monday to Friday. Without
    it, it changes single days of the years in `known`.
    """
    rows: list[DayRow] = []
    problems: list[Problem] = []
    for line, cells in csv_text.below_header(content, header="calendar.header", is_header=_is_header):
        found = _row(line, cells)
        if isinstance(found, DayRow):
            rows.append(found)
        else:
            problems.append(found)
    return judged(rows, [*problems, *_misplaced(rows, year=year, known=known)], year=year)


def judged(rows: Sequence[DayRow], problems: Sequence[Problem], *, year: int | None) -> tuple[DayRow, ...]:
    """The rows, or InvalidForm with `problems` and those of all rows together, in the order of the lines."""
    found = [*problems, *_doubles(rows)]
    if not found and not rows:
        found.append(Problem("file", "calendar.empty"))
    if not found and year is not None:
        found += _left_out(rows, year)
    if found:
        raise InvalidForm(sorted(found, key=lambda problem: problem.data.get("line", 0)))
    return tuple(rows)


def has_header(content: bytes) -> bool:
    """Whether the first line that is not empty is the header of a table of days."""
    try:
        filled = (cells for _, cells in csv_text.rows(content) if any(cells))
        return _is_header(next(filled, [""])) and bool(content.strip())
    except ValueError:
        return False


def written_days(rows: Sequence[DayRow]) -> str:
    """The table of these days, as `read_days` reads it."""
    lines = [[row.day.isoformat(), "yes" if row.works else "no", row.note] for row in rows]
    return csv_text.written([COLUMNS, *lines]).removeprefix("\ufeff")


def _is_header(cells: Sequence[str]) -> bool:
    """A file without any line has no wrong header: it is reported as empty."""
    named = [_HEADERS.get(cell, cell.lower()) for cell in cells]
    return named in (COLUMNS, COLUMNS[:2]) or not any(cells)


def _row(line: int, cells: Sequence[str]) -> DayRow | Problem:
    if len(cells) not in (2, 3):
        return Problem("file", "calendar.columns", {"line": line, "found": len(cells)})
    note = cells[2] if len(cells) == len(COLUMNS) else ""
    works = _WORKS.get(cells[1].lower())
    day = written_day(cells[0])
    if day is None:
        return Problem("file", "calendar.day", {"line": line})
    if works is None:
        return Problem("file", "calendar.works", {"line": line})
    if len(note) > MOST_NOTE:
        return Problem("file", "calendar.note", {"line": line, "most": MOST_NOTE})
    return DayRow(line, day, works, note)


def written_day(text: str) -> date | None:
    """2027-01-01, or the formats of office programs: 2027/1/1, 2027.1.1, 2027年1月1日."""
    written = _DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in written.groups())) if written else None
    except ValueError:
        return None


def _doubles(rows: Sequence[DayRow]) -> Iterator[Problem]:
    first: dict[date, int] = {}
    for row in rows:
        if row.day in first:
            data = {"line": row.line, "day": row.day.isoformat(), "first": first[row.day]}
            yield Problem("file", "calendar.twice", data)
        first.setdefault(row.day, row.line)


def _misplaced(rows: Sequence[DayRow], *, year: int | None, known: frozenset[int]) -> Iterator[Problem]:
    for row in rows:
        if year is not None and row.day.year != year:
            yield Problem("file", "calendar.other_year", {"line": row.line, "day": row.day.isoformat(), "year": year})
        if year is None and row.day.year not in known:
            yield Problem("file", "calendar.year_unknown", {"line": row.line, "year": row.day.year})


def _left_out(rows: Sequence[DayRow], year: int) -> Iterator[Problem]:
    """Refuses a truncated file, or one of single days, as a whole year: the fixed holidays must be in it."""
    by_day = {row.day: row.works for row in rows}
    for month, number in _FIXED_HOLIDAYS:
        day = date(year, month, number)
        if by_day.get(day, day.weekday() < _SATURDAY):
            yield Problem("file", "calendar.holiday_works", {"day": day.isoformat(), "year": year})
