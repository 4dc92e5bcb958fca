"""Documents that are made from the answers: changed by the applicant, read by all, printed, corrected."""

from collections.abc import Callable

import pypdfium2
import pytest
from sqlmodel import col, select

from registration import clock, database
from registration.errors import InvalidInput
from registration.models import Paper, SignedContent
from registration.operations import apply, sign
from registration.operations.act import act
from registration.rules.matter_folders import matter_data
from tests.fixtures.cases import actor_of, attach, company, draft, file_of, individual, person, sign_all
from tests.fixtures.office import CLERK, LIN
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]
PROFIT = "documents.company_articles.profit"
EQUALLY = "公司弥补亏损和提取公积金后所余税后利润，由股东平均分配。"
STANDARD = "按照股东实缴的出资比例分配"


def drafted(**more: str) -> str:
    return draft("llc", company(**more), registrar="330702", actor=actor_of(LIN), now=clock.now(), made=True)


def edited(lin: Visitor, ref: str, **more: str) -> int:
    """Saves the page of documents with another distribution of profits."""
    at = f"/applications/{ref}/documents"
    seen = value_of(lin.get(at), "seen") or ""
    return lin.post(at, data={"seen": seen, PROFIT: EQUALLY, **more}).status_code


def text_of(lin: Visitor, ref: str) -> str:
    return words(lin.get(f"/applications/{ref}/documents/articles"))


def printed(lin: Visitor, ref: str, paper: Paper) -> str:
    pdf = pypdfium2.PdfDocument(lin.get(f"/applications/{ref}/papers/{paper.ref}.pdf").data)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)


def papers_of(kind: str) -> list[Paper]:
    with database.reading() as session:
        return list(session.exec(select(Paper).where(Paper.kind == kind).order_by(col(Paper.id))).all())


def change_a_clause(lin: Visitor, ref: str) -> None:
    """A clause in other words, back to the standard text, and in other words again."""
    assert edited(lin, ref) == 303
    page = lin.get(f"/applications/{ref}/documents")
    assert EQUALLY in page.text
    assert "恢复标准条款" in page.text
    assert edited(lin, ref, restore="company_articles.profit") == 303
    assert "documents" not in file_of(ref, actor=actor_of(LIN), now=clock.now()).form
    assert edited(lin, ref) == 303
    assert "利润的分配" in words(lin.get(f"/applications/{ref}/check"))
    refused = lin.post(f"/applications/{ref}/documents", data={PROFIT: "由股东\u202e平均分配"})
    assert (refused.status_code, "U+202E" in refused.text) == (422, True)
    assert edited(lin, ref) == 303


def first_signature(ref: str, signer: Visitor) -> None:
    """A signer reads both documents after the proof of identity, and signs."""
    now = clock.now()
    act(ref, "request_signatures", actor=actor_of(LIN), now=now)
    links = sign.links_for(ref, actor=actor_of(LIN), now=now)
    keys = {one.party.ref: one.party.person_key for one in file_of(ref, actor=actor_of(LIN), now=now).signatures}
    party = next(one for one, key in keys.items() if key == "p2")
    link = f"/sign/{links[party]}"
    assert EQUALLY not in signer.get(link).text
    signer.post(f"{link}/identity", id_no=person("p2")["id_no"])
    shown = signer.get(link)
    assert EQUALLY in words(shown)
    assert "选举周远舟为公司监事" in words(shown)
    signer.post(link, digest=value_of(shown, "digest"), agreed="yes")


def test_documents_are_made_changed_signed_and_printed(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    ref, lin, now = drafted(), visit(LIN), clock.now()
    tasks = words(lin.get(f"/applications/{ref}"))
    assert "章程和文件" in tasks
    assert "由系统生成" in tasks
    assert "未上传" not in tasks
    assert STANDARD in text_of(lin, ref)

    change_a_clause(lin, ref)
    first_signature(ref, visit())
    # The text is fixed with the first signature, and not in the clear.
    row = matter_data("establishment").documents["company_articles"]
    other = row.model_copy(update={"title": "{name}的另一章程"})
    monkeypatch.setitem(matter_data("establishment").documents, "company_articles", other)
    assert "的另一章程" not in text_of(lin, ref)
    with database.reading() as session:
        signed = session.exec(select(SignedContent)).one()
        assert "平均分配" not in str(signed.documents)

    sign_all(ref, actor=actor_of(LIN), now=now, requested=True)
    work_off(papers=True)
    (articles,) = papers_of("articles")
    told = printed(lin, ref, articles)
    assert "金华市双溪样例信息科技有限公司章程" in told
    assert EQUALLY in told
    assert "股东姓名或者名称" in told
    assert told.count("股东2026") + told.count(f"股东{now.year}") >= 3
    (appointment,) = papers_of("appointment")
    assert "选举周远舟为公司监事" in printed(lin, ref, appointment)
    assert "公司章程" in words(lin.get(f"/applications/{ref}"))
    assert "由系统按填写内容生成" in printed(lin, ref, papers_of("application")[0])

    # The office reads what was submitted beside the form.
    desk = visit(CLERK)
    assert EQUALLY in words(desk.get(f"/desk/cases/{ref}"))
    assert EQUALLY in words(desk.get(f"/applications/{ref}/documents/articles"))
    assert visit("zhou@example.cn").get(f"/applications/{ref}/documents/articles").status_code == 404


def test_a_file_of_ones_own_takes_the_place_and_gives_it_back(visit: Visit) -> None:
    ref, lin, actor = drafted(), visit(LIN), actor_of(LIN)
    assert "不用上传" in words(lin.get(f"/applications/{ref}/materials/articles"))
    material = attach(ref, "articles", actor=actor, now=clock.now())
    page = words(lin.get(f"/applications/{ref}/documents"))
    assert "使用自己的文件" in page
    assert "股权的转让" not in page
    assert lin.get(f"/applications/{ref}/documents/articles").status_code == 404
    assert "articles" in {need.need.kind for need in file_of(ref, actor=actor, now=clock.now()).needs if need.files}
    apply.detach(ref, material, actor=actor, now=clock.now())
    assert STANDARD in text_of(lin, ref)


def test_a_fixed_clause_is_refused_at_its_place(visit: Visit) -> None:
    ref, actor = drafted(), actor_of(LIN)
    clauses = [{"clause": f"company_articles.{key}", "text": EQUALLY} for key in ("capital", "profit", "profit")]
    apply.save_section(ref, "documents", {"clauses": clauses}, actor=actor, now=clock.now())
    problems = [(one.path, one.code) for one in file_of(ref, actor=actor, now=clock.now()).facts.problems]
    assert problems == [
        ("documents.clauses.2.clause", "documents.clause_twice"),
        ("documents.clauses.0.clause", "documents.clause_fixed"),
    ]
    lin = visit(LIN)
    assert "这一条不能修改" in words(lin.get(f"/applications/{ref}/documents"))
    # The page keeps the clauses that it can show. Without any, the section is gone, also when it saves by itself.
    assert edited(lin, ref) == 303
    assert file_of(ref, actor=actor, now=clock.now()).facts.problems == ()
    assert lin.post(f"/applications/{ref}/documents/draft", data={PROFIT: " "}).json["words"]
    assert "documents" not in file_of(ref, actor=actor, now=clock.now()).form
    with pytest.raises(InvalidInput):
        apply.save_section(ref, "documents", {"clauses": [{"clause": "x", "text": "y"}]}, actor=actor, now=clock.now())


def test_the_office_asks_for_another_clause_and_gets_it(visit: Visit) -> None:
    ref, now, lin = drafted(), clock.now(), actor_of(LIN)
    sign_all(ref, actor=lin, now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    assert "mark.material.articles" in visit(CLERK).get(f"/desk/cases/{ref}").text
    told = {
        "target": "material.articles",
        "reason_code": "S01",
        "problem": "利润分配不明确",
        "remedy": "请改为平均分配",
    }
    act(ref, "request_correction", actor=actor_of(CLERK), now=now, items=[told], opinion="请补正")
    applicant = visit(LIN)
    progress = applicant.get(f"/applications/{ref}")
    assert f"/applications/{ref}/documents" in progress.text
    assert edited(applicant, ref) == 303
    assert "material.articles" in file_of(ref, actor=lin, now=now).correction.answered
    sign_all(ref, actor=lin, now=now)
    assert EQUALLY in words(visit(CLERK).get(f"/desk/cases/{ref}"))


@pytest.mark.thorough
def test_a_draft_is_printed_on_request(visit: Visit) -> None:
    ref, lin = drafted(), visit(LIN)
    at = f"/applications/{ref}/documents/appointment"
    assert "制作草稿" in words(lin.get(at))
    assert lin.get(f"{at}.pdf").status_code == 303
    for _ in range(2):
        assert lin.post(at).status_code == 303
    work_off(papers=True)
    assert "下载草稿" in words(lin.get(at))
    pdf = pypdfium2.PdfDocument(lin.get(f"{at}.pdf").data)
    assert "草稿，尚未签名" in pdf[0].get_textpage().get_text_range()


def test_an_individual_business_gives_its_agent_power_without_a_paper(visit: Visit) -> None:
    """The page is there with the agent, and for nobody else; operator and agent sign the paper with the application."""
    form, actor = individual(), actor_of(LIN)
    form |= {"people": [*form["people"], person("p2")]}
    del form["name"]
    ref, lin = draft("individual", form, registrar="330702", actor=actor, now=clock.now(), made=True), visit(LIN)
    own, there = f"/applications/{ref}/documents", "由系统生成"
    assert there not in words(lin.get(f"/applications/{ref}"))
    assert lin.get(own).status_code == 404
    contacts = {**form["contacts"], "filer": {"role": "agent", "person": "p2"}}
    apply.save_section(ref, "contacts", contacts, actor=actor, now=clock.now())
    assert there in words(lin.get(f"/applications/{ref}"))
    assert "代理的权限" in words(lin.get(own))
    text = words(lin.get(f"{own}/power_of_attorney"))
    assert "委托周远舟作为代理人，办理由苏知禾经营、不使用名称的个体工商户的设立登记事宜" in text
    sign_all(ref, actor=actor, now=clock.now())
    work_off(papers=True)
    (paper,) = papers_of("power_of_attorney")
    assert printed(lin, ref, paper).count(f"{clock.now().year}") >= 2
