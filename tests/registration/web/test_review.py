"""The clerks' desk in the browser: what they see, what they may do, and that nothing typed is lost on the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from registration import clock, db
from registration.models import Application, AuditEntry, HistoryEntry, Message, Notice, NoticeItem
from registration.operations import apply
from registration.operations.act import act
from tests.fixtures.cases import actor_of, company, file_of, individual, person, sign_all, submitted
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]
LIN = "lin@example.cn"
CLERK, WINDOW, APPROVER, DIRECTOR, LICENSING = "0318", "0317", "0319", "0320", "0321"


def file_in(*, claimed_by: str = "", registrar: str = "330702", **more: str) -> str:
    now = clock.now()
    form = company(**more)
    ref = submitted("llc", form, registrar=registrar, actor=actor_of(LIN), now=now)
    if claimed_by:
        act(ref, "claim", actor=actor_of(claimed_by), now=now)
    return ref


def case_of(ref: str) -> Application:
    with db.reading() as session:
        return session.exec(select(Application).where(Application.ref == ref)).one()


def taken(ref: str, visitor: Visitor, action: str, **data: str) -> int:
    """Takes an action on the version that the desk shows now; the status of the answer."""
    return visitor.post(f"/desk/cases/{ref}/act/{action}", version=str(case_of(ref).version), **data).status_code


def test_a_clerk_lands_on_the_inbox_and_takes_a_file_from_its_row(visit: Visit) -> None:
    ref = file_in()
    clerk = visit(CLERK)
    heap = clerk.get("/desk/inbox?view=unclaimed")
    assert "金华市双溪样例信息科技有限公司" in words(heap)
    assert ref in words(heap)
    assert "婺城" in words(heap)
    answer = clerk.post(f"/desk/cases/{ref}/act/claim", version=value_of(heap, "version"))
    assert answer.location == f"/desk/cases/{ref}"
    assert "已办理：领取" in words(clerk.get(answer.location))
    assert ref in words(clerk.get("/desk/inbox"))
    assert ref not in words(clerk.get("/desk/inbox?view=unclaimed"))


def test_the_next_file_is_the_most_urgent_that_nobody_has(visit: Visit) -> None:
    now = clock.now()
    late = submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=now - timedelta(days=20))
    file_in(trade="听泉样例")
    clerk = visit(CLERK)
    assert clerk.post("/desk/next").location == f"/desk/cases/{late}"
    assert "超" in words(clerk.get("/desk/inbox"))
    clerk.post("/desk/next")
    assert clerk.post("/desk/next").location == "/desk/inbox?view=unclaimed"


def test_the_inbox_is_searched_by_number_and_name(visit: Visit) -> None:
    ref, other = file_in(), file_in(trade="听泉样例")
    found = words(visit(CLERK).get("/desk/inbox?view=unclaimed&q=听泉"))
    assert other in found
    assert ref not in found
    assert "没有找到" in words(visit(CLERK).get("/desk/inbox?view=unclaimed&q=无此企业"))


def test_the_inbox_goes_on_page_by_page(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from registration.queries import inbox
    from registration.web import review

    refs = {file_in(), file_in(trade="听泉样例"), file_in(trade="远山样例")}
    monkeypatch.setattr(review, "inbox_for", lambda session, **more: inbox.inbox_for(session, **more, limit=2))
    clerk = visit(CLERK)
    first = clerk.get("/desk/inbox?view=unclaimed")
    onward = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = clerk.get(onward)
    seen = [{ref for ref in refs if ref in words(page)} for page in (first, second)]
    assert [len(one) for one in seen] == [2, 1]
    assert seen[0] | seen[1] == refs


@pytest.mark.parametrize("login", ["0218", "0418", LIN, "3301"])
def test_another_office_and_other_people_see_nothing(visit: Visit, login: str) -> None:
    ref = file_in()
    stranger = visit(login)
    for path in ("", "/changes", "/history", "/parts", "/ask/claim"):
        assert stranger.get(f"/desk/cases/{ref}{path}").status_code in (403, 404)
    assert stranger.post(f"/desk/cases/{ref}/act/claim").status_code in (403, 404)
    assert case_of(ref).state == "submitted"


def test_sensitive_values_are_masked_until_a_reason_is_written(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    number = person("p1")["id_no"]
    clerk = visit(CLERK)
    page = clerk.get(f"/desk/cases/{ref}")
    assert number not in page.text
    assert "13800000001" not in page.text
    assert number[:6] + "********" + number[-4:] in page.text

    refused = clerk.post(f"/desk/cases/{ref}/reveal", path="people.0.id_no", data={"mark.section.name": "ok"})
    assert refused.status_code == 422
    assert number not in refused.text
    assert "请写明查看全号的理由" in words(refused)

    shown = clerk.post(
        f"/desk/cases/{ref}/reveal",
        path="people.0.id_no",
        data={"look.people.0.id_no": "与护照复印件核对", "mark.section.name": "ok"},
    )
    assert number in shown.text
    assert person("p2")["id_no"] not in shown.text
    assert 'value="ok" checked' in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    with db.reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.tag == "sensitive:view")).one()
    assert (entry.subject, entry.data["path"], entry.data["reason"]) == (
        f"staff:{CLERK}",
        "people.0.id_no",
        "与护照复印件核对",
    )


def test_only_judges_may_look_and_only_at_what_is_sensitive(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    look = {"look.people.0.id_no": "核对", "look.name.trade": "核对"}
    licensing = visit(LICENSING).post(f"/desk/cases/{ref}/reveal", path="people.0.id_no", data=look)
    assert licensing.status_code == 403
    assert visit(CLERK).post(f"/desk/cases/{ref}/reveal", path="name.trade", data=look).status_code == 404
    with db.reading() as session:
        assert not session.exec(select(AuditEntry).where(AuditEntry.tag == "sensitive:view")).all()


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
    assert "门牌号不完整" in faulty.text
    assert case_of(ref).state == "under_examination"

    sent["what.material.articles"] = "第2页看不清"
    done = clerk.post(f"/desk/cases/{ref}/act/request_correction", version=version, data=sent)
    assert done.status_code == 303
    with db.reading() as session:
        notice = session.exec(select(Notice)).one()
        items = session.exec(select(NoticeItem).order_by(NoticeItem.id)).all()  # type: ignore[arg-type]
    assert notice.issued_by == f"staff:{CLERK}"
    assert [(one.target, one.reason_code, one.problem, one.remedy) for one in items] == [
        ("section.domicile", "S08", "门牌号不完整", "请补充室号"),
        ("material.articles", "S01", "第2页看不清", "请重新扫描"),
    ]
    assert "住所、公司章程" in words(clerk.get(f"/desk/cases/{ref}/history"))


def test_the_corrected_file_shows_what_changed_and_what_was_told_before(visit: Visit) -> None:
    ref, now, lin = file_in(claimed_by=CLERK), clock.now(), actor_of(LIN)
    item = {"target": "section.domicile", "reason_code": "S08", "problem": "门牌号不完整", "remedy": "请补充室号"}
    act(ref, "request_correction", actor=actor_of(CLERK), now=now, items=[item])
    domicile = company()["domicile"] | {"street": "样例街道双溪路88号3幢202室"}
    apply.save_section(ref, "domicile", domicile, actor=lin, now=now)
    sign_all(ref, actor=lin, now=now)
    act(ref, "claim", actor=actor_of(CLERK), now=now)
    clerk = visit(CLERK)
    changes = clerk.get(f"/desk/cases/{ref}/changes")
    assert "样例街道双溪路88号3幢20<del>1</del>室" in changes.text
    assert "样例街道双溪路88号3幢20<ins>2</ins>室" in changes.text
    assert "20<del>1</del><ins>2</ins>室" in clerk.get(f"/desk/cases/{ref}").text
    again = clerk.post(f"/desk/cases/{ref}/ask/request_correction", data={"mark.section.domicile": "bad"})
    assert "这一项以前告知过" in words(again)


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
    assert "公司法第四十七条" in asked
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
    with db.reading() as session:
        entry = session.exec(select(HistoryEntry).where(HistoryEntry.tag == "application:hand_over")).one()
    assert entry.data == {"recipient": "苏知禾", "courier_number": "SF0001"}


def test_clerks_read_the_desk_in_english(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    clerk = visit(CLERK, lang="en")
    assert "Under examination" in words(clerk.get("/desk/inbox"))
    page = words(clerk.get(f"/desk/cases/{ref}"))
    assert "Automatic checks" in page
    assert "Business scope" in page


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


def test_a_stopped_task_is_seen_and_runs_again_with_one_click(visit: Visit) -> None:
    ref, now = file_in(), clock.now()
    case = file_of(ref, actor=actor_of(LIN), now=now).case
    with db.transaction() as session:
        stopped = Message(
            application_id=case.id,
            effect="issue.licence",
            due_at=now,
            created_at=now,
            attempts=5,
            last_error="MissingLibrary: libpango-1.0-0",
            parked_at=now,
        )
        session.add(stopped)
        session.flush()
        number = stopped.id
    assert "有1项后台任务停了下来" in words(visit(CLERK).get("/desk/inbox"))
    assert "停了下来" not in words(visit("0218").get("/desk/inbox"))
    assert visit(CLERK).get("/desk/outbox").status_code == 403
    director = visit(DIRECTOR)
    assert "MissingLibrary" in words(director.get("/desk/outbox"))
    assert visit("0220").post(f"/desk/outbox/{number}/retry").status_code == 404
    assert director.post(f"/desk/outbox/{number}/retry").status_code == 303
    with db.reading() as session:
        again = session.get_one(Message, number)
    assert (again.parked_at, again.attempts) == (None, 0)
