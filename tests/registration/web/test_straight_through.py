"""The pages of decisions at once: the switch of two persons, the sample, and what applicant and office read."""

import re
from collections.abc import Callable
from datetime import timedelta

from sqlmodel import select

from registration import clock
from registration import database as db
from registration.models import Application, SampleAudit
from tests.fixtures.cases import individual
from tests.fixtures.office import APPROVER, CLERK, DIRECTOR, LIN, case_of
from tests.fixtures.papers import fixed_paper
from tests.fixtures.straight_through import decided, sent, shop, switched_on
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
PAGE, SAMPLES = "/desk/straight-through", "/desk/samples"


def proposal(**more: str) -> dict[str, str]:
    today = clock.local_date(clock.now()).isoformat()
    usual = {"entity_type": "individual", "is_on": "yes", "sample_percent": "20", "valid_from": today}
    return usual | {"reason": "试行一个月"} | more


def test_a_director_proposes_and_another_person_confirms(visit: Visit) -> None:
    director, approver = visit(DIRECTOR), visit(APPROVER)
    assert "本机关不接受住所自主申报" not in words(director.get(PAGE))
    assert director.post(PAGE, **proposal()).status_code == 303
    page = director.get(PAGE)
    assert "由另一位负责人或者核准人决定。" in words(page)
    ref = re.search(rf'action="{PAGE}/([0-9a-f]+)"', page.text)
    assert ref is not None
    assert director.post(f"{PAGE}/{ref[1]}", decision="confirm").status_code == 403
    assert "提出变更" not in words(approver.get(PAGE))
    refused = approver.post(f"{PAGE}/{ref[1]}", decision="refuse")
    assert refused.status_code == 422
    assert approver.post(f"{PAGE}/{ref[1]}", decision="confirm").status_code == 303
    assert "开，抽查20%" in words(approver.get(PAGE))
    assert approver.post(f"{PAGE}/{ref[1]}", decision="confirm").status_code == 409
    assert visit(CLERK).get(PAGE).status_code == 403


def test_a_proposal_that_is_refused_keeps_what_was_typed(visit: Visit) -> None:
    answer = visit(DIRECTOR).post(PAGE, **proposal(sample_percent="0", reason="试行到年底"))
    assert answer.status_code == 422
    assert "请填1到100的整数" in words(answer)
    assert "试行到年底" in answer.text
    again = visit(DIRECTOR, lang="en").post(PAGE, **proposal(valid_from="2020-01-01"))
    assert "The day has passed" in words(again)


def test_the_applicant_reads_that_the_system_decided(visit: Visit) -> None:
    switched_on(now=clock.now(), percent=100)
    ref = sent(now=clock.now())
    assert decided(ref, now=clock.now())
    page = words(visit(LIN).get(f"/applications/{ref}"))
    assert "由系统自动核准" in page
    assert "《个人信息保护法》第二十四条" in page
    assert "《市场主体登记管理条例》第十九条" in page
    assert "抽查" not in page
    english = words(visit(LIN, lang="en").get(f"/applications/{ref}"))
    assert "You have the right to an explanation" in english
    case = case_of(ref)
    prepared = fixed_paper(case.id, "approval", revision=case.revision, now=clock.now())
    assert "没有经过工作人员逐件审查" in str(prepared.content)
    assert "经审查" not in str(prepared.content)


def test_the_office_reads_why_it_was_not_decided(visit: Visit) -> None:
    switched_on(now=clock.now())
    ref = sent(individual(), now=clock.now())
    assert not decided(ref, now=clock.now())
    page = words(visit(CLERK).get(f"/desk/cases/{ref}"))
    assert "没有即时核准：有上传的材料，机器读不懂，请由工作人员看过再办理" in page
    mine = words(visit(LIN).get(f"/applications/{ref}"))
    assert "即时核准" not in mine
    assert "机器读不懂" not in mine


def test_a_sample_is_audited_beside_the_checks(visit: Visit) -> None:
    switched_on(now=clock.now(), percent=100)
    ref = sent(now=clock.now())
    assert decided(ref, now=clock.now())
    approver = visit(APPROVER)
    listed = approver.get(SAMPLES)
    assert ref in listed.text
    assert re.search(r'href="/desk/samples"[^>]*>抽查\s*<b[^>]*>1</b>', listed.text)
    page = words(approver.get(f"{SAMPLES}/{ref}"))
    assert "自动检查" in page
    assert approver.post(f"{SAMPLES}/{ref}", verdict="faulty").status_code == 422
    assert approver.post(f"{SAMPLES}/{ref}").status_code == 422
    assert approver.post(f"{SAMPLES}/{ref}", verdict="faulty", words="地址不存在").status_code == 303
    after = approver.get(f"{SAMPLES}/{ref}")
    assert "地址不存在" in words(after)
    assert f'href="/desk/cases/{ref}/licence"' in after.text
    assert approver.post(f"{SAMPLES}/{ref}", verdict="right").status_code == 409
    figures = words(approver.get(PAGE))
    assert "100.0%" in figures
    assert visit(CLERK).get(f"{SAMPLES}/{ref}").status_code == 403
    assert visit("0419").get(f"{SAMPLES}/{ref}").status_code == 404


def test_a_late_sample_is_shown_as_late(visit: Visit) -> None:
    now = clock.now()
    switched_on(now=now, percent=100)
    ref = sent(shop(), now=now)
    assert decided(ref, now=now)
    with db.transaction() as session:
        row = session.exec(select(SampleAudit).join(Application).where(Application.ref == ref)).one()
        row.due_at = now - timedelta(days=1)
    assert "有1件抽查逾期" in words(visit(DIRECTOR).get(SAMPLES))
    assert "1 audit is overdue" in words(visit(DIRECTOR, lang="en").get(SAMPLES))


def test_the_dashboard_has_number_share_seconds_and_audits(visit: Visit) -> None:
    now = clock.now()
    switched_on(now=now, percent=100)
    ref, other = sent(now=now), sent(shop(trade="望津样例"), now=now)
    assert decided(ref, now=now + timedelta(seconds=4))
    assert decided(other, now=now + timedelta(seconds=9))
    visit(APPROVER).post(f"{SAMPLES}/{ref}", verdict="faulty", words="地址不存在")
    director = visit(DIRECTOR)
    table = director.get("/desk/dashboard/table.csv?figure=at_once").text.splitlines()[1:]
    assert table == [
        "系统即时核准（件）,2,100%",
        "用时中位数（秒）,4,—",
        "抽中（件）,2,100%",
        "抽查没有问题（件）,0,0%",
        "抽查有问题（件）,1,50%",
        "还没有抽查（件）,1,50%",
    ]
    faulty = director.get("/desk/dashboard/cases?what=at_once&value=faulty").text
    assert ref in faulty
    assert other not in faulty
    assert other in director.get("/desk/dashboard/cases?what=at_once").text
    assert "The system approved no application at once" in words(
        visit(DIRECTOR, lang="en").get("/desk/dashboard?period=last_month")
    )
