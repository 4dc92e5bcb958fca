"""The city's hotline: a case with its check word, voices of callers, and answers out of what is published."""

import re
from collections.abc import Callable

import pytest
from sqlmodel import col, select

from registration import clock, database
from registration.errors import NotFound
from registration.models import AuditEntry, VoiceEntry
from registration.operations import hotline, published_voices, voices
from registration.operations.act import act
from registration.operations.voices import VoiceData
from registration.queries.public_progress import check_word
from registration.rules.answer_search import ranked
from tests.fixtures.cases import actor_of
from tests.fixtures.office import APPROVER, CLERK, DIRECTOR
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
HOTLINE, OFFICE = "0906", "330702"


def lines(*tags: str) -> list[tuple[str, str, str]]:
    """(who, tag, result) of the audit lines with these tags, the oldest first."""
    with database.reading() as session:
        query = select(AuditEntry).where(col(AuditEntry.tag).in_(tags)).order_by(col(AuditEntry.id))
        return [(one.subject, one.tag, one.result) for one in session.exec(query)]


def test_it_has_a_home_of_its_own_and_no_desk(visit: Visit, examined: str) -> None:
    desk = visit(HOTLINE)
    assert desk.get("/sign-in").location == "/hotline"
    assert "市民热线" in words(desk.get("/hotline"))
    closed = ("/desk", "/desk/voices", f"/desk/cases/{examined}", "/desk/search?q=x", "/archive", "/admin")
    assert {path: desk.get(path).status_code for path in closed if desk.get(path).status_code not in (403, 404)} == {}
    assert {visit(login).get("/hotline").status_code for login in (CLERK, DIRECTOR, "lin@example.cn")} == {403}
    with pytest.raises(NotFound):
        hotline.look_up(examined, check_word(examined), actor=actor_of(CLERK), now=clock.now())


def test_a_case_is_shown_with_its_word_and_each_look_leaves_a_line(visit: Visit, examined: str) -> None:
    desk = visit(HOTLINE)
    refused = desk.post("/hotline/progress", ref=examined, word="2222-2222")
    assert refused.status_code == 404
    assert "请核对申请编号和查询码" in words(refused)
    assert examined in refused.text
    act(examined, "request_correction", actor=actor_of(CLERK), now=clock.now(), items=[item()], opinion="其他没有问题")
    page = words(desk.post("/hotline/progress", ref=examined.lower(), word=check_word(examined)))
    public = words(visit().post("/progress", ref=examined, word=check_word(examined)))
    assert "等待您重新提交；到" in page
    assert "申请人接下来" in page
    assert "申请人接下来" not in public
    assert "门牌号" not in page
    desk.post("/hotline/progress", ref=check_word(examined), word=examined)
    seen = f"staff:{HOTLINE}", "application:look_up"
    assert lines("application:look_up") == [(*seen, "refused"), (*seen, "done"), (*seen, "refused")]
    with database.reading() as session:
        kept = session.exec(select(AuditEntry).where(AuditEntry.tag == "application:look_up")).all()
    assert [one.data["ref"] for one in kept] == [examined, examined, ""]


def item() -> dict[str, str]:
    return {"target": "section.domicile", "reason_code": "S08", "problem": "没有写门牌号。", "remedy": "请写到门牌号"}


def test_it_files_for_a_caller_and_follows_without_the_word(visit: Visit) -> None:
    desk = visit(HOTLINE)
    typed = {"kind": "complaint", "registrar": OFFICE, "words": "窗口不收材料", "contact": "13800000001"}
    unfit = desk.post("/hotline/voices/new", data=typed | {"registrar": ""})
    assert unfit.status_code == 422
    assert "窗口不收材料" in unfit.text
    assert desk.post("/hotline/voices/new", data=typed).location == "/hotline/voices/sent"
    page = words(desk.get("/hotline/voices/sent"))
    (ref,), (word,) = re.findall(r"编号(SQ-\d{4}-\d{8})", page), re.findall(r"查询码([0-9A-Z]{4}-[0-9A-Z]{4})", page)
    assert "窗口不收材料" in words(visit().post("/voices/read", ref=ref, word=word))
    assert "由市民热线代为提交" in words(visit(DIRECTOR).get(f"/desk/voices/{ref}"))
    voices.answer(ref, words="马上改正。", actor=actor_of(DIRECTOR), now=clock.now())
    read = words(desk.post("/hotline/voices/read", ref=ref))
    assert "马上改正。" in read
    assert "13800000001" not in read
    with database.reading() as session:
        first = session.exec(select(VoiceEntry).order_by(col(VoiceEntry.id))).first()
    assert first is not None
    assert (first.step, first.by) == ("file_by_hotline", f"staff:{HOTLINE}")
    own = voices.file(VoiceData("question", OFFICE, "分公司要不要登记？"), now=clock.now())
    assert desk.post("/hotline/voices/read", ref=own).status_code == 404
    assert "分公司要不要登记？" in words(desk.post("/hotline/voices/read", ref=own, word=check_word(own)))
    who, look = f"staff:{HOTLINE}", "voice:look_up"
    assert lines("voice:file_by_hotline", look) == [
        (who, "voice:file_by_hotline", "done"),
        (who, look, "done"),
        (who, look, "refused"),
        (who, look, "done"),
    ]


@pytest.mark.parametrize(
    ("sought", "answer", "link"),
    [
        ("多少钱", "费用", "/lists/power/establishment"),
        ("要等多久", "承诺", "/lists/power/establishment#limits"),
        ("被驳回了怎么办", "行政复议", "/lists/appeals"),
        ("有限责任公司带什么材料", "有限责任公司", "/lists/power/establishment#materials"),
        ("我一个人", "可以办", "/guide?founders=person"),
        ("开奶茶店", "食品经营许可证", "/guide/scope?q="),
    ],
)
def test_a_question_finds_what_is_published(visit: Visit, sought: str, answer: str, link: str) -> None:
    page = visit(HOTLINE).get("/hotline", query_string={"q": sought})
    assert answer in words(page)
    assert f'href="{link}' in page.text


def test_published_answers_are_found_and_weak_ones_are_left_out(visit: Visit) -> None:
    ref = voices.file(VoiceData("question", OFFICE, "分公司要不要单独登记？"), now=clock.now())
    voices.answer(ref, words="要。", actor=actor_of(DIRECTOR), now=clock.now())
    text = published_voices.propose(
        ref,
        question="分公司要不要单独登记？",
        answer="要，由当地登记机关登记。",
        actor=actor_of(DIRECTOR),
        now=clock.now(),
    )
    published_voices.decide(text, "confirm", words="", actor=actor_of(APPROVER), now=clock.now())
    desk = visit(HOTLINE)
    assert "要，由当地登记机关登记。" in words(desk.get("/hotline?q=分公司单独登记"))
    cost = words(desk.get("/hotline?q=多少钱"))
    assert "费用" in cost
    assert "当地登记机关" not in cost
    assert "要赔多少" not in cost
    assert "请换一个说法" in words(desk.get("/hotline?q=天气预报"))


def test_what_is_rare_weighs_more_and_what_nobody_has_weighs_nothing() -> None:
    texts = ["公司的材料", "公司的费用", "个体户的材料"]
    assert ranked("请问公司要多少费用", texts, limit=3) == [1]
    assert ranked("天气", texts, limit=3) == []
