"""The dashboard: its numbers are those of the history, each leads to its cases, and only directors see it."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from io import StringIO

import pytest
from flask import Flask
from sqlmodel import select

from registration import clock, database
from registration.models import Application, HistoryEntry
from registration.operations.act import act
from registration.queries.dashboard import forecast
from registration.rules.csv_text import written
from registration.rules.periods import Period, own_period, period_of, slices
from registration.web.present.dashboard import FIGURES
from tests.fixtures.cases import actor_of
from tests.fixtures.office import APPROVER, CLERK, DIRECTOR, WINDOW, file_in
from tests.fixtures.past_cases import remember
from tests.fixtures.scenes import prepared
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
MONDAY = datetime(2026, 10, 26, 2, 0, tzinfo=UTC)
OCTOBER = "period=own&from=2026-10-01&to=2026-10-31"
REASON = "登记机关不受理此类申请"


@pytest.fixture
def refused(desk_app: Flask) -> str:
    """Three weeks of simulated cases in October, and a case that the window did not accept on the last Monday."""

    def make() -> str:
        remember(now=MONDAY, arrivals=4.0)
        with clock.moved_to(MONDAY):
            ref = file_in()
            act(ref, "refuse_scope", actor=actor_of(WINDOW), now=MONDAY, reason=REASON, competent_body="样例局")
            file_in(trade="望津样例", claimed_by=CLERK)
        return ref

    return prepared("three weeks of cases and a refusal", make)


def by_hand() -> tuple[set[int], set[int]]:
    """(received, decided) cases, read from the whole history one by one."""
    came, went = set[int](), set[int]()
    with database.reading() as session:
        for entry in session.exec(select(HistoryEntry)):
            if entry.target == "submitted" and entry.source != "submitted":
                came.add(entry.application_id)
            if entry.target in ("approved", "rejected", "not_accepted"):
                went.add(entry.application_id)
    return came, went


def table(visitor: Visitor, figure: str, query: str = OCTOBER) -> list[list[str]]:
    answer = visitor.get(f"/desk/dashboard/table.csv?figure={figure}&{query}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(StringIO(answer.text.removeprefix("\ufeff"))))[1:]


def links(visitor: Visitor, path: str) -> dict[str, int]:
    """Address of a list of cases -> the number that leads to it."""
    found = re.findall(r'<a href="(/desk/dashboard/cases[^"]*)">([0-9]+)<', visitor.get(path).text)
    return {unescape(href): int(number) for href, number in found}


def test_each_number_is_that_of_the_history_and_leads_to_its_cases(refused: str, visit: Visit) -> None:
    director = visit(DIRECTOR)
    came, went = by_hand()
    page = director.get(f"/desk/dashboard?{OCTOBER}")
    assert page.status_code == 200
    assert "style=" not in page.text
    assert page.text.count('role="img"') + page.text.count("<details open>") + page.text.count("没有") >= len(FIGURES)
    flow = table(director, "flow")
    assert sum(int(row[1]) for row in flow) == len(came)
    assert sum(int(row[2]) for row in flow) == len(went)
    in_time, late = table(director, "on_time")
    assert int(in_time[1]) + int(late[1]) == len(went)
    assert table(director, "refusals") == [["不予受理，或者没有写明法定理由", "1"]]
    states = {row[0]: row for row in table(director, "hours")}
    assert 0 < float(states["审查中"][2]) <= float(states["审查中"][3])
    people = {row[0]: row for row in table(director, "workload")}
    assert people[f"{CLERK}号"][2] == "1"
    assert people[f"{WINDOW}号"][4] == "1"
    saved = {row[0]: row[1:] for row in table(director, "savings")}
    assert saved["证照（份）"] == ["5", "1", str(4 * (len(went) - 1))]

    counted = links(director, f"/desk/dashboard?{OCTOBER}")
    assert len(came) in counted.values()
    for href, number in counted.items():
        rows, following = 0, href
        while following:
            listed = director.get(following).text
            rows += listed.count('<th scope="row"')
            more = re.search(r'href="([^"]*)" rel="next"', listed)
            following = unescape(more[1]) if more else ""
        assert rows == number, href
    assert refused in director.get(f"/desk/dashboard/cases?{OCTOBER}&what=refused&value=none").text

    for query, number in (("entity_type=llc", len(came)), ("entity_type=individual", 0), ("district=330702", 2)):
        assert sum(int(row[1]) for row in table(director, "flow", f"{OCTOBER}&{query}")) == number, query
    assert "Received and decided" in words(visit(DIRECTOR, lang="en").get(f"/desk/dashboard?{OCTOBER}"))


def test_what_is_typed_wrong_is_named_and_others_stay_outside(desk_app: Flask, visit: Visit) -> None:
    director = visit(DIRECTOR)
    wrong = director.get("/desk/dashboard?period=own&from=2026-10-31&to=2026-10-01&district=330702")
    assert wrong.status_code == 422
    assert "请选择开始日期当天或者以后的结束日期" in words(wrong)
    assert 'value="2026-10-31"' in wrong.text
    assert '<option value="330702" selected>' in wrong.text
    assert "请写一个日期" in words(director.get("/desk/dashboard?period=own&from=soon"))
    assert director.get("/desk/dashboard/cases?what=secrets").status_code == 404
    assert director.get("/desk/dashboard/table.csv?figure=secrets").status_code == 404
    for login in (CLERK, APPROVER):
        outside = visit(login)
        assert "统计" not in words(outside.get("/desk/inbox"))
        for path in ("", "/wall", "/forecast", "/cases?what=decided", "/table.csv?figure=flow"):
            assert outside.get(f"/desk/dashboard{path}").status_code == 403


def test_the_wall_names_nobody_and_loads_itself_again(refused: str, visit: Visit) -> None:
    with clock.moved_to(MONDAY):
        shown = visit(DIRECTOR).get("/desk/dashboard/wall")
    assert 'data-every="60"' in shown.text
    assert f"{CLERK}号" not in shown.text
    with database.reading() as session:
        assert not [one for one in session.exec(select(Application.name)) if one and one in shown.text]
    assert "今天收件2 件今天办结1 件" in words(shown)


def test_the_next_weeks_are_simulated_from_the_history(
    refused: str, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "RUNS", 1)
    monkeypatch.setattr(forecast, "DAYS", 7)
    with clock.moved_to(MONDAY):
        shown = words(visit(DIRECTOR).get("/desk/dashboard/forecast"))
        few = words(visit("0420").get("/desk/dashboard/forecast"))
    assert "各岗位忙碌程度" in shown
    assert "审查员" in shown
    with database.reading() as session:
        states = session.exec(select(Application.state).where(Application.registrar_code == "330702")).all()
    waiting = sorted(one for one in states if one not in ("archived", "not_accepted"))
    assert waiting == ["correction_requested", "submitted", "under_examination"]
    assert "连同现在没有办结的3件" in shown
    assert "还不够多" in few


def test_periods_and_their_slices() -> None:
    today = datetime(2026, 2, 10, tzinfo=UTC).date()
    assert period_of("last_month", today=today) == Period(today.replace(month=1, day=1), today.replace(month=1, day=31))
    assert period_of("quarter", today=today).first == period_of("year", today=today).first
    year, _none = own_period("2026-01-01", "2026-12-31")
    assert year is not None
    assert [len(slices(one)) for one in (year, period_of("month", today=today))] == [12, 10]
    assert slices(year)[1].last.isoformat() == "2026-02-28"
    assert own_period("2020-01-01", "2026-12-31")[1][0].code == "period.too_long"


def test_no_cell_of_a_csv_is_a_formula() -> None:
    assert written([["=1+1", None, 2]]) == "\ufeff'=1+1,,2\r\n"
