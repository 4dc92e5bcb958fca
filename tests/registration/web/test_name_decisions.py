"""The examiner decides at the desk on a name that the rules leave open."""

from collections.abc import Callable

from werkzeug.test import TestResponse

from registration import clock
from registration.operations.act import act
from tests.fixtures.cases import actor_of, company, submitted
from tests.fixtures.office import CLERK, LIN, WINDOW, taken
from tests.fixtures.visitor import Visitor, value_of, words

Visit = Callable[..., Visitor]
NAME = {"region": "金华市", "trade": "云岫听禾", "industry": "典当", "form": "有限公司"}


def open_file() -> str:
    now = clock.now()
    ref = submitted("llc", company() | {"name": NAME}, registrar="330702", actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    return ref


def decide(clerk: Visitor, ref: str, decision: str, **data: str) -> TestResponse:
    version = value_of(clerk.get(f"/desk/cases/{ref}"), "version")
    return clerk.post(f"/desk/cases/{ref}/name", version=version, name_decision=decision, **data)


def test_the_file_shows_what_is_open_and_by_which_provision(visit: Visit) -> None:
    ref = open_file()
    page = words(visit(CLERK).get(f"/desk/cases/{ref}"))
    assert "名称须人工审查，还没有决定" in page
    assert "“典当”涉及须经批准的行业" in page
    assert "《企业名称登记管理规定》第十一条" in page
    assert "同意这个名称" in page
    other = words(visit(WINDOW).get(f"/desk/cases/{ref}"))
    assert "领取这份申请的审查员在这里决定" in other
    assert "不同意这个名称" not in other


def test_a_decision_asks_for_its_reason_and_keeps_what_was_marked(visit: Visit) -> None:
    ref, clerk = open_file(), visit(CLERK)
    asked = decide(clerk, ref, "approve", **{"mark.section.domicile": "ok"})
    assert asked.status_code == 422
    assert 'href="#name_reason"' in asked.text
    assert "请写明理由" in words(asked)
    done = decide(clerk, ref, "approve", name_reason="已核对批准文件", **{"mark.section.domicile": "ok"})
    assert done.status_code == 200
    assert "已同意使用这个名称" in words(done)
    assert 'value="ok" checked' in done.text
    assert "名称已保留，到" in words(done)
    history = words(clerk.get(f"/desk/cases/{ref}/history"))
    assert "名称经人工审查同意" in history
    assert "已核对批准文件" in history


def test_a_file_is_not_approved_before_the_decision_nor_after_a_refusal(visit: Visit) -> None:
    ref, clerk = open_file(), visit(CLERK)
    assert taken(ref, clerk, "approve", opinion="符合") == 409
    assert "不同意这个名称" in clerk.get(f"/desk/cases/{ref}").text
    refused = decide(clerk, ref, "refuse", name_reason="没有批准文件")
    assert "名称没有保留" in words(refused)
    assert taken(ref, clerk, "approve", opinion="符合") == 409


def test_who_does_not_hold_the_file_does_not_decide(visit: Visit) -> None:
    ref = open_file()
    assert decide(visit(WINDOW), ref, "approve", name_reason="符合").status_code == 409
    assert decide(visit(CLERK), ref, "approve", name_reason="符合").status_code == 200
    assert decide(visit(CLERK), ref, "refuse", name_reason="不符合").status_code == 409
