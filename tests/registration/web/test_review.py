"""The clerks' desk in the browser: the inbox, and what a file shows to whom."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from registration import clock, database
from registration.models import Application, AuditEntry, Licence, Message
from registration.operations import apply, revocation
from registration.operations.act import act
from tests.fixtures.cases import actor_of, company, file_of, individual, person, sign_all, submitted
from tests.fixtures.office import APPROVER, CLERK, DIRECTOR, LICENSING, LIN, WINDOW, case_of, file_in
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]


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


def test_one_search_finds_a_file_wherever_it_stands_and_by_whatever_is_known_of_it(visit: Visit) -> None:
    ref, other = file_in(), file_in(trade="听泉样例")
    clerk = visit(CLERK)
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    act(ref, "approve", actor=actor_of(CLERK), now=clock.now(), opinion="符合法定形式")
    work_off()
    with database.reading() as session:
        licence = session.exec(select(Licence).where(Licence.paper == "original")).one()
    known = {
        *(ref, ref.lower(), f" {ref} ", "".join(chr(ord(c) + 0xFEE0) for c in ref)),
        *("双溪样例", "shuangxi", "shuang xi", "SHUANGXI", "sxyl"),
        *(licence.code, licence.code.lower(), licence.serial),
    }
    for words_ in known:
        found = words(clerk.get("/desk/search", query_string={"q": words_}))
        assert ref in found, words_
        assert other not in found, words_
    signer = file_of(ref, actor=actor_of(CLERK), now=clock.now()).signatures[0].party.name
    number = person("p1")["id_no"]
    for words_ in (signer, number, number.lower()):
        assert ref in words(clerk.get("/desk/search", query_string={"q": words_})), words_
    for words_ in ("双 溪样例", "双\u200b溪", f"{ref[:8]} {ref[8:]}", "".join(chr(ord(c) + 0xFEE0) for c in number)):
        assert ref in words(clerk.get("/desk/search", query_string={"q": words_})), words_
    for nothing in ("无此企业", "_", "%", "\u200b", "双_样例", number[:17]):
        assert "没有找到" in words(clerk.get("/desk/search", query_string={"q": nothing})), nothing


def test_a_draft_is_not_found(visit: Visit) -> None:
    ref = apply.start(entity_type="individual", registrar_code="330702", actor=actor_of(LIN), now=clock.now())
    assert "没有找到" in words(visit(CLERK).get("/desk/search", query_string={"q": ref}))


def test_what_is_due_today_is_counted_over_all_pages(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from registration.queries import inbox
    from registration.web import listing

    now = clock.now()
    refs = [file_in(trade=trade) for trade in ("双溪样例", "听泉样例", "远山样例")]
    for ref in refs:
        act(ref, "claim", actor=actor_of(CLERK), now=now)
    with database.transaction() as session:
        for case in session.exec(select(Application)):
            case.due_at = now
    monkeypatch.setattr(listing, "now", lambda: now)
    monkeypatch.setattr(listing, "inbox_for", lambda session, **more: inbox.inbox_for(session, **more, limit=2))
    assert "今天到期3件" in words(visit(CLERK).get("/desk/inbox?view=mine"))


def test_who_was_faster_is_said_once_and_nothing_need_be_mended(visit: Visit) -> None:
    ref = file_in()
    slower, faster = visit(CLERK), actor_of(WINDOW)
    version = value_of(slower.get("/desk/inbox?view=unclaimed"), "version")
    act(ref, "claim", actor=faster, now=clock.now())
    answer = slower.post(f"/desk/cases/{ref}/act/claim", version=version)
    box = answer.text.split('class="errors"')[1].split("</div>")[0]
    assert answer.status_code == 409
    assert "同事刚刚办理了这份申请" in box
    assert "处需要修改" not in box
    assert box.count("<li>") == 1
    assert "0317号刚刚做了：领取" in box


def test_a_former_holder_reads_who_took_the_file_and_why(visit: Visit) -> None:
    ref = file_in()
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    act(ref, "take_over", actor=actor_of(WINDOW), now=clock.now(), reason="原经办人休假")
    told = words(visit(CLERK).get("/desk/inbox"))
    assert "0317号接办了您经办的" in told
    assert "原经办人休假" in told
    assert "接办了您经办的" not in words(visit(WINDOW).get("/desk/inbox"))
    assert "原经办人：0318号" in words(visit(WINDOW).get(f"/desk/cases/{ref}/history"))


def test_what_waits_for_a_second_person_is_counted_in_the_menu(visit: Visit) -> None:
    ref = file_in()
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    act(ref, "approve", actor=actor_of(CLERK), now=clock.now(), opinion="符合法定形式")
    work_off()
    assert "执照 1" not in words(visit(APPROVER).get("/desk/inbox"))
    revocation.propose_revocation(ref, reason_code="V07", opinion="误印", actor=actor_of(CLERK), now=clock.now())
    assert "执照 1件待办" in words(visit(APPROVER).get("/desk/inbox"))
    assert "执照 1" not in words(visit(CLERK).get("/desk/inbox")), "the own proposal is for others to decide"


def test_the_inbox_goes_on_page_by_page(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    from registration.queries import inbox
    from registration.web import listing

    refs = {file_in(), file_in(trade="听泉样例"), file_in(trade="远山样例")}
    monkeypatch.setattr(listing, "inbox_for", lambda session, **more: inbox.inbox_for(session, **more, limit=2))
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
    assert "请写明为什么要看完整内容" in words(refused)

    shown = clerk.post(
        f"/desk/cases/{ref}/reveal",
        path="people.0.id_no",
        data={"look.people.0.id_no": "与护照复印件核对", "mark.section.name": "ok"},
    )
    assert number in shown.text
    assert person("p2")["id_no"] not in shown.text
    assert 'value="ok" checked' in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    with database.reading() as session:
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
    with database.reading() as session:
        assert not session.exec(select(AuditEntry).where(AuditEntry.tag == "sensitive:view")).all()


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


def test_clerks_read_the_desk_in_english(visit: Visit) -> None:
    ref = file_in(claimed_by=CLERK)
    clerk = visit(CLERK, lang="en")
    assert "Under examination" in words(clerk.get("/desk/inbox"))
    page = words(clerk.get(f"/desk/cases/{ref}"))
    assert "Automatic checks" in page
    assert "Business scope" in page


def test_a_stopped_task_is_seen_and_runs_again_with_one_click(visit: Visit) -> None:
    ref, now = file_in(), clock.now()
    case = file_of(ref, actor=actor_of(LIN), now=now).case
    with database.transaction() as session:
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
    with database.reading() as session:
        again = session.get_one(Message, number)
    assert (again.parked_at, again.attempts) == (None, 0)


def test_a_draft_that_was_given_up_was_never_the_offices(visit: Visit) -> None:
    ref, now = file_in(), clock.now()
    given_up = apply.start(entity_type="llc", registrar_code="330702", actor=actor_of(LIN), now=now)
    act(given_up, "withdraw", actor=actor_of(LIN), now=now)
    act(ref, "withdraw", actor=actor_of(LIN), now=now)
    done = words(visit(CLERK).get("/desk/inbox?view=done"))
    assert ref in done
    assert given_up not in done
