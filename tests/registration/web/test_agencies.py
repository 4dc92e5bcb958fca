"""The agencies' desk: each officer sees the own part of a case, the own fields, and nothing of anybody else's."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlmodel import select

from registration import clock, database
from registration.models import Application, Part
from registration.operations.act import act
from registration.web.present.graph import graph_of
from registration.web.present.part_waits import waits_of
from tests.fixtures.cases import actor_of, file_of, five_numbers, person, submitted
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
ZHOU = "zhou@example.cn"
WINDOW, EXAMINER = "0417", "0418"
QUALITY, NATIONAL, LOCAL, SOCIAL, STATISTICS = "3301", "3302", "3303", "3304", "3305"
KEYS = {
    QUALITY: "organization_code",
    NATIONAL: "national_tax",
    LOCAL: "local_tax",
    SOCIAL: "social_insurance",
    STATISTICS: "statistics",
}


def with_the_agencies(*, now: datetime | None = None) -> str:
    now = now or clock.now()
    ref = submitted("llc", five_numbers(), registrar="330784", actor=actor_of(ZHOU), now=now)
    act(ref, "accept", actor=actor_of(WINDOW), now=now)
    act(ref, "start", actor=actor_of(EXAMINER), now=now)
    act(ref, "approve", actor=actor_of(EXAMINER), now=now, opinion="符合法定形式")
    return ref


def part_of(ref: str, login: str) -> Part:
    with database.reading() as session:
        return session.exec(select(Part).join(Application).where(Part.key == KEYS[login], Application.ref == ref)).one()


def take(visitor: Visitor, ref: str, login: str, action: str, **data: str) -> int:
    return visitor.post(f"/agencies/cases/{ref}/{KEYS[login]}/act/{action}", **data).status_code


def assign(visit: Visit, ref: str, *logins: str) -> None:
    for login in logins:
        officer = visit(login)
        assert take(officer, ref, login, "claim") == 303
        assert take(officer, ref, login, "assign") == 303


def test_a_part_appears_when_those_before_it_are_done(visit: Visit) -> None:
    ref = with_the_agencies()
    assert ref in words(visit(QUALITY).get("/agencies/inbox"))
    tax = visit(NATIONAL)
    assert ref not in words(tax.get("/agencies/inbox"))
    assert "待前置" in words(tax.get("/agencies/inbox?view=all"))
    assign(visit, ref, QUALITY)
    assert ref in words(tax.get("/agencies/inbox"))
    page = words(visit(QUALITY).get(f"/agencies/cases/{ref}/organization_code"))
    assert str(part_of(ref, QUALITY).number) in page
    assert "已赋号" in page


def test_an_officer_sees_the_own_part_and_the_own_fields(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    social = visit(SOCIAL)
    assert "完整显示" not in words(social.get(f"/agencies/cases/{ref}/social_insurance"))
    assert take(social, ref, SOCIAL, "claim") == 303
    page = social.get(f"/agencies/cases/{ref}/social_insurance")
    assert "完整显示" in words(page)
    for hidden in (person("p1")["id_no"], person("p2")["id_no"], "13800000001"):
        assert hidden not in page.text
    assert take(social, ref, SOCIAL, "assign") == 303
    assign(visit, ref, NATIONAL, LOCAL)
    statistics = visit(STATISTICS)
    page = statistics.get(f"/agencies/cases/{ref}/statistics")
    assert "软件开发" in page.text
    for hidden in (person("p1")["id_no"], "13800000001", "样例路1号"):
        assert hidden not in page.text
    assert statistics.get(f"/agencies/cases/{ref}/national_tax").status_code == 404
    assert statistics.get(f"/desk/cases/{ref}").status_code == 403


@pytest.mark.parametrize("login", ["0318", "0417", ZHOU, ""])
def test_nobody_else_enters(visit: Visit, login: str) -> None:
    ref = with_the_agencies()
    stranger = visit(login)
    for path in ("/agencies/inbox", f"/agencies/cases/{ref}/organization_code"):
        answer = stranger.get(path)
        assert answer.status_code in (303, 403, 404)
        assert "双溪样例" not in answer.text
    assert stranger.post(f"/agencies/cases/{ref}/organization_code/act/claim").status_code in (401, 403, 404)
    assert part_of(ref, QUALITY).state == "pending"


def test_a_typed_number_is_judged_and_an_empty_one_is_made(visit: Visit) -> None:
    ref = with_the_agencies()
    officer = visit(QUALITY)
    assert take(officer, ref, QUALITY, "claim") == 303
    asked = officer.get(f"/agencies/cases/{ref}/organization_code/ask/assign")
    assert "留空由系统按编码规则赋号" in words(asked)
    wrong = officer.post(f"/agencies/cases/{ref}/organization_code/act/assign", number="MAT00001-9")
    assert wrong.status_code == 409
    assert 'href="#number"' in wrong.text
    assert "MAT00001-9" in wrong.text
    assert take(officer, ref, QUALITY, "assign") == 303
    assert re.fullmatch(r"[0-9A-Z]{9}", part_of(ref, QUALITY).number or "")


def test_an_objection_needs_a_reason_and_comes_to_the_window(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    tax = visit(NATIONAL)
    assert take(tax, ref, NATIONAL, "claim") == 303
    assert take(tax, ref, NATIONAL, "object") == 409
    assert take(tax, ref, NATIONAL, "object", reason="法定代表人为非正常户") == 303
    assert part_of(ref, NATIONAL).state == "objected"

    window = visit(WINDOW)
    page = words(window.get(f"/desk/cases/{ref}/parts"))
    assert "国税登记有异议，请窗口决定" in page
    assert "法定代表人为非正常户" in page
    version = file_of(ref, actor=actor_of(WINDOW), now=clock.now()).case.version
    overruled = window.post(
        f"/desk/cases/{ref}/act/objection_overruled", version=str(version), reason="已于昨日解除非正常户"
    )
    assert overruled.status_code == 303
    assert part_of(ref, NATIONAL).state == "pending"
    told = words(tax.get(f"/agencies/cases/{ref}/national_tax"))
    assert "异议不成立" in told
    assert "已于昨日解除非正常户" in told
    assert "由窗口或者登记机关负责人决定" not in told


def test_an_objection_is_in_the_list_of_whom_must_decide_it(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    tax = visit(NATIONAL)
    window = visit(WINDOW)
    assert ref in words(window.get("/desk/inbox?view=waiting"))
    take(tax, ref, NATIONAL, "claim")
    take(tax, ref, NATIONAL, "object", reason="法定代表人为非正常户")
    listed = window.get("/desk/inbox?view=objections")
    assert ref in words(listed)
    assert "部门有异议 1" in words(listed)
    assert ref not in words(window.get("/desk/inbox?view=waiting"))
    version = str(file_of(ref, actor=actor_of(WINDOW), now=clock.now()).case.version)
    window.post(f"/desk/cases/{ref}/act/objection_overruled", version=version, reason="已解除")
    assert ref not in words(window.get("/desk/inbox?view=objections"))
    assert ref in words(window.get("/desk/inbox?view=waiting"))


def test_an_objection_that_stands_goes_to_the_applicant(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    tax = visit(NATIONAL)
    take(tax, ref, NATIONAL, "claim")
    take(tax, ref, NATIONAL, "object", reason="经营范围与税种不符")
    window = visit(WINDOW)
    version = str(file_of(ref, actor=actor_of(WINDOW), now=clock.now()).case.version)
    marked = {
        "mark.section.scope": "bad",
        "why.section.scope": "S09",
        "what.section.scope": "缺少许可项目",
        "how.section.scope": "请改选",
    }
    upheld = window.post(f"/desk/cases/{ref}/act/objection_upheld", version=version, data=marked)
    assert upheld.status_code == 303
    case = file_of(ref, actor=actor_of(ZHOU), now=clock.now()).case
    assert case.state == "correction_requested"
    told = words(tax.get(f"/agencies/cases/{ref}/national_tax"))
    assert "异议成立" in told
    assert "由窗口或者登记机关负责人决定" not in told


def test_a_part_may_be_given_back_or_waived(visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY)
    officer = visit(LOCAL)
    take(officer, ref, LOCAL, "claim")
    assert take(officer, ref, LOCAL, "release") == 303
    assert part_of(ref, LOCAL).holder_id is None
    take(officer, ref, LOCAL, "claim")
    assert take(officer, ref, LOCAL, "waive") == 409
    assert take(officer, ref, LOCAL, "waive", reason="国税地税合办") == 303
    assert part_of(ref, LOCAL).state == "waived"
    again = officer.post(f"/agencies/cases/{ref}/local_tax/act/waive", reason="再次")
    assert again.status_code == 409


def test_a_number_that_the_licence_prints_is_not_waived(visit: Visit) -> None:
    ref = with_the_agencies()
    officer = visit(QUALITY)
    take(officer, ref, QUALITY, "claim")
    assert take(officer, ref, QUALITY, "waive", reason="已有组织机构代码") == 409
    assert part_of(ref, QUALITY).state == "claimed"


def test_the_graph_runs_left_to_right_and_turns_green(desk_app: Flask, visit: Visit) -> None:
    ref = with_the_agencies()
    assign(visit, ref, QUALITY, LOCAL)
    file = file_of(ref, actor=actor_of(WINDOW), now=clock.now())
    with desk_app.test_request_context():
        graph = graph_of(file.case, file.parts, waits_of(file.case, file.parts, now=clock.now()))
    assert graph is not None
    columns: dict[float, list[str]] = {}
    for node in graph.nodes:
        columns.setdefault(node.x, []).append(node.label)
    assert list(columns.values()) == [
        ["登记机关"],
        ["组织机构代码"],
        ["国税登记", "地税登记", "社会保险登记"],
        ["统计登记"],
        ["制照"],
    ]
    assert {node.label for node in graph.nodes if node.kind == "ok"} == {"登记机关", "组织机构代码", "地税登记"}
    assert sum(edge.line == "lok" for edge in graph.edges) == 1 + 3 + 1
    assert max(node.end for node in graph.nodes) <= graph.width
    assert "国税登记：待办" in graph.description


def test_the_agencies_desk_speaks_english(visit: Visit) -> None:
    ref = with_the_agencies()
    page = words(visit(QUALITY, lang="en").get(f"/agencies/cases/{ref}/organization_code"))
    assert "Only what your agency needs is shown." in page
    assert "National tax registration" in page


def test_no_agency_waits_for_a_calendar_that_is_not_published(visit: Visit) -> None:
    ref = with_the_agencies(now=datetime(2026, 12, 31, 3, tzinfo=UTC))
    assert part_of(ref, QUALITY).state == "pending"
    assert visit(QUALITY).get(f"/agencies/cases/{ref}/organization_code").status_code == 200
