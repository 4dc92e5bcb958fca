"""Promises on the pages: whose turn it is, what is overdue, which calendar is missing, and why something is off."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from registration import clock
from registration.operations import promises
from registration.operations.act import act
from registration.web.present import alerts
from tests.fixtures.cases import actor_of, five_numbers, individual, submitted
from tests.fixtures.office import CLERK, DIRECTOR, LIN, file_in
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
LATER = timedelta(days=20)


def long_ago() -> str:
    """A file that was handed in weeks ago and lies with a clerk."""
    then = clock.now() - LATER
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=then)
    act(ref, "claim", actor=actor_of(CLERK), now=then)
    return ref


def test_a_broken_promise_comes_to_the_director(visit: Visit) -> None:
    ref, fresh = long_ago(), file_in(trade="听泉样例")
    assert ref not in words(visit(DIRECTOR).get("/desk/inbox?view=overdue"))
    promises.watch(now=clock.now())
    page = words(visit(DIRECTOR).get("/desk/inbox?view=overdue"))
    assert ref in page
    assert fresh not in page
    assert "超期已上报" in page
    assert "Reported" in words(visit(DIRECTOR, lang="en").get("/desk/inbox?view=overdue"))
    holder = words(visit(CLERK).get("/desk/inbox"))
    assert "超期已上报" in holder, "who has it sees it on the own list"
    assert "view=overdue" not in visit(CLERK).get("/desk/inbox").text


def test_the_applicant_is_told_too(visit: Visit) -> None:
    ref = long_ago()
    promises.watch(now=clock.now())
    page = words(visit(LIN).get(f"/applications/{ref}"))
    assert "超过承诺时间，已报告登记机关负责人" in page
    assert "等待：审查员，承诺3个工作日，已经超期" in page
    assert "Waiting for: Examiner, working days promised: 3, late by: " in words(
        visit(LIN, lang="en").get(f"/applications/{ref}")
    )


def test_an_agency_s_part_is_reported_to_the_director_of_the_office(visit: Visit) -> None:
    then = clock.now() - LATER
    ref = submitted("llc", five_numbers(), registrar="330784", actor=actor_of(LIN), now=then)
    act(ref, "accept", actor=actor_of("0417"), now=then)
    act(ref, "start", actor=actor_of("0418"), now=then)
    act(ref, "approve", actor=actor_of("0418"), now=then, opinion="符合")
    promises.watch(now=clock.now())
    assert "组织机构代码：超期已上报" in words(visit("0420").get("/desk/inbox?view=overdue"))
    assert "超期已上报" in words(visit("3301").get("/agencies/inbox"))
    assert "超期已上报" not in words(visit("3302").get("/agencies/inbox"))
    assert "等待：质量技术监督部门（组织机构代码）" in words(visit(LIN).get(f"/applications/{ref}"))


def test_the_desk_says_why_something_is_off(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    page = words(visit(CLERK).get(f"/desk/cases/{ref}/why"))
    assert "等待：审查员（0318号）" in page
    assert "这一步由登记机关负责人办理" in page
    assert "现在是“审查中”，这一步要在“中止”的时候办理" in page
    english = words(visit(CLERK, lang="en").get(f"/desk/cases/{ref}/why"))
    assert "This step is taken by: Director of the registrar" in english
    assert "To be filled in: " in english
    assert visit(LIN).get(f"/desk/cases/{ref}/why").status_code == 403


def test_a_missing_calendar_is_the_director_s_to_see(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "missing_year", lambda calendar, *, today: 2031)
    monkeypatch.setattr(alerts, "lacking_years", lambda session, *, registrar_code: {2030: 4})
    page = words(visit(DIRECTOR).get("/desk/inbox"))
    assert "2030年的工作日安排还没有录入，4件因此没有承诺时间" in page
    assert "2031年的工作日安排还没有录入" in page
    assert "The working days of 2031" in words(visit(DIRECTOR, lang="en").get("/desk/inbox"))
    assert "工作日安排" not in words(visit(CLERK).get("/desk/inbox"))
