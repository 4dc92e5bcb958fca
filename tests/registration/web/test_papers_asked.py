"""Papers on request: of a reserved name, and of the joint handling; made once as long as they would say the same."""

from collections.abc import Callable

from sqlmodel import col, select

from registration import clock, database
from registration.models import Paper
from registration.operations.act import act
from tests.fixtures.cases import actor_of, at_the_agencies, company, draft, nameless, submitted
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]
LIN = "lin@example.cn"


def papers(kind: str) -> list[Paper]:
    with database.reading() as session:
        return list(session.exec(select(Paper).where(Paper.kind == kind).order_by(col(Paper.id))).all())


def test_the_reserved_name_is_told_on_request(visit: Visit) -> None:
    ref = draft("llc", company(), registrar="330701", actor=actor_of(LIN), now=clock.now())
    lin = visit(LIN)
    at = f"/applications/{ref}"
    assert "索取名称保留告知书" in words(lin.get(at))
    for _ in range(2):
        assert lin.post(f"{at}/papers/name_reservation/ask").status_code == 303
    assert "正在制作" in words(lin.get(at))
    work_off(papers=True)
    (paper,) = papers("name_reservation")
    told = dict(map(tuple, paper.content["rows"]))
    assert told["保留的名称"] == "金华市双溪样例信息科技有限公司"
    assert "保留期至" in told
    assert paper.content["number"].startswith("金市监名〔")
    pdf = lin.get(f"{at}/papers/{paper.ref}.pdf")
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
    assert paper.content["number"] in words(lin.get(at))


def test_another_name_is_another_paper(visit: Visit) -> None:
    from registration.operations import apply

    lin = actor_of(LIN)
    ref = draft("llc", company(), registrar="330701", actor=lin, now=clock.now())
    asking = visit(LIN)
    asking.post(f"/applications/{ref}/papers/name_reservation/ask")
    apply.save_section(ref, "name", company(trade="枫桥望月")["name"], actor=lin, now=clock.now())
    asking.post(f"/applications/{ref}/papers/name_reservation/ask")
    assert [one.revision for one in papers("name_reservation")] == [1, 2]


def test_the_joint_handling_grows_with_the_agencies(visit: Visit) -> None:
    ref = at_the_agencies(clock.now())
    window = visit("0417")
    page = f"/desk/cases/{ref}/papers"
    assert "索取联办流转表" in words(window.get(page))
    window.post(f"{page}/joint_handling/ask")
    quality = actor_of("3301")
    for action in ("claim", "assign"):
        act(ref, action, actor=quality, now=clock.now(), part="organization_code")
    window.post(f"{page}/joint_handling/ask")
    work_off(papers=True)
    first, second = papers("joint_handling")
    assert len(first.content["rows"]) == len(second.content["rows"]) == 6
    assert first.content["rows"][1][1:3] == ["待办", "——"]
    assert second.content["rows"][1][1] == "已赋号"
    assert second.content["rows"][1][2].startswith("MAT0")
    assert window.get(f"/applications/{ref}/papers/{second.ref}.pdf").data.startswith(b"%PDF-")
    assert second.content["number"] in words(window.get(page))


def test_what_has_nothing_to_tell_is_not_offered_nor_made(visit: Visit) -> None:
    ref = submitted("individual", nameless(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    lin = visit(LIN)
    assert "索取" not in words(lin.get(f"/applications/{ref}"))
    for kind, status in (("joint_handling", 409), ("name_reservation", 409), ("approval", 404)):
        assert lin.post(f"/applications/{ref}/papers/{kind}/ask").status_code == status
    assert visit("zhou@example.cn").post(f"/applications/{ref}/papers/joint_handling/ask").status_code == 404
    assert not papers("joint_handling")
