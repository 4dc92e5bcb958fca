"""A refusal rests on law that is in force, and on what has happened in the case."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from registration import database
from registration.errors import ActionRefused
from registration.models import Paper
from registration.operations import apply
from registration.operations.act import act
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, five_numbers, individual, nameless, sign_all, submitted
from tests.fixtures.visitor import work_off

LIN = "lin@example.cn"


def paper_of(kind: str) -> dict[str, Any]:
    work_off(papers=True)
    with database.reading() as session:
        paper = session.exec(select(Paper).where(Paper.kind == kind).order_by(col(Paper.id).desc())).first()
    assert paper is not None
    return paper.content


def under_examination(kind: str, form: dict[str, Any], now: datetime, *, registrar: str = "330702") -> tuple[str, Any]:
    ref = submitted(kind, form, registrar=registrar, actor=actor_of(LIN), now=now)
    if registrar == "330784":
        act(ref, "accept", actor=actor_of("0417"), now=now)
        act(ref, "start", actor=actor_of("0418"), now=now)
        return ref, actor_of("0418")
    act(ref, "claim", actor=actor_of("0318"), now=now)
    return ref, actor_of("0318")


def corrected(ref: str, clerk: Any, target: str, *, now: datetime) -> None:
    """One notice about the target, answered by something else."""
    item = {"target": target, "reason_code": "S99", "problem": "请核对", "remedy": "请核对后提交"}
    act(ref, "request_correction", actor=clerk, now=now, items=[item])
    section = target.partition(".")[2]
    if section == "capital":
        apply.save_section(ref, "capital", company()["capital"] | {"copies": 2}, actor=actor_of(LIN), now=now)
    sign_all(ref, actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of("0318"), now=now)


def refused_for(ref: str, clerk: Any, code: str, *, now: datetime) -> str:
    with pytest.raises(ActionRefused) as refused:
        act(ref, "reject", actor=clerk, now=now, reason_code=code, reason="不符合规定")
    found: str = next(one.code for one in refused.value.blockers)
    return found


@pytest.mark.parametrize("code", ["R02", "R07"])
def test_a_reason_without_ground_or_request_is_refused(office: Settings, clock: datetime, code: str) -> None:
    ref, clerk = under_examination("llc", company(), clock)
    assert refused_for(ref, clerk, code, now=clock) == "reason_code_is_impossible"


def test_capital_is_a_reason_once_its_adjustment_was_asked_for(office: Settings, clock: datetime) -> None:
    ref, clerk = under_examination("llc", company(), clock)
    corrected(ref, clerk, "section.capital", now=clock)
    act(ref, "reject", actor=clerk, now=clock, reason_code="R02", reason="注册资本明显异常，未作调整")
    (row,) = paper_of("refusal")["rows"]
    assert row[2] == "《公司登记管理实施办法》第十九条第二项"


def test_incomplete_documents_are_no_reason_under_the_present_law(office: Settings, clock: datetime) -> None:
    """Regulation art. 20 does not know it: the file goes back with a notice as often as it must (art. 19)."""
    ref, clerk = under_examination("llc", company(), clock)
    corrected(ref, clerk, "section.capital", now=clock)
    assert refused_for(ref, clerk, "R07", now=clock) == "reason_code_is_impossible"


@pytest.mark.parametrize("code", ["R02", "R06"])
def test_what_binds_companies_is_no_reason_against_an_individual(office: Settings, clock: datetime, code: str) -> None:
    ref, clerk = under_examination("individual", individual(), clock)
    assert refused_for(ref, clerk, code, now=clock) == "reason_code_is_impossible"


def test_without_a_name_the_name_is_no_reason(office: Settings, clock: datetime) -> None:
    ref, clerk = under_examination("individual", nameless(), clock)
    assert refused_for(ref, clerk, "R01", now=clock) == "reason_code_is_impossible"


@pytest.mark.thorough
def test_the_model_of_2015_refuses_by_the_law_of_2015(office: Settings, clock: datetime) -> None:
    ref, clerk = under_examination("llc", five_numbers(), clock, registrar="330784")
    for code in ("R02", "R04", "R05", "R07"):
        assert refused_for(ref, clerk, code, now=clock) == "reason_code_is_impossible"
    act(ref, "reject", actor=clerk, now=clock, reason_code="R01", reason="字号与他人相同")
    paper = paper_of("refusal")
    assert paper["title"] == "登记驳回通知书"
    assert paper["rows"][0][2] == (
        "《公司登记管理条例》（2014年修订）第十一条、《企业名称登记管理规定》（2012年修订）第九条"
    )
    (remedy,) = paper["after"]
    assert "永康市人民政府或者上一级主管部门" in remedy
    assert "永康市人民法院" in remedy
    assert "《行政复议法》第九条、第十二条、《行政诉讼法》第四十六条" in remedy


def test_a_refusal_names_the_body_and_the_court(office: Settings, clock: datetime) -> None:
    ref, clerk = under_examination("llc", company(), clock)
    act(ref, "reject", actor=clerk, now=clock, reason_code="R01", reason="字号误导公众")
    (remedy,) = paper_of("refusal")["after"]
    assert "60日内向金华市婺城区人民政府申请行政复议" in remedy
    assert "6个月内向金华市婺城区人民法院提起行政诉讼" in remedy


@pytest.mark.thorough
def test_a_receipt_of_2015_promises_no_end(office: Settings, clock: datetime) -> None:
    submitted("llc", five_numbers(), registrar="330784", actor=actor_of(LIN), now=clock)
    (text,) = paper_of("receipt")["before"]
    assert "决定是否受理" in text
    assert "办结。" not in text
    submitted("llc", company(trade="枫桥望月"), registrar="330702", actor=actor_of(LIN), now=clock)
    (text,) = paper_of("receipt")["before"]
    assert "（含当日）办结" in text


@pytest.mark.thorough
def test_an_acceptance_of_2015_cites_the_regulation_of_2014(office: Settings, clock: datetime) -> None:
    under_examination("llc", five_numbers(), clock, registrar="330784")
    rows = dict(map(tuple, paper_of("acceptance")["rows"]))
    assert rows["依据"] == "《公司登记管理条例》（2014年修订）第五十一条；《行政许可法》第三十二条"
    assert rows["办结期限"].endswith("（含当日）")


@pytest.mark.thorough
def test_an_extension_names_its_article(office: Settings, clock: datetime) -> None:
    ref, _ = under_examination("llc", company(), clock)
    act(ref, "extend", actor=actor_of("0320"), now=clock, reason="需要核实")
    rows = dict(map(tuple, paper_of("extension")["rows"]))
    assert "《市场主体登记管理条例》第十九条" in rows["依据"]
    assert rows["新的办结期限"].endswith("（含当日）")


def test_a_hold_gives_its_paper_and_ends_when_the_applicant_asks(office: Settings, clock: datetime) -> None:
    ref, _ = under_examination("llc", company(), clock)
    director, lin = actor_of("0320"), actor_of(LIN)
    case: dict[str, Any] = {"reason": "股东资格诉讼", "paper": "（2026）浙0702民初1号"}
    act(ref, "hold", actor=director, now=clock, **case)
    paper = paper_of("hold")
    assert dict(map(tuple, paper["rows"]))["依据"] == "《市场主体登记管理条例实施细则》第十九条第二款"
    assert "申请恢复办理" in paper["after"][0]
    later = clock + timedelta(days=20)
    with pytest.raises(ActionRefused):
        act(ref, "ask_to_resume", actor=lin, now=later, reason="已经撤诉")
    ended: dict[str, Any] = {"reason": "已经撤诉", "paper": "（2026）浙0702民初1号裁定"}
    assert act(ref, "ask_to_resume", actor=lin, now=later, **ended).target == "resumption_asked"
    assert act(ref, "resume", actor=director, now=later, reason="诉讼终结").target == "under_examination"
