"""Reads the State Council's notice of a year's holidays, with lines such as
元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。

The notice is issued each November under the Regulation on Public Holidays (全国年节及纪念日放假办法). Lines without a
day, such as the heading, are passed over; a clause that names a day and cannot be read is a fault.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registration.rules import csv_text
from registration.rules.problems import InvalidForm, Problem
from registration.rules.working_days import MOST_NOTE, DayRow, judged

_LINE = re.compile(r"^\s*(?:[一二三四五六七八九十]+\s*[、.．]|[0-9]+\s*[、.．])?\s*([^：:，。0-9]{1,20})[：:](.*)$")
_DAY = re.compile(r"(?:([0-9]{4})年)?(?:([0-9]{1,2})月)?([0-9]{1,2})日(?:[（(]([^（）()]*)[）)])?")
_HAS_DAY = re.compile(r"[0-9]{1,2}月[0-9]{1,2}日")
_TOTAL = re.compile(r"共([0-9]{1,2})天|放假([0-9]{1,2})天")
_WEEKDAY = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天])")
_WEEKDAYS = "一二三四五六日"
_OFF, _WORKS, _ADVICE = "放假", "上班", "鼓励"
_MAKE_UP = "调休上班"
# No holiday has been longer; a longer range is a slip of the pen.
_LONGEST = 15


@dataclass(frozen=True)
class _Line:
    number: int
    holiday: str


def read_notice(text: str, *, year: int, known: frozenset[int]) -> tuple[DayRow, ...]:
    """Every day off and every make-up workday of the notice for `year`. InvalidForm with every wrong line.

    Days of another year, such as 31 December before a new year's holiday, are taken where that year is `known`.
    """
    rows: list[DayRow] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        found = list(_of_line(number, line, year))
        rows += [one for one in found if isinstance(one, DayRow)]
        problems += [one for one in found if isinstance(one, Problem)]
    problems += [
        Problem("file", "calendar.other_year", {"line": row.line, "day": row.day.isoformat(), "year": year})
        for row in rows
        if row.day.year != year and row.day.year not in known
    ]
    return judged(rows, problems, year=year)


def _of_line(number: int, line: str, year: int) -> Iterator[DayRow | Problem]:
    if not _HAS_DAY.search(line) or not (_OFF in line or _WORKS in line):
        return
    written = _LINE.match(line)
    if written is None:
        yield Problem("file", "calendar.notice_line", {"line": number})
        return
    here = _Line(number, written[1].strip()[:MOST_NOTE])
    for sentence in re.split(r"[。；;]", written[2]):
        if _ADVICE not in sentence:
            yield from _of_sentence(here, sentence, year)


def _of_sentence(line: _Line, sentence: str, year: int) -> Iterator[DayRow | Problem]:
    """The clauses between commas; the number of days belongs to the clause of the holiday before it."""
    off: list[DayRow] = []
    for clause in re.split(r"[，,](?![^（(]*[）)])", sentence):
        total = _TOTAL.search(clause)
        if _DAY.search(clause):
            found = list(_of_clause(line, clause, year))
            off = [row for row in found if isinstance(row, DayRow) and not row.works] or off
            yield from found
        if total is not None and off and int(total[1] or total[2]) != len(off):
            said = {"line": line.number, "said": int(total[1] or total[2]), "found": len(off)}
            yield Problem("file", "calendar.notice_total", said)


def _of_clause(line: _Line, clause: str, year: int) -> Iterator[DayRow | Problem]:
    works, off = _WORKS in clause, _OFF in clause
    if works == off:
        yield Problem("file", "calendar.notice_clause", {"line": line.number, "clause": clause.strip()[:MOST_NOTE]})
        return
    note = _MAKE_UP if works else line.holiday
    last: date | None = None
    for part in re.split(r"[、和及](?![^（(]*[）)])", clause):
        found = _days_of(line, part, year, after=last)
        if isinstance(found, Problem):
            yield found
            return
        for day in found:
            last = day
            yield DayRow(line.number, day, works, note)


def _days_of(line: _Line, part: str, year: int, *, after: date | None) -> Sequence[date] | Problem:
    """One day, or the days from the first to the last. A day without a month is in the month of the one before."""
    ends: list[date] = []
    for written in _DAY.finditer(part):
        before = ends[-1] if ends else after
        day = _day(written, year=before.year if before else year, month=before.month if before else None)
        wrong = {"line": line.number, "day": written[0]}
        if day is None:
            return Problem("file", "calendar.notice_day", wrong)
        named = _WEEKDAY.search(written[4] or "")
        if named is not None and _WEEKDAYS.index(named[1].replace("天", "日")) != day.weekday():
            actual = f"星期{_WEEKDAYS[day.weekday()]}"
            return Problem("file", "calendar.notice_weekday", wrong | {"weekday": actual, "year": day.year})
        ends.append(day)
    if len(ends) < 2:
        return ends
    length = (ends[1] - ends[0]).days + 1
    if len(ends) > 2 or not 1 <= length <= _LONGEST:
        return Problem("file", "calendar.notice_day", {"line": line.number, "day": part.strip()[:MOST_NOTE]})
    return [ends[0] + timedelta(days=n) for n in range(length)]


def _day(written: re.Match[str], *, year: int, month: int | None) -> date | None:
    in_month = int(written[2]) if written[2] else month
    try:
        return date(int(written[1] or year), in_month, int(written[3])) if in_month else None
    except ValueError:
        return None


def as_text(content: bytes) -> str:
    """The text of an uploaded notice or table. InvalidForm for bytes that are no text."""
    try:
        return csv_text.decoded(content)
    except ValueError:
        raise InvalidForm([Problem("file", "calendar.not_text")]) from None
