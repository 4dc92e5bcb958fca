"""Questions and answers without names: a second person decides, everybody finds them, figures hide small numbers."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from registration import clock
from registration.errors import Conflict, Forbidden, InvalidInput
from registration.operations import published_voices, voices
from registration.operations.voices import VoiceData
from registration.queries import published_voices as known
from tests.fixtures.cases import actor_of
from tests.fixtures.office import APPROVER, CLERK, DIRECTOR
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
OFFICE = "330702"


def answered(text: str = "分公司要不要单独登记？", *, now: datetime | None = None, after: float = 1) -> str:
    at = now or clock.now()
    ref = voices.file(VoiceData("question", OFFICE, text), now=at)
    voices.answer(ref, words="要。请看办事指引。", actor=actor_of(CLERK), now=at + timedelta(hours=after))
    return ref


def proposed(ref: str, question: str = "设分公司要不要登记？") -> str:
    return published_voices.propose(
        ref, question=question, answer="要，向分公司所在地的登记机关申请。", actor=actor_of(CLERK), now=clock.now()
    )


def test_a_second_person_publishes_what_everybody_finds(visit: Visit) -> None:
    ref, stranger, director = answered(), visit(), visit(DIRECTOR)
    clerk = visit(CLERK)
    unfit = clerk.post(f"/desk/voices/{ref}/publish", question="请打13800000001", answer="要。")
    assert unfit.status_code == 422
    assert "请删去" in words(unfit)
    sent = clerk.post(f"/desk/voices/{ref}/publish", question="设分公司要不要登记？", answer="要。")
    assert sent.status_code == 303
    assert "设分公司" not in words(stranger.get("/voices"))
    assert "等您决定是否公开" in words(director.get("/desk/voices"))
    path = director.get(f"/desk/voices/{ref}").text.split(f"/desk/voices/{ref}/publish/")[1].split('"')[0]
    decide = f"/desk/voices/{ref}/publish/{path}"
    assert clerk.post(decide, decision="confirm").status_code == 403
    refused = director.post(decide, decision="refuse", words="")
    assert (refused.status_code, "请填写理由" in words(refused)) == (422, True)
    assert director.post(decide, decision="confirm").status_code == 303
    assert "设分公司要不要登记" in words(stranger.get("/voices"))
    assert "设分公司要不要登记" in words(stranger.get("/voices?q=分公司&kind=question"))
    assert "设分公司要不要登记" not in words(stranger.get("/voices?kind=report"))
    assert "没有这样的问题" in words(stranger.get("/voices?q=没有的字"))
    assert director.post(decide, decision="end").status_code == 303
    assert "设分公司" not in words(stranger.get("/voices"))


def test_who_proposed_it_does_not_decide(visit: Visit) -> None:
    visit()
    now, ref = clock.now(), answered()
    director = actor_of(DIRECTOR)
    text = published_voices.propose(ref, question="问", answer="答", actor=director, now=now)
    with pytest.raises(Conflict, match="voice_is_proposed"):
        proposed(ref)
    with pytest.raises(Forbidden, match="own_proposal"):
        published_voices.decide(text, "confirm", words="", actor=director, now=now)
    with pytest.raises(Forbidden, match="not_proposer"):
        published_voices.decide(text, "withdraw", words="", actor=actor_of(APPROVER), now=now)
    published_voices.decide(text, "withdraw", words="", actor=director, now=now)
    with pytest.raises(Conflict, match="not_published"):
        published_voices.end(text, actor=director, now=now)
    still_open = voices.file(VoiceData("question", OFFICE, "问"), now=now)
    with pytest.raises(Conflict, match="voice_not_answered"):
        proposed(still_open)
    with pytest.raises(InvalidInput):
        published_voices.propose(ref, question="", answer="答", actor=director, now=now)


def test_pages_of_published_ones_end_with_the_oldest(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "PAGE", 2)
    stranger = visit()
    for number in range(3):
        text = proposed(answered(), question=f"第{number}问")
        published_voices.decide(text, "confirm", words="", actor=actor_of(DIRECTOR), now=clock.now())
    first = stranger.get("/voices")
    assert ["第2问" in words(first), "第0问" in words(first)] == [True, False]
    cursor = first.text.split("before=")[1].split("#")[0].split('"')[0]
    assert "第0问" in words(stranger.get(f"/voices?before={cursor}"))


def test_figures_hide_small_numbers(visit: Visit) -> None:
    visit()
    monday = datetime.fromisoformat("2026-10-12T01:30:00+00:00")
    with clock.moved_to(monday + timedelta(days=3)):
        known.forget_figures()
        voices.file(VoiceData("question", OFFICE, "问"), now=monday)
        assert known.figures() == known.VoiceFigures(received=None, in_time=None, hours=None, open=None)
        for hours in (1, 2, 2, 3, 3):
            answered(now=monday, after=hours)
        known.forget_figures()
        assert known.figures() == known.VoiceFigures(received=6, in_time=1.0, hours=2.0, open=None)
    known.forget_figures()
