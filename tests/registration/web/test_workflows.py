"""Tables on the web: versions and differences, and moves of live cases that two persons make under their own names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from registration import clock, database
from registration.errors import Conflict, Forbidden
from registration.matters import CURRENT
from registration.models import Application, DefinitionChange, HistoryEntry
from registration.operations import definition_changes, sweeps
from registration.operations.act import act
from registration.queries.history import DaySpan
from registration.queries.idle import last_worked_on
from registration.queries.integrity import Counted
from registration.queries.replays import differences
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.tables import own_tables, renamed, write_version
from tests.fixtures.visitor import Visitor, words

__all__ = ["own_tables"]

Visit = Callable[..., Visitor]
SYSADMIN, SECADMIN, AUDITOR, CLERK, DIRECTOR, LIN = "0904", "0901", "0903", "0318", "0320", "lin@example.cn"
OLD, NEW = CURRENT["establishment"], "establishment@9"
MOVES = "/admin/workflows/moves/new"


@pytest.fixture
def second(desk_app: Flask, own_tables: Path) -> str:
    """A second version: another name for the examination, and a day less for everybody."""

    def shorter(table: dict[str, Any]) -> None:
        for policy in table["clock"].values():
            policy["limit"] = "2wd"

    return write_version(own_tables, 9, renamed("under_examination", "examining"), shorter)


def filed(*, claimed: bool = True) -> str:
    ref = submitted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    if claimed:
        act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    return ref


def case_of(ref: str) -> Application:
    with database.reading() as session:
        return session.exec(select(Application).where(Application.ref == ref)).one()


def last_entry(ref: str) -> HistoryEntry:
    with database.reading() as session:
        query = select(HistoryEntry).where(HistoryEntry.application_id == case_of(ref).id)
        return session.exec(query.order_by(col(HistoryEntry.seq).desc())).all()[0]


def last_change() -> DefinitionChange:
    with database.reading() as session:
        return session.exec(select(DefinitionChange).order_by(col(DefinitionChange.id).desc())).all()[0]


def work_off() -> None:
    while sweeps.SWEEPS["move_cases"](now=clock.now()):
        pass


def planned(visitor: Visitor, **more: str) -> str:
    """The address of a plan that waits for a decision."""
    data = {"source": OLD, "target": NEW, "reason": "期限缩短", "registrar": "", "map.under_examination": "examining"}
    answer = visitor.post(MOVES, data=data | more)
    assert answer.status_code == 303
    return str(answer.location)


def test_a_move_is_planned_confirmed_and_made_under_the_persons_name(visit: Visit, second: str) -> None:
    ref, unclaimed = filed(), filed(claimed=False)
    administrator, other = visit(SYSADMIN), visit(SECADMIN)
    page = planned(administrator)
    shown = words(administrator.get(page))
    assert "可以迁移 2" in shown
    assert "期限会提前" in shown
    assert "等待决定" in shown
    assert case_of(ref).definition == OLD
    assert administrator.post(page, decision="confirm").status_code == 403
    assert "流程表 1" in words(other.get("/admin/accounts"))
    assert other.post(page, decision="refuse", words="").status_code == 422
    assert other.post(page, decision="confirm").status_code == 303
    work_off()

    assert (case_of(ref).definition, case_of(ref).state) == (NEW, "examining")
    entry = last_entry(ref)
    assert (entry.actor, entry.role) == (f"staff:{SYSADMIN}", "sysadmin")
    assert entry.data["confirmed_by"] == f"staff:{SECADMIN}"
    assert "by" not in entry.data
    with database.reading() as session:
        assert list(differences(session, DaySpan(ref=ref), counted=Counted())) == []
    told = words(visit(CLERK).get(f"/desk/cases/{ref}/history"))
    assert "0904号" in told
    assert "由谁同意：0901号" in told
    assert "已经迁移 2" in words(administrator.get(page))

    # One goes on under the new table; a revert leaves it there and takes the other back.
    act(ref, "approve", actor=actor_of(CLERK), now=clock.now(), opinion="符合")
    assert administrator.post(f"{page}/revert", reason="").status_code == 422
    assert administrator.post(f"{page}/revert", reason="有误").status_code == 303
    work_off()
    assert (case_of(ref).definition, case_of(unclaimed).definition) == (NEW, OLD)
    assert last_entry(unclaimed).actor == f"staff:{SYSADMIN}"
    found = words(administrator.get(page))
    assert "已经回到原版本 1" in found
    assert "已经继续办理，留在新版本 1" in found
    audit = words(visit(AUDITOR).get("/admin/audit?tag=definition_change:"))
    assert all(said in audit for said in ("提出迁移或者启用", "同意迁移或者启用", "撤回迁移", "有误"))


def test_a_state_that_is_gone_is_asked_for_and_a_case_without_it_stays(visit: Visit, second: str) -> None:
    ref = filed()
    administrator, other = visit(SYSADMIN), visit(SECADMIN)
    offered = administrator.get(f"{MOVES}?source={OLD}&target={NEW}")
    assert 'name="map.under_examination"' in offered.text
    page = planned(administrator, **{"map.under_examination": ""})
    shown = words(administrator.get(page))
    assert "不能迁移 1" in shown
    assert "请指明去处" in shown
    other.post(page, decision="confirm")
    work_off()
    assert case_of(ref).definition == OLD
    assert "不能迁移 1" in words(administrator.get(f"{page}?outcome=stays"))


def test_what_cannot_be_planned_is_refused_with_what_to_do_and_keeps_what_was_typed(visit: Visit, second: str) -> None:
    administrator = visit(SYSADMIN)
    nothing = administrator.post(MOVES, source=OLD, target=NEW, reason="期限缩短")
    assert nothing.status_code == 422
    assert "没有在办申请" in words(nothing)
    filed()
    for data, told in (
        ({"source": OLD, "target": OLD, "reason": "x"}, "另一个版本"),
        ({"source": OLD, "target": "establishment@77", "reason": "x"}, "请"),
        ({"source": OLD, "target": NEW, "reason": " "}, "请写明理由"),
        ({"source": OLD, "target": NEW, "reason": "x", "registrar": "999999"}, "请"),
    ):
        answer = administrator.post(MOVES, data=data)
        assert answer.status_code == 422, data
        assert told in words(answer)
    kept = administrator.post(MOVES, source=OLD, target=OLD, reason="写好的理由")
    assert "写好的理由" in kept.text
    planned(administrator)
    assert "还没有办完" in words(administrator.post(MOVES, source=OLD, target=NEW, reason="再来"))


@pytest.mark.thorough
def test_a_plan_of_many_cases_is_continued_by_the_sweeper(
    visit: Visit, second: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from registration.web import workflows

    monkeypatch.setattr(workflows, "SECONDS", 0.0)
    filed()
    administrator = visit(SYSADMIN)
    page = planned(administrator)
    assert "0 / 1件" in words(administrator.get(page))
    change = last_change()
    with pytest.raises(Conflict, match="move_is_planned"):
        definition_changes.decide(change.ref, "confirm", words="", actor=actor_of(SECADMIN), now=clock.now())
    work_off()
    assert last_change().status == "open"
    assert administrator.post(page, decision="withdraw").status_code == 303
    assert last_change().status == "withdrawn"
    assert administrator.post(f"{page}/revert", reason="x").status_code == 409


def test_the_table_of_new_cases_takes_two_persons(visit: Visit, second: str) -> None:
    administrator, other = visit(SYSADMIN), visit(SECADMIN)
    assert administrator.post("/admin/workflows/use", registrar="330702", key=OLD, reason="x").status_code == 422
    made = administrator.post("/admin/workflows/use", registrar="330702", key=NEW, reason="试行")
    assert made.status_code == 303
    assert case_of(filed(claimed=False)).definition == OLD
    assert other.post(made.location, decision="confirm").status_code == 303
    assert case_of(filed(claimed=False)).definition == NEW
    assert NEW in words(administrator.get("/admin/workflows"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_versions_a_diagram_and_the_differences_in_words(visit: Visit, second: str, lang: str) -> None:
    filed()
    auditor = visit(AUDITOR, lang=lang)
    listed = words(auditor.get("/admin/workflows"))
    assert all(key in listed for key in (OLD, NEW, "establishment@1"))
    table = auditor.get(f"/admin/workflows/tables/{OLD}?zoom=200")
    assert "<svg" in table.text
    assert ("没有问题" if lang == "zh" else "No faults") in words(table)
    picture = auditor.get(f"/admin/workflows/tables/{OLD}/diagram.svg")
    assert picture.mimetype == "image/svg+xml"
    compared = words(auditor.get(f"/admin/workflows/compare?old={OLD}&new={NEW}"))
    assert "examining" in compared
    assert "2wd" in compared
    assert auditor.get("/admin/workflows/tables/establishment@77").status_code == 404


def test_who_may_not_and_no_administrator_opens_a_case(visit: Visit, second: str) -> None:
    ref = filed()
    page = planned(visit(SYSADMIN))
    for login in (CLERK, DIRECTOR, LIN):
        assert visit(login).get("/admin/workflows").status_code == 403
        assert visit(login).post(page, decision="confirm").status_code == 403
    for login in (SECADMIN, AUDITOR):
        assert visit(login).get(MOVES).status_code == 403
        assert visit(login).post(f"{page}/revert", reason="x").status_code == 403
    assert visit(AUDITOR).post(page, decision="confirm").status_code == 403
    with pytest.raises(Forbidden):
        definition_changes.propose_use(NEW, "330702", reason="x", actor=actor_of(DIRECTOR), now=clock.now())
    for login in (SYSADMIN, SECADMIN):
        assert visit(login).get(f"/desk/cases/{ref}").status_code in (403, 404)
        assert ref in visit(login).get(page).text
        assert "申请人" not in words(visit(login).get(page))


@pytest.mark.thorough
def test_a_move_is_no_work_of_the_office_on_the_file(visit: Visit, desk_app: Flask, own_tables: Path) -> None:
    """A claim that nobody works on expires although an administrator moves its case."""
    write_version(own_tables, 9)
    ref = filed()
    with database.reading() as session:
        before = last_worked_on(session, case_of(ref))
    page = planned(visit(SYSADMIN), **{"map.under_examination": ""})
    visit(SECADMIN).post(page, decision="confirm")
    work_off()
    assert case_of(ref).definition == NEW
    with database.reading() as session:
        assert last_worked_on(session, case_of(ref)) == before
