"""A table of working days is taken whole or refused whole, and counts at once in every process."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from registration import database as db
from registration.database import known_for_a_while
from registration.errors import InvalidInput
from registration.matters import calendar
from registration.models import AuditEntry, CalendarDay
from registration.operations import calendars
from registration.queries import working_days
from registration.queries.calendars import year_shown
from registration.rules.problems import problem_text
from tests.fixtures.marks import some_of
from workflows.errors import UnknownYear

pytestmark = [
    pytest.mark.usefixtures("database_url"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
HOLIDAYS = "".join(f"{day},no\n" for day in ("2027-01-01", "2027-05-01", "2027-10-01", "2027-10-02", "2027-10-03"))


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    working_days.forget()
    yield
    working_days.forget()


def load(text: str, *, clock: datetime, year: int | None = None) -> int:
    return calendars.load(text.encode(), by="command line", now=clock, year=year)


def refused(text: str, *, clock: datetime, year: int | None = None) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        load(text, clock=clock, year=year)
    with db.reading() as session:
        assert session.exec(select(CalendarDay)).all() == []
    assert all(problem_text(problem, "en") != problem_text(problem, "zh") for problem in caught.value.problems)
    return [problem_text(problem, "en") for problem in caught.value.problems]


def test_a_whole_year_makes_it_known(database: Engine, clock: datetime) -> None:
    with pytest.raises(UnknownYear):
        calendar().is_working(date(2027, 2, 1))
    assert load("\ufeffday,works,note\n" + HOLIDAYS + "2027-01-02,班,调休上班\n", clock=clock, year=2027) == 6
    assert calendar().is_makeup(date(2027, 1, 2))
    assert not calendar().is_working(date(2027, 1, 1))
    assert calendar().is_working(date(2027, 2, 1))
    with db.reading() as session:
        entry = session.exec(select(AuditEntry)).one()
        shown = year_shown(session, 2027, calendar=calendar())
    assert (entry.tag, entry.data["whole"], entry.data["days"]) == ("calendar:load", 2027, 6)
    assert shown.loaded
    assert shown.working_days == 261 - 2 + 1, "1 January and 1 October are Fridays; one Saturday is worked"
    assert [(one.day.isoformat(), one.works, one.note) for one in shown.odd][:2] == [
        ("2027-01-01", False, ""),
        ("2027-01-02", True, "调休上班"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("day", some_of(["2027/2/5", "2027-02-05", "2027/02/05", "2027.2.5", "2027年2月5日"], every=4))
def test_a_table_is_read_as_chinese_office_programs_save_it(
    database: Engine, clock: datetime, encoding: str, delimiter: str, day: str
) -> None:
    text = f"日期,上班,说明\r\n{HOLIDAYS}{day},休,除夕\r\n".replace(",", delimiter)
    content = ("\ufeff" if encoding == "utf-16-be" else "") + text
    assert calendars.load(content.encode(encoding), by="command line", now=clock, year=2027) == 6
    assert not calendar().is_working(date(2027, 2, 5))
    with db.reading() as session:
        assert ("2027-02-05", "除夕") in [
            (one.day.isoformat(), one.note) for one in year_shown(session, 2027, calendar=calendar()).odd
        ]


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\xff\xff\x00", b"\xff\xfeday\x00", b"PK\x03\x04\x80\xff"])
def test_a_file_that_is_no_text_is_refused_with_what_to_do(database: Engine, clock: datetime, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        calendars.load(content, by="command line", now=clock, year=2027)
    assert [problem.code for problem in refused.value.problems] in (["calendar.not_text"], ["calendar.header"])


def test_loading_a_year_again_replaces_it(database: Engine, clock: datetime) -> None:
    load("day,works\n" + HOLIDAYS + "2027-03-05,no\n", clock=clock, year=2027)
    load("day,works\n" + HOLIDAYS, clock=clock, year=2027)
    assert calendar().is_working(date(2027, 3, 5))


def test_single_days_go_over_what_is_published(database: Engine, clock: datetime) -> None:
    assert calendar().is_working(date(2026, 10, 13))
    load("day,works,note\n2026-10-13,no,台风停工\n", clock=clock)
    assert not calendar().is_working(date(2026, 10, 13))
    assert calendar().is_working(date(2026, 10, 14))


def test_every_bad_line_is_named_and_nothing_is_kept(database: Engine, clock: datetime) -> None:
    text = (
        "day,works,note\n2026-10-13,no\n2026-13-01,no\n2026-10-14,perhaps\n2026-10-15\n"
        f"2026-10-13,yes\n2031-01-01,no\n2026-10-16,no,{'长' * 61}\n"
    )
    found = refused(text, clock=clock)
    assert [one.partition(":")[0] for one in found] == [f"Line {line}" for line in (3, 4, 5, 6, 7, 8)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "holds no days"),
        ("day,works\n", "holds no days"),
        ("when,what\n2026-10-13,no\n", "header"),
        ("day,works\n2026-10-13,no\n", "2026-10-13 is not in 2027"),
        ("day,works\n2027-01-01,no\n", "2027-10-01"),
        ("day,works\n" + HOLIDAYS.replace("2027-10-02,no", "2027-10-02,yes"), "2027-10-02"),
    ],
)
def test_a_year_that_is_not_whole_is_refused(database: Engine, clock: datetime, text: str, told: str) -> None:
    assert any(told in one for one in refused(text, clock=clock, year=2027))


def test_what_is_no_text_is_refused(database: Engine, clock: datetime) -> None:
    with pytest.raises(InvalidInput):
        calendars.load("day,works\n2027-01-01,休\n".encode("gb18030"), by="command line", now=clock, year=2027)


def test_another_process_reads_it_before_long(
    database: Engine, clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept is read again when its time is over; until then no step asks the database."""
    assert calendar().is_working(date(2026, 10, 13))
    with db.transaction() as session:
        session.add(CalendarDay(day=date(2026, 10, 13), works=False, loaded_at=clock))
    assert calendar().is_working(date(2026, 10, 13))
    monkeypatch.setattr(known_for_a_while, "monotonic", lambda: float("inf"))
    assert not calendar().is_working(date(2026, 10, 13))


def test_a_step_that_holds_the_database_still_reads_its_calendar(database: Engine, clock: datetime) -> None:
    """The door asks in the middle of its own transaction, when the only writer of SQLite is this one."""
    with db.transaction() as session:
        session.add(CalendarDay(day=date(2026, 10, 13), works=False, loaded_at=clock))
        session.flush()
        assert calendar().is_working(date(2026, 10, 13)), "what is not committed does not count"
