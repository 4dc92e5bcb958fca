"""Complaints, reports, suggestions and questions without an account: filed, handed on, answered and read again."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from registration import clock, database
from registration.errors import Conflict, Forbidden, InvalidInput, NotFound
from registration.models import AuditEntry, Message, Voice
from registration.operations import voices
from registration.operations.sweeps import escalate_voices
from registration.operations.voices import VoiceData
from registration.queries.attention import attention
from registration.queries.public_progress import check_word
from registration.queries.voice_mails import letters_about_voice
from registration.queries.voices import voice_at
from registration.rules.voices import has_private_number, names_a_way_to_a_person
from tests.fixtures.cases import actor_of, person
from tests.fixtures.office import APPROVER, CLERK, DIRECTOR, WINDOW
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
OFFICE, OTHER = "330702", "330784"


@pytest.fixture
def ref(visit: Visit) -> str:
    """A question to the office of the clerks."""
    return filed("question")


def filed(kind: str, text: str = "分公司要不要单独登记？", *, contact: str = "") -> str:
    return voices.file(VoiceData(kind, OFFICE, text, contact=contact), now=clock.now())


def row(ref: str) -> Voice:
    with database.reading() as session:
        return session.exec(select(Voice).where(Voice.ref == ref)).one()


def waiting(login: str) -> int:
    with database.reading() as session:
        return attention(session, actor=actor_of(login))["voices"]


def test_anybody_writes_and_reads_the_answer(visit: Visit) -> None:
    stranger, director = visit(), visit(DIRECTOR)
    typed = {"kind": "complaint", "registrar": OFFICE, "words": "窗口不收材料", "contact": "13800000001"}
    unfit = stranger.post("/voices/new", data=typed | {"kind": "", "registrar": ""})
    assert unfit.status_code == 422
    assert "请选择登记机关" in words(unfit)
    assert "窗口不收材料" in unfit.text
    sent = stranger.post("/voices/new", data=typed)
    assert sent.location == "/voices/sent"
    assert stranger.post("/voices/new", data=typed).location == "/voices/sent"
    assert waiting(DIRECTOR) == 1
    page = words(stranger.get("/voices/sent"))
    (ref,), (word,) = re.findall(r"编号(SQ-\d{4}-\d{8})", page), re.findall(r"查询码([0-9A-Z]{4}-[0-9A-Z]{4})", page)
    kept = row(ref)
    assert "窗口" not in kept.words
    assert "138" not in kept.contact
    desk = words(director.get(f"/desk/voices/{ref}"))
    assert "13800000001" in desk
    answered = director.post(f"/desk/voices/{ref}/answer", words="已经核实，马上改正。")
    assert answered.status_code == 303
    assert ref in words(director.get("/desk/voices?view=ended&q=窗口不收"))
    assert ref not in words(director.get("/desk/voices?view=ended&q=没有的字"))
    read = words(visit().post("/voices/read", ref=ref.lower(), word=word))
    assert "已经核实，马上改正。" in read
    assert "已答复" in read
    assert "13800000001" not in read


def test_a_wrong_word_and_a_wrong_number_are_refused_alike(visit: Visit, ref: str) -> None:
    wrong_word = visit().post("/voices/read", ref=ref, word="2222-2222")
    wrong_number = visit().post("/voices/read", ref="SQ-2026-00000000", word=check_word("SQ-2026-00000000"))
    assert (wrong_word.status_code, wrong_number.status_code) == (404, 404)
    message = "请核对编号和查询码"
    assert message in words(wrong_word)
    assert message in words(wrong_number)
    # The word of a voice opens no case, and is not taken for one.
    assert visit().post("/progress", ref=ref, word=check_word(ref)).status_code == 404


def test_numbers_of_cards_are_sent_only_on_purpose(visit: Visit) -> None:
    number = person("p1")["id_no"]
    typed = {"kind": "report", "registrar": OFFICE, "words": f"{number}的身份证被冒用"}
    warned = visit().post("/voices/new", data=typed)
    assert warned.status_code == 422
    assert "请删去" in words(warned)
    assert 'name="with_numbers"' in warned.text
    assert visit().post("/voices/new", data=typed | {"with_numbers": "yes"}).status_code == 303
    assert not has_private_number("卡号 6222 0212 3456 7890 129")
    assert has_private_number("卡号 4111 1111 1111 1111")
    assert names_a_way_to_a_person("请打138 0000 0001")
    assert not names_a_way_to_a_person("2026年10月12日，编号HY-2026-000012")


def test_who_sees_and_who_answers(visit: Visit, ref: str) -> None:
    """Questions are everybody's at the office; complaints are those responsible's, and of whom they name for it."""
    now, complaint = clock.now(), filed("complaint", "收费")
    clerk, window, director = actor_of(CLERK), actor_of(WINDOW), actor_of(DIRECTOR)
    assert (waiting(CLERK), waiting(DIRECTOR)) == (1, 2)
    voices.assign(ref, CLERK, actor=clerk, now=now)
    assert (waiting(WINDOW), waiting(CLERK), waiting(DIRECTOR)) == (0, 1, 1)
    with pytest.raises(Forbidden, match="voice_of_another"):
        voices.answer(ref, words="要。", actor=window, now=now)
    with pytest.raises(NotFound):
        voices.answer(complaint, words="没有。", actor=clerk, now=now)
    assert visit(CLERK).get(f"/desk/voices/{complaint}").status_code == 404
    voices.assign(complaint, CLERK, actor=director, now=now)
    assert visit(CLERK).get(f"/desk/voices/{complaint}").status_code == 200
    with pytest.raises(Forbidden, match="voice_closed_by_heads"):
        voices.close(complaint, words="重复", actor=clerk, now=now)
    refused = visit(CLERK).post(f"/desk/voices/{complaint}/assign", number=WINDOW)
    assert (refused.status_code, "由别人办理" in words(refused)) == (403, True)
    voices.close(complaint, words="与上一件重复", actor=director, now=now)
    with pytest.raises(Conflict, match="voice_is_ended"):
        voices.answer(complaint, words="没有。", actor=director, now=now)


def test_it_goes_to_another_office_with_a_reason_and_keeps_its_term(visit: Visit, ref: str) -> None:
    due, clerk = row(ref).due_at, visit(CLERK)
    unfit = clerk.post(f"/desk/voices/{ref}/hand-over", registrar=OFFICE, reason="归永康办")
    assert unfit.status_code == 422
    assert "归永康办" in unfit.text
    assert clerk.post(f"/desk/voices/{ref}/hand-over", registrar=OTHER, reason="归永康办").status_code == 303
    assert clerk.get(f"/desk/voices/{ref}").status_code == 404
    there = words(visit("0417").get(f"/desk/voices/{ref}"))
    assert "归永康办" in there
    assert row(ref).due_at == due
    assert "归永康办" not in words(visit().post("/voices/read", ref=ref, word=check_word(ref)))
    with database.reading() as session:
        line = session.exec(select(AuditEntry).where(AuditEntry.tag == "voice:pass_on")).one()
        steps = voice_at(session, ref, actor=actor_of("0417"))[1]
    assert (line.subject, line.data["before"], line.data["after"]) == (f"staff:{CLERK}", OFFICE, OTHER)
    assert "归永康" not in str(line.data)
    assert [one.entry.step for one in steps] == ["pass_on", "file"]


def test_the_director_is_told_of_a_late_one_once(visit: Visit, ref: str) -> None:
    found = row(ref)
    voices.assign(ref, CLERK, actor=actor_of(CLERK), now=clock.now())
    assert found.due_at < found.escalate_at
    assert not escalate_voices(now=found.due_at + timedelta(hours=1))
    assert row(ref).escalated_at is None
    late = found.escalate_at + timedelta(hours=1)
    for _again in range(2):
        escalate_voices(now=late)
    assert row(ref).escalated_at == late
    assert (waiting(DIRECTOR), waiting(APPROVER)) == (1, 0)
    with database.reading() as session:
        sent = session.exec(select(Message).where(col(Message.effect) == "notify.desk_voice_late")).all()
    assert [one.payload for one in sent] == [{"voice": ref}]
    letters = letters_about_voice("notify.desk_voice_late", ref)
    assert all(ref in one.subject and "分公司" not in one.text for one in letters)


def test_a_text_is_needed_and_bounded(visit: Visit) -> None:
    with pytest.raises(InvalidInput) as refused:
        voices.file(VoiceData("question", OFFICE, " ", matter="none"), now=clock.now())
    assert {one.path for one in refused.value.problems} == {"words", "matter"}
    with pytest.raises(InvalidInput):
        filed("question", "字" * 2001)
