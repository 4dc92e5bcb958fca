"""The desk keeps itself up to date: what a page is told, to whom, and at what cost."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import col, select

from registration import clock, database
from registration.models import SignIn
from registration.operations import undo
from registration.operations.act import act
from registration.queries.case_versions import version_text
from registration.settings import settings as current_settings
from registration.web import events
from tests.fixtures.cases import actor_of
from tests.fixtures.office import CLERK, DIRECTOR, LIN, WINDOW, case_of, file_in
from tests.fixtures.visitor import Answer, Visitor, words

Visit = Callable[..., Visitor]
STREAM = {"Accept": "text/event-stream"}


def asked(visitor: Visitor, *refs: str, last: str = "", **query: str) -> Answer:
    cases = ",".join(f"{ref}:{version_text(case_of(ref))}" for ref in refs)
    given: dict[str, str] = {"cases": cases, **query}
    return visitor.get("/desk/events", query_string=given, headers=STREAM | ({"Last-Event-ID": last} if last else {}))


def news(answer: Answer) -> dict[str, Any]:
    assert answer.mimetype == "text/event-stream"
    (data,) = (line for line in answer.text.split("\n") if line.startswith("data: "))
    found: dict[str, Any] = json.loads(data.removeprefix("data: "))
    return found


def event_id(answer: Answer) -> str:
    return next(line for line in answer.text.split("\n") if line.startswith("id: ")).removeprefix("id: ")


def test_the_answer_is_one_event_and_says_nothing_twice(examined: str, visit: Visit) -> None:
    clerk = visit(CLERK)
    first = asked(clerk, examined, counts="1")
    assert first.text.startswith("retry: 5000\n")
    assert first.text.endswith("\n\n")
    assert first.headers["Cache-Control"] == "no-store"
    assert (news(first)["words"], news(first)["views"]["mine"], news(first)["views"]["unclaimed"]) == ("", 1, 0)
    again = asked(clerk, examined, counts="1", last=event_id(first))
    assert again.text == "retry: 5000\n\n"
    file_in(trade="听泉样例")
    assert news(asked(clerk, examined, counts="1", last=event_id(first)))["views"]["unclaimed"] == 1


def test_a_page_reads_what_a_colleague_did_with_its_file(examined: str, visit: Visit) -> None:
    clerk = visit(CLERK)
    shown = f"{examined}:{version_text(case_of(examined))}"
    act(examined, "take_over", actor=actor_of(WINDOW), now=clock.now(), reason="急件")
    assert news(clerk.get("/desk/events", query_string={"cases": shown}, headers=STREAM))["words"] == (
        "0317号刚刚做了：接办。请看过现在的内容再办。"
    )
    listed = {"cases": f"{shown},{file_in(trade='听泉样例')}:0.0"}
    assert news(clerk.get("/desk/events", query_string=listed, headers=STREAM))["words"] == "名单有变化"
    english = visit(CLERK, lang="en").get("/desk/events", query_string=listed, headers=STREAM)
    assert news(english)["words"] == "The list has changed"
    assert f'data-version="{version_text(case_of(examined))}"' in clerk.get(f"/desk/cases/{examined}").text


def test_a_page_hears_of_decisions_that_wait_and_of_one_that_did_not_leave(
    examined: str, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEYI_UNDO_SECONDS", "10")
    current_settings.cache_clear()
    clerk, colleague, before = visit(CLERK), visit(WINDOW), f"{examined}:{version_text(case_of(examined))}"
    row = undo.decide(examined, "approve", actor=actor_of(CLERK), now=clock.now(), opinion="准予")
    number = str(getattr(row, "id", ""))
    assert news(asked(clerk))["waiting"] == [number]
    assert news(asked(colleague))["waiting"] == []
    told = colleague.get("/desk/events", query_string={"cases": before}, headers=STREAM)
    assert "马上送出" in news(told)["words"]
    act(examined, "withdraw", actor=actor_of(LIN), now=clock.now())
    assert (news(asked(clerk))["words"], news(asked(clerk))["waiting"]) == ("您的一个决定没有办成", [])
    assert news(asked(clerk, own=number))["words"] == ""
    current_settings.cache_clear()


def test_nothing_is_told_of_other_offices_and_nothing_to_others(examined: str, visit: Visit) -> None:
    other = visit("0218")
    asks = {"cases": f"{examined}:0.0,HY-2026-999999:0.0,:,nonsense", "counts": "1"}
    assert news(other.get("/desk/events", query_string=asks, headers=STREAM))["words"] == ""
    assert visit(LIN).get("/desk/events", headers=STREAM).status_code == 403
    ended = visit().get("/desk/events", headers=STREAM)
    assert (ended.status_code, ended.data) == (204, b"")
    assert "data-live" not in visit(LIN).get("/applications").text


def test_a_page_that_asks_by_itself_does_not_keep_the_session_from_ending(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, start = visit(CLERK), clock.now()
    with database.reading() as session:
        seen = session.exec(select(SignIn.seen_at).order_by(col(SignIn.created_at).desc())).first()
    for minutes in (10, 20, 29):
        monkeypatch.setattr("registration.web.session.now", lambda at=start + timedelta(minutes=minutes): at)
        assert asked(clerk).status_code == 200
    with database.reading() as session:
        assert session.exec(select(SignIn.seen_at).order_by(col(SignIn.created_at).desc())).first() == seen
    monkeypatch.setattr("registration.web.session.now", lambda: start + timedelta(minutes=32))
    assert asked(clerk).status_code == 204


@pytest.mark.parametrize(("login", "most"), [(CLERK, 8), (DIRECTOR, 13)])
def test_it_costs_a_few_statements_however_many_cases_are_shown(
    visit: Visit, database: Engine, login: str, most: int
) -> None:
    refs = [file_in(trade=trade) for trade in ("听泉样例", "远山样例", "松月样例")]
    clerk, statements = visit(login), []

    def note(*args: Any) -> None:
        if not args[2].startswith(("BEGIN", "PRAGMA")):
            statements.append(args[2])

    shown = ",".join(f"{ref}:{version_text(case_of(ref))}" for ref in refs)
    event.listen(database, "before_cursor_execute", note)
    clerk.get("/desk/events", query_string={"cases": shown, "counts": "1"}, headers=STREAM)
    event.remove(database, "before_cursor_execute", note)
    assert len(statements) <= most, "\n".join(statements)


def test_pages_of_the_desk_carry_what_the_script_needs(examined: str, visit: Visit) -> None:
    clerk = visit(CLERK)
    inbox = clerk.get("/desk/inbox?view=mine").text
    assert 'data-live="/desk/events"' in inbox
    assert f'data-case="{examined}"' in inbox
    assert '<b data-count="mine">1</b>' in inbox
    assert 'data-place="review.inbox"' in inbox
    assert "live.js" in inbox
    assert "名单有变化" not in words(clerk.get("/desk/inbox"))


def test_colleagues_in_the_same_file_see_each_other(
    examined: str, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, window = visit(CLERK), visit(WINDOW)
    begin = clock.now()

    def others(visitor: Visitor, seconds: int, ref: str = examined) -> str:
        monkeypatch.setattr(events, "now", lambda: begin + timedelta(seconds=seconds))
        return str(news(asked(visitor, ref, file="1"))["others"])

    assert others(clerk, 0) == ""
    assert others(window, 1) == "此刻0318号也打开着这份申请"
    assert others(clerk, 5) == "此刻0217号也打开着这份申请".replace("0217", WINDOW)
    # A page that is on the screen says so again, though not with each look; one that was closed is silent.
    assert others(clerk, 30) != ""
    assert others(window, 60) == "此刻0318号也打开着这份申请"
    assert others(window, 80) == ""
    assert others(clerk, 81) != ""
    # Whoever goes on to another file has left this one.
    assert others(clerk, 82, file_in(trade="听泉样例")) == ""
    assert others(window, 83) == ""
    assert "others" not in news(asked(window, examined))
