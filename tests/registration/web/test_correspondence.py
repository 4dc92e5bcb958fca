"""Messages about a case: both sides write, the other gets a notice, and an answer ends the waiting."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import select

from registration import clock, database
from registration.errors import Conflict, Forbidden, NotFound
from registration.models import Account, CaseMessage, Message
from registration.operations import apply, correspondence
from registration.operations.act import act
from registration.queries.desk_notices import letters_to_desk
from registration.queries.notices import letters_to_applicant
from tests.fixtures.cases import actor_of, at_the_agencies, file_of
from tests.fixtures.office import CLERK, LIN, case_of
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]
ASKED = "我的店名能不能加“金华”两个字？"


def picture(width: int = 30) -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (width, 40)).save(out, "JPEG")
    return BytesIO(out.getvalue())


def effects() -> list[str]:
    with database.reading() as session:
        return [effect for effect in session.exec(select(Message.effect)).all() if "message" in effect]


def test_both_sides_write_and_the_other_is_notified(examined: str, visit: Visit) -> None:
    lin, clerk = visit(LIN), visit(CLERK)
    page = lin.get(f"/applications/{examined}/messages")
    key = value_of(page, "sent_key")
    sent = {"words": ASKED, "sent_key": key}
    for _ in range(2):
        # A form that is sent twice is one message.
        answer = lin.post(f"/applications/{examined}/messages", **sent, file=(picture(), "门头.jpg"))
        assert answer.location == f"/applications/{examined}/messages"
    assert effects() == ["notify.desk_message"]
    with database.reading() as session:
        (row,) = session.exec(select(CaseMessage)).all()
    assert ASKED not in row.words
    with database.transaction() as session:
        session.exec(select(Account).where(Account.login == CLERK)).one().email = "0318@example.cn"
    (letter,) = letters_to_desk("notify.desk_message", row.application_id)
    assert examined in letter.subject
    assert ASKED not in letter.text
    assert "等待答复" in words(lin.get(f"/applications/{examined}"))

    assert "有留言" in words(clerk.get("/desk/inbox?view=asked"))
    assert examined in clerk.get("/desk/inbox?view=asked").text
    tab = clerk.get(f"/desk/cases/{examined}/messages")
    assert ASKED in words(tab)
    assert "留言 1" in words(tab)
    file = next(part for part in tab.text.split('"') if part.startswith("/message-files/"))
    assert clerk.get(file).headers["Content-Disposition"].endswith("%E9%97%A8%E5%A4%B4.jpg")
    clerk.post(f"/desk/cases/{examined}/messages", words="可以，请在补正时修改。")
    assert "notify.message" in effects()
    (notice,) = letters_to_applicant("notify.message", row.application_id)
    assert "可以" not in notice.subject + notice.text
    work_off()
    assert "可以，请在补正时修改。" in words(lin.get(f"/applications/{examined}/messages"))
    assert "有答复" in words(lin.get(f"/applications/{examined}"))
    assert examined not in clerk.get("/desk/inbox?view=asked").text
    tags = [one.tag for one in file_of(examined, actor=actor_of(LIN), now=clock.now()).history]
    assert tags[-2:] == ["message:write", "message:answer"]
    assert "登记机关留言" in words(clerk.get(f"/desk/cases/{examined}/history"))


@pytest.mark.parametrize(
    ("typed", "said"), [("", "请填写留言"), ("早\u202e上", "看不见的字符"), ("长" * 1001, "缩短到1000个字以内")]
)
def test_a_refused_message_keeps_what_was_typed(examined: str, visit: Visit, typed: str, said: str) -> None:
    answer = visit(LIN).post(f"/applications/{examined}/messages", words=typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert typed in answer.text
    unfit = visit(LIN).post(f"/applications/{examined}/messages", words=ASKED, file=(BytesIO(b"MZ\x90\x00"), "a.pdf"))
    assert unfit.status_code == 422
    assert ASKED in words(unfit)
    assert effects() == []


def test_a_refused_message_stores_no_file(examined: str, visit: Visit, home: Path) -> None:
    """Otherwise a program could fill the store with files that no quota counts."""

    def stored() -> int:
        return len([*home.rglob("materials/*/*")])

    before, lin, path = stored(), visit(LIN), f"/applications/{examined}/messages"
    assert lin.post(path, words=" ", file=(picture(31), "a.jpg")).status_code == 422
    for number in range(correspondence.MOST_UNANSWERED):
        correspondence.write(examined, words=ASKED, sent_key=str(number), actor=actor_of(LIN), now=clock.now())
    assert lin.post(path, words=ASKED, file=(picture(32), "a.jpg")).status_code == 409
    assert lin.post(path, words=ASKED, sent_key="7", file=(picture(33), "a.jpg")).status_code == 303
    assert stored() == before
    correspondence.settle(examined, actor=actor_of(CLERK), now=clock.now())
    assert lin.post(path, words=ASKED, file=(picture(34), "a.jpg")).status_code == 303
    assert stored() == before + 1


def test_nobody_else_reads_or_writes(examined: str, visit: Visit) -> None:
    correspondence.write(examined, words=ASKED, actor=actor_of(LIN), now=clock.now())
    file = f"/applications/{examined}/messages"
    for login in ("zhou@example.cn", "0217"):
        assert visit(login).get(file).status_code == 404
        with pytest.raises(NotFound):
            correspondence.write(examined, words=ASKED, actor=actor_of(login), now=clock.now())
    assert visit("0217").get(f"/desk/cases/{examined}/messages").status_code == 404
    with pytest.raises(Forbidden):
        correspondence.settle(examined, actor=actor_of(LIN), now=clock.now())
    assert visit(CLERK).post(f"/desk/cases/{examined}/messages/settle").location == f"/desk/cases/{examined}/messages"
    assert "等待答复" not in words(visit(LIN).get(file))

    shared = at_the_agencies(clock.now())
    with pytest.raises((Forbidden, NotFound)):
        correspondence.write(shared, words=ASKED, actor=actor_of("3301"), now=clock.now())
    unsent = apply.start(entity_type="individual", registrar_code="330702", actor=actor_of(LIN), now=clock.now())
    with pytest.raises(Conflict, match="case_not_submitted"):
        correspondence.write(unsent, words=ASKED, actor=actor_of(LIN), now=clock.now())


def test_an_ended_case_is_for_reading_and_says_where_to_turn(examined: str, visit: Visit) -> None:
    correspondence.write(examined, words=ASKED, actor=actor_of(LIN), now=clock.now())
    act(
        examined,
        "reject",
        actor=actor_of(CLERK),
        now=clock.now(),
        reason_code="R03",
        reason="没有取得批准",
        opinion="x",
    )
    assert case_of(examined).state == "rejected"
    page = visit(LIN).get(f"/applications/{examined}/messages")
    assert ASKED in words(page)
    assert "<textarea" not in page.text
    assert "市民热线8890" in words(page)
    assert visit(LIN).post(f"/applications/{examined}/messages", words="还有一事").status_code == 409
    assert "留言只能查看" in words(visit(CLERK).get(f"/desk/cases/{examined}/messages"))
