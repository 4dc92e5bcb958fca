"""One step for several files: what would happen to each, then what happened, one refusal stopping no other."""

import re
from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
from sqlmodel import select

from registration import clock, database
from registration.models import Account, AuditEntry, Message
from registration.operations.act import act
from registration.queries.notices import letters_to_applicant
from tests.fixtures.cases import actor_of
from tests.fixtures.office import CLERK, DIRECTOR, WINDOW, case_of, file_in
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]


def confirmed(page: str) -> dict[str, list[str]]:
    """What the form of a dry run sends."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.split("/bulk/done")[1]):
        found.setdefault(name, []).append(value)
    del found["csrf_token"]
    return found


def test_several_files_are_claimed_given_and_put_back_each_on_its_own(examined: str, visit: Visit) -> None:
    free, other = file_in(trade="听泉样例"), file_in(trade="远山样例")
    clerk, window, director = visit(CLERK), visit(WINDOW), visit(DIRECTOR)
    page = window.get("/desk/inbox?view=unclaimed&all=1").text
    assert sorted(re.findall(r'name="case" value="([^"]+)" form="picked" checked', page)) == sorted([free, other])
    assert "交给他人办理" not in page
    assert window.post("/desk/bulk", what="assign", data={"case": [free]}).status_code == 303
    assert window.post("/desk/bulk", what="take").status_code == 303
    assert "请勾选1到100件" in words(window.get("/desk/inbox"))

    # The dry run changes nothing and says why; a file that changes meanwhile is refused alone.
    stranger = "HY-2026-999999"
    look = window.post("/desk/bulk", what="take", data={"case": [free, other, examined, stranger]})
    assert "可以办2件，不能办2件" in words(look)
    assert "已由别人经办" in words(look)
    assert case_of(free).holder_id is None
    for action in ("claim", "release"):
        assert clerk.post(f"/desk/cases/{other}/act/{action}").status_code == 303
    done = window.post("/desk/bulk/done", data=confirmed(look.text))
    assert "办成1件，没有办成1件" in words(done)
    assert "您读取之后有人修改了这份申请" in words(done)
    assert clerk.post(f"/desk/cases/{other}/act/take_over").status_code == 303
    assert case_of(free).holder_id == actor_of(WINDOW).account_id
    assert case_of(other).holder_id == actor_of(CLERK).account_id

    asked = director.post("/desk/bulk", what="assign", data={"case": [free, other]})
    assert "会怎样" in words(asked)
    assert "/bulk/done" not in asked.text
    with database.transaction() as session:
        session.exec(select(Account).where(Account.login == CLERK)).one().name = "苏知禾"
    look = director.post("/desk/bulk", what="assign", to=CLERK, reason="值班", data={"case": [free, other]})
    assert ("应当回避" in words(look), "已经由0318号经办" in words(look)) == (True, True)
    look = director.post("/desk/bulk", what="assign", to=WINDOW, reason="值班", data={"case": [free, other]})
    assert "可以办1件" in words(look)
    assert "办成1件" in words(director.post("/desk/bulk/done", data=confirmed(look.text)))

    look = window.post("/desk/bulk", what="give_back", data={"case": [free, other]})
    assert "办成2件，没有办成0件" in words(window.post("/desk/bulk/done", data=confirmed(look.text)))
    assert case_of(free).holder_id is None


def test_applicants_who_must_correct_are_reminded_once_a_day(visit: Visit) -> None:
    waiting, held = file_in(trade="听泉样例", claimed_by=CLERK), file_in(trade="远山样例", claimed_by=CLERK)
    items = [{"target": "section.domicile", "reason_code": "S08", "problem": "住所没有写到室", "remedy": "请补充室号"}]
    act(waiting, "request_correction", actor=actor_of(CLERK), now=clock.now(), items=items)
    clerk = visit(CLERK)
    look = clerk.post("/desk/bulk", what="remind", data={"case": [waiting, held]})
    assert "可以办1件，不能办1件" in words(look)
    assert "现在不用申请人补正" in words(look)
    assert "办成1件" in words(clerk.post("/desk/bulk/done", data=confirmed(look.text)))
    with database.reading() as session:
        effects = session.exec(select(Message.effect).where(Message.effect == "notify.correction_reminder")).all()
    assert len(effects) == 1
    [letter] = letters_to_applicant("notify.correction_reminder", case_of(waiting).id or 0)
    assert "还在等您补正。最后一天是" in letter.text
    again = clerk.post("/desk/bulk", what="remind", data={"case": [waiting]})
    assert "今天已经提醒过申请人" in words(again)
    with clock.moved_to(clock.now() + timedelta(days=1, minutes=1)):
        look = visit(CLERK).post("/desk/bulk", what="remind", data={"case": [waiting]})
    assert "可以办1件" in words(look)


@pytest.mark.thorough
def test_the_newest_papers_are_printed_as_one_document(visit: Visit) -> None:
    refs = [file_in(trade=trade) for trade in ("听泉样例", "远山样例")]
    clerk = visit(CLERK)
    early = clerk.post("/desk/bulk", what="print", data={"case": refs})
    assert "还没有可以打印的文书" in words(early)
    assert clerk.post("/desk/bulk/done", what="print", data={"case": refs}).status_code == 303
    work_off(papers=True)
    look = clerk.post("/desk/bulk", what="print", data={"case": [*refs, "HY-2026-999999"]})
    assert "可以办2件，不能办1件" in words(look)
    printed = clerk.post("/desk/bulk/done", data=confirmed(look.text))
    assert printed.mimetype == "application/pdf"
    with pypdfium2.PdfDocument(printed.data) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    assert [ref in "".join(texts) for ref in refs] == [True, True]
    with database.reading() as session:
        [line] = [one for one in session.exec(select(AuditEntry)) if one.tag == "paper:print"]
    assert len(line.data["papers"]) == 2
