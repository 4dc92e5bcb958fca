"""Why an action is not possible and for whom a case waits, in both languages, as far as the asker may know."""

from datetime import UTC, datetime

import pytest

from registration import database
from registration.errors import NotFound
from registration.matters import definition_of
from registration.operations.act import act
from registration.queries.explain import Explained, Explanation, explain
from registration.settings import Settings
from tests.fixtures.cases import actor_of, at_the_agencies, company, draft, individual, submitted

LIN, CLERK, DIRECTOR = "lin@example.cn", "0318", "0320"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def at(day: str, hour: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}+08:00").astimezone(UTC)


def asked(ref: str, login: str, now: datetime) -> Explanation:
    with database.reading() as session:
        return explain(session, ref, actor=actor_of(login), now=now)


def waits(ref: str, login: str, now: datetime) -> list[tuple[str, str]]:
    return [(one.words["zh"], one.words["en"]) for one in asked(ref, login, now).waiting]


def of(found: Explanation, action: str) -> Explained:
    return next(one for one in found.actions if one.action == action)


def filed(now: datetime) -> str:
    return submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=now)


def test_the_days_of_the_promise_are_counted(office: Settings, clock: datetime) -> None:
    ref = filed(clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    assert waits(ref, LIN, clock) == [
        (
            "等待：审查员，从下一个工作日起算，共3个工作日",
            "Waiting for: Examiner; 3 working days, counted from the next one",
        )
    ]
    assert waits(ref, LIN, at("2026-10-14")) == [
        ("等待：审查员，第2天，共3个工作日", "Waiting for: Examiner, day 2 of 3")
    ]
    assert waits(ref, LIN, at("2026-10-15", "18:00"))[0][1].endswith("all used up")
    assert waits(ref, LIN, at("2026-10-19"))[0][1].endswith("working days promised: 3, late by: 2")


def test_the_office_is_told_the_number_of_who_has_it_and_nobody_else(office: Settings, clock: datetime) -> None:
    ref = filed(clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    seen_inside, seen_outside = (asked(ref, login, at("2026-10-14")) for login in (DIRECTOR, LIN))
    assert seen_inside.waiting[0].words["en"] == "Waiting for: Examiner (no. 0318), day 2 of 3"
    assert (seen_inside.waiting[0].holder, seen_outside.waiting[0].holder) == (CLERK, None)
    assert CLERK not in str(seen_outside)
    with pytest.raises(NotFound):
        asked(ref, "zhou@example.cn", clock)


def test_each_open_part_is_waited_for(office: Settings, clock: datetime) -> None:
    ref = at_the_agencies(clock)
    act(ref, "claim", actor=actor_of("3301"), now=clock, part="organization_code")
    act(ref, "assign", actor=actor_of("3301"), now=clock, part="organization_code")
    found = asked(ref, LIN, at("2026-10-13")).waiting
    assert [one.part for one in found] == ["national_tax", "local_tax", "social_insurance"]
    assert found[0].words["zh"] == "等待：税务部门（国税登记），第1天，共1个工作日"
    assert found[0].words["en"] == "Waiting for: Tax authority (National tax registration), day 1 of 1"
    assert {one.since for one in found} == {clock}


def test_a_part_without_a_calendar_says_so(office: Settings) -> None:
    ref = at_the_agencies(at("2026-12-31"))
    (told,) = asked(ref, LIN, at("2026-12-31")).waiting
    assert told.part == "organization_code"
    assert "2027年的工作日安排还没有录入" in told.words["zh"]


def test_every_action_of_the_table_is_explained_to_everybody(office: Settings, clock: datetime) -> None:
    ref = at_the_agencies(clock)
    for login in (LIN, "0418", "3302"):
        found = asked(ref, login, clock)
        assert [one.action for one in found.actions] == list(definition_of("establishment@4").actions)
        for one in found.actions:
            assert one.allowed == (not one.reasons)
            assert all(reason.words["zh"] and reason.words["en"] != reason.words["zh"] for reason in one.reasons)
            assert not [reason for reason in one.reasons if "{" in reason.words["zh"] + reason.words["en"]]


def test_what_stands_in_the_way_is_told_in_plain_words(office: Settings, clock: datetime) -> None:
    ref = filed(clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    found = asked(ref, DIRECTOR, clock)
    assert of(found, "extend").allowed
    assert of(found, "extend").needs == ("reason",)
    (elsewhere,) = of(found, "resume").reasons
    assert elsewhere.words["zh"] == "现在是“审查中”，这一步要在“中止”、“已申请恢复办理”的时候办理"
    assert (
        elsewhere.words["en"]
        == "The case is at “Under examination”; this step is taken at “On hold”, “Asked to resume”"
    )
    told = {reason.code: reason.words["en"] for reason in of(found, "approve").reasons}
    assert told["wrong_role"] == "This step is taken by: Examiner"
    assert told["not_claimed_by_actor"] == "Please claim it first"
    assert of(asked(ref, CLERK, clock), "approve").allowed


def test_an_applicant_is_not_told_what_a_clerk_has_still_to_look_at(office: Settings, clock: datetime) -> None:
    form = company()
    form["capital"] |= {"amount_wan": "90000000", "large_confirmed": True}
    form["shareholders"] = [
        {**one, "lines": [{**one["lines"][0], "amount_wan": str(30000000)}]} for one in form["shareholders"]
    ]
    owner = {"owner_relation": "equity", "owner_percent": "33"}
    form["owners"] = {"basis": "listed", "listed": [{"owner": key, **owner} for key in ("p1", "p2", "p3")]}
    ref = submitted("llc", form, registrar="330702", actor=actor_of(LIN), now=clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    inside, outside = (of(asked(ref, login, clock), "approve") for login in (DIRECTOR, LIN))
    assert {"wrong_role", "not_claimed_by_actor"} <= {reason.code for reason in inside.reasons}
    assert [reason.code for reason in outside.reasons] == ["wrong_role"]
    assert outside.needs == ()


def test_the_applicant_is_waited_for_too(office: Settings, clock: datetime) -> None:
    ref = draft("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock)
    assert waits(ref, LIN, clock) == [("等待：申请人、委托代理人", "Waiting for: Applicant, Agent")]
    filed_ref = submitted(
        "individual", individual(trade="婺州示例"), registrar="330702", actor=actor_of(LIN), now=clock
    )
    item = {"target": "section.domicile", "reason_code": "S01", "problem": "门牌号不完整", "remedy": "请补充"}
    act(filed_ref, "request_correction", actor=actor_of("0317"), now=clock, items=[item])
    assert waits(filed_ref, LIN, clock)[0][1].startswith("Waiting for: Applicant; ")
    act(filed_ref, "withdraw", actor=actor_of(LIN), now=clock)
    assert waits(filed_ref, LIN, clock) == []


def test_a_case_on_hold_and_one_without_a_calendar_say_so(office: Settings, clock: datetime) -> None:
    ref = filed(clock)
    act(ref, "claim", actor=actor_of(CLERK), now=clock)
    act(ref, "hold", actor=actor_of(DIRECTOR), now=clock, reason="诉讼", paper="（2026）浙0702民初1号")
    assert waits(ref, LIN, clock)[0][1] == "Waiting for: Director of the registrar; the clock stands still"
    late = submitted(
        "individual", individual(trade="婺州示例"), registrar="330702", actor=actor_of(LIN), now=at("2026-12-30")
    )
    assert waits(late, LIN, at("2026-12-30")) == [
        (
            "等待：综合窗口、审查员。2027年的工作日安排还没有录入，录入以后给出承诺时间",
            "Waiting for: Service window, Examiner. "
            "Nothing is promised yet: the working days of 2027 are not known here",
        )
    ]
