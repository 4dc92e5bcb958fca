"""Decisions at the desk: each asks for what it needs, tells what stands in its way, and loses nothing typed."""

from collections.abc import Callable

from sqlmodel import col, select

from registration import clock, database
from registration.models import HistoryEntry, Notice, NoticeItem
from registration.operations.act import act
from tests.fixtures.cases import actor_of, individual, submitted
from tests.fixtures.office import CLERK, DIRECTOR, LICENSING, LIN, WINDOW, case_of, file_in, taken
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]


def test_one_notice_carries_everything_that_was_marked(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    clerk = visit(CLERK)
    nothing = clerk.post(f"/desk/cases/{ref}/ask/request_correction", data={"mark.section.name": "ok"})
    assert nothing.status_code == 422
    assert "请先把有问题的内容标为“有问题”" in words(nothing)

    marked = {
        "mark.section.name": "ok",
        "mark.section.domicile": "bad",
        "why.section.domicile": "S08",
        "what.section.domicile": "门牌号不完整",
        "mark.material.articles": "bad",
        "why.material.articles": "S01",
    }
    asked = clerk.post(f"/desk/cases/{ref}/ask/request_correction", data=marked)
    assert "请按权属证明填写到门牌号和室号" in words(asked)
    assert value_of(asked, "mark.section.name") == "ok"

    sent = {**marked, "how.section.domicile": "请补充室号", "how.material.articles": "请重新扫描"}
    version = str(case_of(ref).version)
    faulty = clerk.post(f"/desk/cases/{ref}/act/request_correction", version=version, data=sent)
    assert faulty.status_code == 422
    assert 'href="#what.material.articles"' in faulty.text
    assert "请写明“公司章程”哪里有问题" in words(faulty)
    assert "门牌号不完整" in faulty.text
    assert case_of(ref).state == "under_examination"

    sent["what.material.articles"] = "第2页看不清"
    done = clerk.post(f"/desk/cases/{ref}/act/request_correction", version=version, data=sent)
    assert done.status_code == 303
    with database.reading() as session:
        notice = session.exec(select(Notice)).one()
        items = session.exec(select(NoticeItem).order_by(col(NoticeItem.id))).all()
    assert notice.issued_by == f"staff:{CLERK}"
    assert [(one.target, one.reason_code, one.problem, one.remedy) for one in items] == [
        ("section.domicile", "S08", "门牌号不完整", "请补充室号"),
        ("material.articles", "S01", "第2页看不清", "请重新扫描"),
    ]
    assert "住所、公司章程" in words(clerk.get(f"/desk/cases/{ref}/history"))


def test_an_approval_tells_what_nobody_has_looked_at(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    clerk = visit(CLERK)
    asked = clerk.post(f"/desk/cases/{ref}/ask/approve", data={"mark.section.name": "ok"})
    assert "没有标记：住所、经营范围" in words(asked)
    assert taken(ref, clerk, "approve", opinion="符合法定形式") == 303
    assert case_of(ref).state == "approved"


def test_a_refusal_needs_its_reason_and_keeps_what_was_typed(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    clerk = visit(CLERK)
    asked = words(clerk.get(f"/desk/cases/{ref}/ask/reject"))
    assert "《企业名称登记管理规定》第二十条" in asked
    assert "60日内" in asked
    version = str(case_of(ref).version)
    refused = clerk.post(f"/desk/cases/{ref}/act/reject", version=version, reason="未取得前置审批")
    assert refused.status_code == 409
    assert 'href="#reason_code"' in refused.text
    assert "未取得前置审批" in refused.text
    assert case_of(ref).state == "under_examination"
    assert taken(ref, clerk, "reject", reason="未取得前置审批", reason_code="R03") == 303
    assert "R03" in words(clerk.get(f"/desk/cases/{ref}/history"))


def test_two_persons_decide_and_the_second_reads_the_first(visit: Visit) -> None:
    ref = file_in(claimed_by="0218", registrar="330701")
    examiner, approver = visit("0218"), visit("0219")
    assert taken(ref, examiner, "recommend", opinion="材料齐全，拟准予登记") == 303
    assert ref in words(approver.get("/desk/inbox"))
    assert "材料齐全，拟准予登记" in words(approver.get(f"/desk/cases/{ref}"))
    assert taken(ref, examiner, "approve", opinion="同意") == 409
    assert taken(ref, approver, "approve") == 409
    assert taken(ref, approver, "approve", opinion="同意") == 303
    assert case_of(ref).state == "approved"


def test_a_stale_page_tells_who_did_what_and_keeps_the_marks(visit: Visit) -> None:
    ref = file_in()
    slow = visit(CLERK)
    page = slow.get(f"/desk/cases/{ref}")
    version, seen = value_of(page, "version"), value_of(page, "seen")
    assert taken(ref, visit(WINDOW), "claim") == 303
    typed = {"mark.section.name": "bad", "what.section.name": "字号与注册商标相同"}
    answer = slow.post(f"/desk/cases/{ref}/act/claim", version=version, seen=seen, data=typed)
    assert answer.status_code == 409
    assert f"{WINDOW}号刚刚做了：领取" in words(answer)
    assert "字号与注册商标相同" in answer.text
    assert value_of(answer, "version") == str(case_of(ref).version)


def test_a_file_is_taken_over_with_a_reason_and_given_back(visit: Visit) -> None:
    ref = file_in(claimed_by=WINDOW)
    clerk = visit(CLERK)
    assert "现在还不能办的" in words(clerk.get(f"/desk/cases/{ref}"))
    assert taken(ref, clerk, "take_over") == 409
    assert taken(ref, clerk, "take_over", reason="原经办人休假") == 303
    assert taken(ref, clerk, "release") == 303
    assert case_of(ref).holder_id is None
    assert taken(ref, clerk, "take_over") == 303


def test_the_director_extends_holds_and_resumes(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    director = visit(DIRECTOR)
    before = case_of(ref).due_at
    assert taken(ref, director, "extend", reason="需要实地核查") == 303
    assert before is not None
    assert (case_of(ref).due_at or before) > before
    assert taken(ref, director, "hold", reason="股权诉讼") == 409
    assert taken(ref, director, "hold", reason="股权诉讼", paper="（2026）浙0702民初1号") == 303
    assert "计时停止" in words(director.get(f"/desk/cases/{ref}"))
    assert taken(ref, director, "resume", reason="诉讼终结") == 303
    assert case_of(ref).state == "under_examination"


def test_out_of_scope_is_refused_with_the_body_that_is_competent(visit: Visit) -> None:
    ref = file_in()
    window = visit(WINDOW)
    assert taken(ref, window, "refuse_scope", reason="住所在外地") == 409
    assert taken(ref, window, "refuse_scope", reason="住所在外地", competent_body="杭州市市场监督管理局") == 303
    assert case_of(ref).state == "not_accepted"


def test_a_licence_on_paper_is_handed_over(visit: Visit) -> None:
    now = clock.now()
    form = individual() | {"addons": {"postal_delivery": True, "postal_address": "金华市婺城区样例路2号"}}
    ref = submitted("individual", form, registrar="330702", actor=actor_of(LIN), now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    act(ref, "approve", actor=actor_of(CLERK), now=now, opinion="符合")
    work_off()
    licensing = visit(LICENSING)
    assert "发照" in words(licensing.get(f"/desk/cases/{ref}"))
    assert taken(ref, licensing, "hand_over") == 409
    assert taken(ref, licensing, "hand_over", recipient="苏知禾", courier_number="SF0001") == 303
    with database.reading() as session:
        entry = session.exec(select(HistoryEntry).where(HistoryEntry.tag == "application:hand_over")).one()
    assert entry.data == {"recipient": "苏知禾", "courier_number": "SF0001"}


def test_an_action_that_the_state_does_not_have_leads_back_to_the_file(visit: Visit) -> None:
    ref = file_in()
    clerk = visit(CLERK)
    assert clerk.get(f"/desk/cases/{ref}/ask/approve").status_code == 409
    assert clerk.post(f"/desk/cases/{ref}/act/no_such_action").status_code == 404
    assert case_of(ref).state == "submitted"


def test_what_was_typed_is_text_and_never_markup(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    typed = {"mark.section.name": "bad", "what.section.name": "<script>alert(1)</script>"}
    page = visit(CLERK).post(f"/desk/cases/{ref}/ask/request_correction", data=typed)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
