"""A person who was named without consent stops the case with one report: nothing goes on, also no licence, until the
director decides. The report tells the applicant nothing but that it is there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from registration import clock, database, tasks
from registration.errors import ActionRefused, Conflict, Forbidden, NotFound
from registration.matters import CURRENT, definition_of
from registration.models import Application, AuditEntry, Licence, Message, MisuseReport, Party
from registration.operations import issue, misuse, reminders, sign
from registration.operations.act import act
from registration.operations.sweeps import deem_accepted, lapse_corrections
from tests.fixtures.cases import actor_of, at_the_agencies, company, draft, file_of, submitted
from tests.fixtures.database import sqlite_only
from tests.fixtures.office import CLERK, DIRECTOR, LIN, case_of
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]
TOLD = {"words": "从没听说过这家公司，身份证去年丢过", "contact": "0579-82000009"}

database_url = sqlite_only


def link_of(ref: str, key: str = "p2") -> str:
    """The link that a party got when signatures were asked for; a submitted case gives out no other."""
    with database.transaction() as session:
        case = session.exec(select(Application).where(Application.ref == ref)).one()
        found = session.exec(select(Party).where(Party.application_id == case.id, Party.person_key == key)).one()
        return sign.open_link(found, now=clock.now())


def signing() -> str:
    ref = draft("llc", company(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    act(ref, "request_signatures", actor=actor_of(LIN), now=clock.now())
    return ref


def filed(*steps: str) -> str:
    ref = submitted("llc", company(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    for step in steps:
        act(ref, step, actor=actor_of(CLERK), now=clock.now(), opinion="符合法定形式")
    return ref


def reported(ref: str) -> str:
    """Reports with the link of the second person; returns the report's reference."""
    misuse.report(link_of(ref), now=clock.now(), **TOLD)
    with database.reading() as session:
        return session.exec(select(MisuseReport.ref).order_by(col(MisuseReport.id).desc())).first() or ""


def blockers(ref: str, action: str, login: str, **inputs: Any) -> set[str]:
    with pytest.raises(ActionRefused) as refused:
        act(ref, action, actor=actor_of(login), now=clock.now(), **inputs)
    return {one.code for one in refused.value.blockers}


def test_every_row_of_the_table_waits_or_is_the_decision() -> None:
    """A row that is added later without the guard would be a way past the stop."""
    table = definition_of(CURRENT["establishment"])
    decisions = {"report_misuse", "lift_stop", "reject"}
    free = {row.action for row in table.rows if "misuse_is_settled" not in row.guards}
    assert free == decisions
    rejects = [row for row in table.rows if row.action == "reject"]
    assert all(any(one.name == "misuse_reported" for one in row.conditions) for row in rejects)
    on_a_report = [row for row in rejects if any(one.holds for one in row.conditions if one.name == "misuse_reported")]
    assert on_a_report
    assert {row.by for row in on_a_report} == {("director",)}
    parts = table.parts
    assert parts is not None
    officers = [row for row in parts.rows if row.by == ("agency",)]
    assert officers
    assert all("misuse_is_settled" in row.guards for row in officers)


def test_nobody_signs_and_the_applicant_cannot_go_on(app: Any) -> None:
    ref = signing()
    reported(ref)
    for action in ("reopen", "withdraw"):
        assert blockers(ref, action, LIN) == {"misuse_is_reported"}
    other = file_of(ref, actor=actor_of(LIN), now=clock.now()).signatures[0].party.ref
    with pytest.raises(Conflict, match="misuse_is_reported"):
        reminders.remind(ref, other, channel="mail", actor=actor_of(LIN), now=clock.now())


def test_the_office_cannot_go_on_either(app: Any) -> None:
    ref = filed("claim")
    reported(ref)
    assert "misuse_is_reported" in blockers(ref, "approve", CLERK, opinion="符合")
    assert "misuse_is_reported" in blockers(ref, "release", CLERK)
    # Only the director refuses a reported case.
    assert "wrong_role" in blockers(ref, "reject", CLERK, reason_code="R08", reason="冒用他人身份")


@pytest.mark.thorough
def test_a_licence_that_is_being_made_is_not_recorded(app: Any) -> None:
    """The report comes while the worker renders: without its message the worker records nothing."""
    ref = filed("claim", "approve")
    case = case_of(ref)
    with database.reading() as session:
        message = session.exec(select(Message.id).where(Message.effect == "issue.licence")).one()
    sheets = issue.prepare(case.id, now=clock.now())
    report = reported(ref)
    made = [issue.MadeSheet(one.licence_id, "0" * 64, "x", 1, "s", "d", "f") for one in sheets]
    assert issue.record(message or 0, case.id, made, now=clock.now()) is False
    work_off()
    assert case_of(ref).state == "approved"
    with database.reading() as session:
        assert {one.status for one in session.exec(select(Licence)).all()} == {"prepared"}

    misuse.decide(report, "lift_stop", actor=actor_of(DIRECTOR), now=clock.now(), reason="已当面核实，本人同意")
    work_off()
    assert case_of(ref).state in ("licence_issued", "shared")


@pytest.mark.thorough
def test_an_approved_case_that_is_refused_has_no_licence(app: Any) -> None:
    ref = filed("claim", "approve")
    issue.prepare(case_of(ref).id, now=clock.now())
    report = reported(ref)
    outcome = misuse.decide(
        report, "reject", actor=actor_of(DIRECTOR), now=clock.now(), reason="本人否认，笔迹不符", reason_code="R08"
    )
    assert outcome.target == "rejected"
    work_off(papers=True)
    with database.reading() as session:
        assert session.exec(select(Licence)).all() == []
        assert session.exec(select(Message)).all() == []
    assert "refusal" in {one.kind for one in file_of(ref, actor=actor_of(LIN), now=clock.now()).papers}


def test_no_sweep_goes_on(app: Any) -> None:
    ref = filed("claim")
    item = {"target": "section.domicile", "reason_code": "S01", "problem": "门牌号不完整", "remedy": "请补充室号"}
    act(ref, "request_correction", actor=actor_of(CLERK), now=clock.now(), items=[item])
    reported(ref)
    lapse_corrections(now=clock.now() + timedelta(days=90))
    deem_accepted(now=clock.now() + timedelta(days=90))
    assert case_of(ref).state == "correction_requested"


def test_no_agency_goes_on(app: Any) -> None:
    ref = at_the_agencies(clock.now())
    reported(ref)
    with pytest.raises(ActionRefused) as refused:
        act(ref, "claim", actor=actor_of("3301"), now=clock.now(), part="organization_code")
    assert {one.code for one in refused.value.blockers} == {"misuse_is_reported"}


def test_only_the_registrars_own_director_decides_and_with_a_reason(app: Any) -> None:
    report = reported(signing())
    with pytest.raises(NotFound):
        misuse.decide(report, "lift_stop", actor=actor_of("0217"), now=clock.now(), reason="核实")
    for login in (CLERK, LIN):
        with pytest.raises((Forbidden, NotFound)):
            misuse.decide(report, "lift_stop", actor=actor_of(login), now=clock.now(), reason="核实")
    with pytest.raises(ActionRefused) as refused:
        misuse.decide(report, "lift_stop", actor=actor_of(DIRECTOR), now=clock.now(), reason=" ")
    assert {one.code for one in refused.value.blockers} == {"reason_is_missing"}
    with pytest.raises(NotFound):
        misuse.decide(report, "approve", actor=actor_of(DIRECTOR), now=clock.now(), reason="核实")


def test_the_report_is_made_once_and_leaves_lines(app: Any) -> None:
    ref = signing()
    report = reported(ref)
    with pytest.raises(Conflict, match="misuse_reported_already"):
        reported(ref)
    misuse.decide(report, "lift_stop", actor=actor_of(DIRECTOR), now=clock.now(), reason="已核实")
    assert case_of(ref).misuse_reported_at is None
    history = file_of(ref, actor=actor_of(LIN), now=clock.now()).history
    assert [one.tag for one in history][-2:] == ["application:report_misuse", "application:lift_stop"]
    assert history[-1].data["reason"] == "已核实"
    with database.reading() as session:
        tags = [one.tag for one in session.exec(select(AuditEntry)).all() if one.tag.startswith("misuse:")]
    assert tags == ["misuse:report", "misuse:lifted"]


def test_what_the_person_wrote_is_for_the_office_alone(visit: Visit) -> None:
    ref = signing()
    work_off()
    link = f"/sign/{link_of(ref)}"
    somebody = visit()
    assert "这不是我" in words(somebody.get(link))
    unsure = somebody.post(f"{link}/misuse", **TOLD)
    assert unsure.status_code == 422
    assert TOLD["words"] in unsure.text
    assert somebody.post(f"{link}/misuse", sure="yes", **TOLD).location == f"{link}/misuse"
    assert "登记机关已经收到您的报告" in words(somebody.get(f"{link}/misuse"))
    work_off()
    with database.reading() as session:
        stored = session.exec(select(MisuseReport)).one()
    assert TOLD["words"] not in stored.words
    assert TOLD["contact"] not in stored.contact
    lin = visit(LIN)
    for page in (f"/applications/{ref}", f"/applications/{ref}/signatures"):
        text = words(lin.get(page))
        assert "暂停办理，等待核实" in text
        assert TOLD["words"] not in text
        assert TOLD["contact"] not in text
    clerk = visit(CLERK).get("/desk/reports")
    assert clerk.status_code == 403

    director = visit(DIRECTOR)
    inbox = words(director.get("/desk/inbox"))
    assert "冒用报告 1" in inbox
    listed = director.get("/desk/reports")
    assert TOLD["words"] in listed.text
    assert TOLD["contact"] in listed.text
    report = stored.ref
    nothing = director.post(f"/desk/reports/{report}", decision="reject", reason="本人否认")
    assert nothing.status_code == 409
    assert "法定理由" in words(nothing)
    assert "本人否认" in nothing.text
    ended = director.post(f"/desk/reports/{report}", decision="reject", reason="本人否认", reason_code="R08")
    assert ended.location == "/desk/reports"
    assert case_of(ref).state == "rejected"
    assert "本人否认" in words(lin.get(f"/applications/{ref}"))


def test_the_desk_shows_a_stopped_case(visit: Visit) -> None:
    ref = filed("claim")
    reported(ref)
    clerk = visit(CLERK)
    assert "冒用报告，暂停" in words(clerk.get("/desk/inbox?view=mine"))
    assert "有人报告身份被冒用，暂停办理" in words(clerk.get(f"/desk/cases/{ref}"))
    assert "notify.misuse" in tasks.TASKS


def test_the_applicants_page_offers_nothing_that_is_refused(visit: Visit) -> None:
    """Beside the stop there is no talk of missing signatures, of links to send, of going back to edit."""
    ref = signing()
    before = words(visit(LIN).get(f"/applications/{ref}"))
    assert "还差3人签名" in before
    reported(ref)
    page = words(visit(LIN).get(f"/applications/{ref}"))
    assert "您现在可以做什么" in page
    assert "登记机关负责人，正在核实" in page
    for refused in ("还差", "签名链接", "返回修改", "撤回", "等待全部签名"):
        assert refused not in page
