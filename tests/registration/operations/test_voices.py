"""Voices and public ratings on both databases: the same rows, the same search, the same counts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from registration import clock
from registration import database as db
from registration.operations import published_voices, voices
from registration.operations.voices import VoiceData
from registration.queries import public_ratings
from registration.queries import published_voices as known
from registration.queries.attention import attention
from registration.queries.voices import voices_at
from registration.settings import Settings
from tests.fixtures.cases import actor_of
from tests.fixtures.office import APPROVER, CLERK, opened

pytestmark = pytest.mark.both_engines


@pytest.fixture(autouse=True)
def _office(database_url: str, settings: Settings, database: Engine) -> Iterator[None]:
    opened(settings, now=clock.now())
    known.forget_figures()
    public_ratings.forget()
    yield
    known.forget_figures()
    public_ratings.forget()


def test_a_voice_from_its_receipt_to_its_publication() -> None:
    now, clerk, approver = clock.now(), actor_of(CLERK), actor_of(APPROVER)
    ref = voices.file(VoiceData("question", "330702", "ABC分公司？", matter="establishment"), now=now)
    voices.assign(ref, CLERK, actor=clerk, now=now)
    with db.reading() as session:
        assert [one.assignee for one in voices_at(session, actor=clerk, ended=False, sought="abc").rows] == [CLERK]
    assert voices.escalate(now=now + timedelta(days=40), most=10) == 1
    assert voices.escalate(now=now + timedelta(days=40), most=10) == 0
    voices.answer(ref, words="要。", actor=clerk, now=now)
    text = published_voices.propose(ref, question="ABC？", answer="100%要", actor=clerk, now=now)
    with db.reading() as session:
        assert attention(session, actor=approver)["voices"] == 1
    published_voices.decide(text, "confirm", words="", actor=approver, now=now)
    with db.reading() as session:
        found = [known.published(session, sought=sought)[0] for sought in ("abc", "0%", "_", "ABC")]
        narrowed = known.published(session, kind="question", matter="establishment", before=text)[0]
    assert ([len(one) for one in found], list(narrowed)) == ([1, 1, 0, 1], [])
    assert known.figures().received is None
    assert public_ratings.ratings_by_month() == ()
