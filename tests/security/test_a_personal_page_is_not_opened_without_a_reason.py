"""The page of personal data of an application document: its applicant has it, an officer only with a reason."""

from collections.abc import Callable

from sqlmodel import select

from registration import clock, database
from registration.models import AuditEntry, Paper
from registration.operations.act import act
from tests.fixtures.cases import actor_of, individual, submitted
from tests.fixtures.visitor import Visitor, words, work_off
from tests.registration.web.conftest import database_url, desk_app, visit

__all__ = ["database_url", "desk_app", "visit"]

Visit = Callable[..., Visitor]
LIN, CLERK, LICENSING, STRANGER = "lin@example.cn", "0318", "0321", "zhou@example.cn"


def handed_in() -> tuple[str, str]:
    ref = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    work_off(papers=True)
    with database.reading() as session:
        return ref, session.exec(select(Paper.ref).where(Paper.kind == "application_persons")).one()


def looks() -> list[str]:
    with database.reading() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.tag == "sensitive:view")).all()
        return [entry.data["reason"] for entry in entries]


def test_its_applicant_downloads_it_and_nobody_else_at_that_address(visit: Visit) -> None:
    ref, paper = handed_in()
    address = f"/applications/{ref}/papers/{paper}.pdf"
    assert visit(LIN).get(address).data[:5] == b"%PDF-"
    assert visit(CLERK).get(address).status_code == 403
    assert visit(LICENSING).get(address).status_code == 403
    assert visit(STRANGER).get(address).status_code == 404


def test_an_officer_who_has_the_file_gives_a_reason_and_leaves_a_line(visit: Visit) -> None:
    ref, paper = handed_in()
    without = visit(CLERK).post(f"/desk/cases/{ref}/papers/personal", data={"paper": paper, f"look.{paper}": "核对"})
    assert without.status_code == 403, "the file is on nobody's desk yet"
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    clerk, address = visit(CLERK), f"/desk/cases/{ref}/papers/personal"
    page = clerk.get(f"/desk/cases/{ref}/papers")
    assert f"/applications/{ref}/papers/{paper}.pdf" not in page.text
    refused = clerk.post(address, data={"paper": paper, f"look.{paper}": " "})
    assert refused.status_code == 422
    assert "请写明为什么要看完整内容" in words(refused)
    assert looks() == []
    given = clerk.post(address, data={"paper": paper, f"look.{paper}": "核对身份证件"})
    assert given.data[:5] == b"%PDF-"
    assert looks() == ["核对身份证件"]


def test_a_role_without_the_right_has_no_reason_that_helps(visit: Visit) -> None:
    ref, paper = handed_in()
    answer = visit(LICENSING).post(f"/desk/cases/{ref}/papers/personal", data={"paper": paper, f"look.{paper}": "想看"})
    assert answer.status_code == 403
    assert "身份证件类型和号码" not in answer.text
