"""Deliveries after a registration: an agency confirms or reports, the office settles, the applicant sees it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from registration import clock, database
from registration.models import AgencyReceipt, AuditEntry, LicenceProposal, Message, ReceiptObjection
from registration.operations.staff import add_staff
from tests.fixtures.cases import actor_of, file_of
from tests.fixtures.office import APPROVER, CLERK, LIN, WINDOW
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
TAX, SOCIAL, ELSEWHERE = "3411", "3412", "3413"


@pytest.fixture
def officers(ref: str) -> None:
    """Officers where the licence was issued: the agencies have no part there."""
    for number, role, agency, registrar in (
        (TAX, "agency_t", "national_tax", "330702"),
        (SOCIAL, "agency_h", "social_insurance", "330702"),
        (ELSEWHERE, "agency_t", "national_tax", "330701"),
    ):
        add_staff(
            number,
            name=number,
            password="heyi-yanshi-2026",
            roles=[role],
            registrar_code=registrar,
            agency=agency,
            now=clock.now(),
        )


def receipt(agency: str) -> AgencyReceipt:
    with database.reading() as session:
        return session.exec(select(AgencyReceipt).where(AgencyReceipt.agency == agency)).one()


def test_an_agency_confirms_with_its_number(ref: str, officers: None, visit: Visit) -> None:
    tax, sent = visit(TAX), receipt("tax")
    assert "信息已送达" in words(visit(LIN).get(f"/applications/{ref}"))
    listed = words(tax.get("/agencies/receipts"))
    assert "待确认 1" in listed
    address = f"/agencies/receipts/{sent.ref}"
    assert tax.get(address).status_code == 200
    assert tax.post(f"{address}/acknowledge", number="税7788").status_code == 303
    assert tax.post(f"{address}/acknowledge", number="税7788").status_code == 303
    refused = tax.post(f"{address}/acknowledge", number="税9999")
    assert refused.status_code == 422
    assert receipt("tax").number == "税7788"
    assert "待确认 0" in words(tax.get("/agencies/receipts"))
    assert "税7788" in words(tax.get("/agencies/receipts?view=confirmed"))
    told = words(visit(LIN).get(f"/applications/{ref}"))
    assert "部门已确认" in told
    assert "编号税7788" in told
    assert "税7788" in words(visit(CLERK).get(f"/desk/cases/{ref}/receipts"))
    with database.reading() as session:
        lines = session.exec(select(AuditEntry).where(AuditEntry.tag == "receipt:acknowledge")).all()
    assert [line.subject for line in lines] == [f"staff:{TAX}"]


def test_a_delivery_is_its_own_agencys(ref: str, officers: None, visit: Visit) -> None:
    address = f"/agencies/receipts/{receipt('tax').ref}"
    # The office and the applicant know the case: for them the answer is another, and they get no more.
    for login, status in ((SOCIAL, 404), (ELSEWHERE, 404), ("zhou@example.cn", 404), (CLERK, 403), (LIN, 404)):
        stranger = visit(login)
        assert stranger.get(address).status_code == status, login
        assert stranger.post(f"{address}/acknowledge", number="1").status_code == status
        assert stranger.post(f"{address}/report", words="有误").status_code == status
    assert receipt("tax").acknowledged_at is None
    assert visit(CLERK).get("/agencies/receipts").status_code == 403


def test_a_report_waits_in_the_offices_inbox_until_it_is_settled(ref: str, officers: None, visit: Visit) -> None:
    tax = visit(TAX)
    address = f"/agencies/receipts/{receipt('tax').ref}"
    empty = tax.post(f"{address}/report", field="domicile.street", words=" ")
    assert empty.status_code == 422
    assert 'href="#words"' in empty.text
    assert tax.post(f"{address}/report", field="owners", words="看不到").status_code == 422
    for _again in range(2):
        assert tax.post(f"{address}/report", field="domicile", words="门牌号与税务登记不符").status_code == 303
    with database.reading() as session:
        made = session.exec(select(ReceiptObjection)).one()
    assert "门牌号" not in made.words
    assert "等登记机关答复 1" in words(tax.get("/agencies/receipts"))

    told = words(visit(LIN).get(f"/applications/{ref}"))
    assert "部门正在核对" in told
    assert "门牌号" not in told

    clerk = visit(WINDOW)
    inbox = words(clerk.get("/desk/inbox?view=reported"))
    assert "部门报告有误 1" in inbox
    assert ref in inbox
    page = words(clerk.get(f"/desk/cases/{ref}/receipts"))
    assert "门牌号与税务登记不符" in page
    answer = f"/desk/cases/{ref}/receipts/{made.ref}"
    not_yet = clerk.post(answer, settlement="corrected", words="已更正")
    assert not_yet.status_code == 422
    assert "请先在台账中更正执照" in words(not_yet)
    assert "已更正" in not_yet.text
    assert visit("0217").post(answer, settlement="explained", words="x").status_code == 404
    assert tax.post(answer, settlement="explained", words="x").status_code == 403
    assert clerk.post(answer, settlement="explained", words="门牌已由公安机关核实").status_code == 303
    assert clerk.post(answer, settlement="explained", words="再答一次").status_code == 409
    assert ref not in words(clerk.get("/desk/inbox?view=reported"))
    assert "门牌已由公安机关核实" in words(tax.get(address))
    told = words(visit(LIN).get(f"/applications/{ref}"))
    assert "部门正在核对" not in told
    assert "公安机关" not in told


def test_a_corrected_licence_settles_a_report(ref: str, officers: None, visit: Visit) -> None:
    tax = visit(TAX)
    tax.post(f"/agencies/receipts/{receipt('tax').ref}/report", words="字号写错")
    with database.transaction() as session:
        made = session.exec(select(ReceiptObjection)).one()
        # The correction itself has its own tests; here it counts that it was confirmed after the report.
        session.add(
            LicenceProposal(
                ref="corrected",
                application_id=made.application_id,
                edition=1,
                kind="correct",
                reason_code="E05",
                opinion="笔误",
                proposed_by=f"staff:{CLERK}",
                proposed_at=made.made_at,
                status="confirmed",
                decided_by=f"staff:{APPROVER}",
                decided_at=made.made_at + timedelta(minutes=5),
            )
        )
    clerk = visit(CLERK)
    answer = clerk.post(f"/desk/cases/{ref}/receipts/{made.ref}", settlement="corrected", words="已更正，见新版执照")
    assert answer.status_code == 303
    assert "执照已更正" in words(tax.get(f"/agencies/receipts/{receipt('tax').ref}"))


def test_what_could_not_be_delivered_is_listed(ref: str, officers: None, visit: Visit) -> None:
    case = file_of(ref, actor=actor_of(CLERK), now=clock.now()).case
    with database.transaction() as session:
        now = clock.now()
        session.add(
            Message(
                application_id=case.id,
                effect="share.registration",
                due_at=now,
                attempts=5,
                parked_at=now,
                created_at=now,
            )
        )
    page = words(visit(TAX).get("/agencies/receipts"))
    assert "有1件登记信息没有送达" in page
    assert "已经停下" in page
    assert "没有送达" not in words(visit(ELSEWHERE).get("/agencies/receipts"))


def test_the_pages_are_in_english_too(ref: str, officers: None, visit: Visit) -> None:
    tax = visit(TAX, lang="en")
    assert "To confirm 1" in words(tax.get("/agencies/receipts"))
    assert "Report that the record is wrong" in words(tax.get(f"/agencies/receipts/{receipt('tax').ref}"))
