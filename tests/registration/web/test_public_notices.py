"""Public notices on the pages: read and objected to by anybody, by agencies, and seen by applicant and office."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from registration import clock, database
from registration.actor import Actor
from registration.errors import InvalidInput
from registration.models import Message
from registration.operations.apply import save_section
from registration.operations.entity_cases import start
from registration.operations.public_notices import ObjectionData, object_to
from registration.queries.notices import letters_to_applicant
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.closings import announced, entity, licensed, liquidating, notice_of, state_of
from tests.fixtures.licences import CLERK, DIRECTOR, LIN
from tests.fixtures.scenes import scene
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
TYPED = {"name": "样例债权人有限公司", "contact": "13800000001", "reason": "公司还欠货款三十万元，有合同和对账单"}


@pytest.fixture
def noticed(visit: Visit, settings: Settings) -> tuple[str, str]:
    """A code, and its case in the notice."""

    def make() -> tuple[str, str]:
        code = licensed(now=clock.now())
        return code, announced(code, now=clock.now())

    return scene("a notice for the pages", settings, make)


def test_anybody_finds_the_notice_and_objects(visit: Visit, noticed: tuple[str, str]) -> None:
    code, ref = noticed
    stranger, applicant, clerk = visit(), visit(LIN), visit(CLERK)
    name, notice = entity(code).name, notice_of(ref).ref
    assert name in words(stranger.get("/notices"))
    register = stranger.get(f"/register/{code}")
    assert f"/notices/{notice}" in register.text
    assert "简易注销公告中" in words(register)
    page = stranger.get(f"/notices/{notice}")
    assert "最后一天" in words(page)
    assert f"{notice_of(ref).last_on.month}月{notice_of(ref).last_on.day}日" in words(page)
    desk = words(clerk.get(f"/desk/cases/{ref}"))
    assert desk.index("存续（在业）") < desk.index("已注销")
    unfit = stranger.post(f"/notices/{notice}", data=TYPED | {"contact": ""})
    assert unfit.status_code == 422
    assert TYPED["reason"] in unfit.text
    assert stranger.post(f"/notices/{notice}", data=TYPED).status_code == 303
    assert state_of(ref) == "objected"
    assert stranger.post(f"/notices/{notice}", data=TYPED).status_code == 409
    gone = words(stranger.get(f"/notices/{notice}"))
    assert "有异议，已经终止" in gone
    assert TYPED["reason"] not in gone
    told = words(applicant.get(f"/applications/{ref}"))
    assert TYPED["name"] in told
    assert TYPED["reason"] in told
    assert TYPED["contact"] not in told
    # The state was given back, so nothing was changed; and one begins again where this one was begun.
    assert "变更为" not in told
    assert "在这家企业的页面上重新开始" in told
    office = words(clerk.get(f"/desk/notices?view=ended&notice={notice}"))
    assert TYPED["contact"] in office
    assert clerk.get("/desk/notices?notice=GG-2026-0").status_code == 404
    english = words(visit(lang="en").get(f"/notices/{notice}"))
    assert "Notice of simple deregistration" in english


def test_a_creditor_declares_a_claim_that_is_never_public(visit: Visit, settings: Settings) -> None:
    def make() -> str:
        return liquidating(licensed(now=clock.now()), now=clock.now())

    ref = scene("a creditors' notice for the pages", settings, make)
    address, stranger = f"/notices/{notice_of(ref).ref}", visit()
    typed = {"name": "样例供货有限公司", "contact": "13800000009", "amount": "120000.5", "basis": "十二月的供货合同"}
    assert "申报债权" in words(stranger.get(address))
    unfit = stranger.post(f"{address}/claims", data=typed | {"amount": "很多"})
    assert unfit.status_code == 422
    assert '<a href="#amount">' in unfit.text
    assert typed["basis"] in unfit.text
    assert stranger.post(f"{address}/claims", data=typed).status_code == 303
    assert "申报编号ZQ-" in words(stranger.get(address))
    told, office = (
        visit(LIN).get(f"/applications/{ref}"),
        visit(CLERK).get(f"/desk/notices?notice={notice_of(ref).ref}"),
    )
    case = visit(CLERK).get(f"/desk/cases/{ref}")
    for text in (typed["name"], typed["contact"], "120,000.5元", typed["basis"]):
        assert text not in visit().get(address).text
        for page in (told, office, case):
            assert text in words(page)
    assert "1名债权人申报" in words(case)
    assert words(case).rpartition("清算组负责人")[2].strip().startswith("苏知禾")
    with database.reading() as session:
        [told_of] = session.scalars(select(Message).where(col(Message.effect) == "notify.claim_declared"))
    [letter] = letters_to_applicant(told_of.effect, told_of.application_id or 0)
    assert (ref in letter.subject, typed["name"] in letter.text) == (True, False)
    answer = visit().get(f"/api/v1{address}").json
    assert answer["claims_until"] == answer["last_on"]
    again = visit().client.post(f"/api/v1{address}/claims", json=typed | {"name": ""})
    assert again.status_code == 422


def test_the_notice_of_a_reduction_is_published_from_the_task_list(visit: Visit, settings: Settings) -> None:
    def make() -> str:
        code = licensed(now=clock.now())
        return start(code, matter="change_of_registration", items=["reduction"], actor=actor_of(LIN), now=clock.now())

    ref = scene("a reduction for the pages", settings, make)
    lin, address = visit(LIN), f"/applications/{ref}/notice"
    assert "发布公告" in words(lin.get(f"/applications/{ref}"))
    lin.post(address)
    assert "请先填写减资的方式" in words(lin.get(f"/applications/{ref}"))
    capital = {"amount_wan": "80", "currency": "CNY", "term": "long", "copies": 1}
    for section, value in (("capital", capital), ("reduction", {"resolved_on": clock.now().date().isoformat()})):
        save_section(ref, section, value, actor=actor_of(LIN), now=clock.now())
    assert lin.post(address).status_code == 303
    page = words(lin.get(f"/applications/{ref}"))
    assert "撤回公告" in page
    assert "由100万元减少到80万元" in words(visit().get(f"/notices/{notice_of(ref).ref}"))
    english = visit(lang="en").get(f"/notices/{notice_of(ref).ref}")
    assert "From CNY 1,000,000 to CNY 800,000" in words(english)
    assert lin.post(address, data={"do": "withdraw"}).status_code == 303
    assert notice_of(ref).status == "withdrawn"


def test_an_agency_reads_what_runs_and_objects(visit: Visit, noticed: tuple[str, str]) -> None:
    _, ref = noticed
    # The sample officers are at another registrar: nothing of this one is theirs.
    officer = visit("3302")
    assert "现在没有征询" in words(officer.get("/agencies/notices"))
    refused = officer.post("/agencies/notices", data={"notice": notice_of(ref).ref, "reason": "欠税"})
    assert refused.status_code == 404
    assert officer.post("/agencies/clearances", data={"case": ref, "number": "1"}).status_code == 404
    with pytest.raises(InvalidInput):
        object_to(notice_of(ref).ref, ObjectionData("", "", ""), officer=here(), now=clock.now())
    object_to(notice_of(ref).ref, ObjectionData("", "", "欠缴税款"), officer=here(), now=clock.now())
    assert "国家税务局提出异议" in words(visit(LIN).get(f"/applications/{ref}"))


def here() -> Actor:
    """An officer of the tax bureau at the registrar of the case."""
    return replace(actor_of("3302"), registrar_code="330702")


def test_a_director_enters_and_lifts_an_order(visit: Visit, noticed: tuple[str, str]) -> None:
    code, _ = noticed
    director, clerk = visit(DIRECTOR), visit(CLERK)
    typed = {
        "code": code,
        "court": "样例法院",
        "paper_number": "（2026）执1号",
        "from_on": "2026-01-05",
        "reason": "协助",
    }
    unfit = director.post("/desk/restraints", data=typed | {"court": ""})
    assert unfit.status_code == 422
    assert "（2026）执1号" in unfit.text
    assert director.post("/desk/restraints", data=typed).status_code == 303
    page = director.get("/desk/restraints")
    assert "全部登记和备案事项" in words(page)
    ref = re.search(r'name="restraint" value="([^"]+)"', page.text)
    assert ref is not None
    assert "登记一份文书" not in words(clerk.get("/desk/restraints"))
    assert clerk.post("/desk/restraints/lift", data={"restraint": ref[1], "lifting": "解除"}).status_code in (403, 404)
    lifted = {"restraint": ref[1], "lifting": ""}
    assert director.post("/desk/restraints/lift", data=lifted).status_code == 422
    assert director.post("/desk/restraints/lift", data=lifted | {"lifting": "法院解除"}).status_code == 303
    assert "法院解除" in words(director.get("/desk/restraints?view=ended"))
