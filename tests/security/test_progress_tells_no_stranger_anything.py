"""The progress without an account: the reference alone opens nothing, and no answer tells which applications exist."""

from collections.abc import Callable
from typing import Any

import pytest

from registration import clock, database
from registration.errors import NotFound
from registration.operations import apply
from registration.operations.act import act
from registration.queries.notices import letters_to_applicant
from registration.queries.public_progress import check_word, public_progress
from tests.fixtures.cases import actor_of, individual, submitted
from tests.fixtures.database import sqlite_only
from tests.fixtures.office import CLERK, LIN, case_of
from tests.fixtures.visitor import Visitor, words

database_url = sqlite_only


@pytest.fixture
def ref(app: Any) -> str:
    return submitted("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())


def test_the_applicant_gets_a_word_that_opens_the_progress(ref: str, visit: Callable[..., Visitor]) -> None:
    receipt = words(visit(LIN).get(f"/applications/{ref}/receipt"))
    word = check_word(ref)
    assert word in receipt
    assert word in letters_to_applicant("notify.receipt", case_of(ref).id)[0].text
    stranger = visit()
    assert "/progress" in stranger.get("/").text
    for typed in (word, f" {word.lower().replace('-', '')} "):
        shown = words(stranger.post("/progress", ref=f" {ref.lower()} ", word=typed))
        assert "已提交" in shown
        assert "承诺办结" in shown
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    shown = words(stranger.post("/progress", ref=ref, word=word))
    assert "审查中" in shown
    assert "登记机关" in shown
    for private in ("苏知禾", "林", "双溪", "0318", "13800000001"):
        assert private not in shown


def test_every_wrong_answer_is_the_same(ref: str, visit: Callable[..., Visitor]) -> None:
    draft = apply.start(entity_type="individual", registrar_code="330702", actor=actor_of(LIN), now=clock.now())
    stranger = visit()
    tries = [
        (ref, "AAAA-AAAA"),
        (ref, ""),
        ("HY-2026-999999", check_word(ref)),
        ("HY-2026-999999", check_word("HY-2026-999999")),
        (draft, check_word(draft)),
        ("x" * 5000, "ＡＡ\u202e"),
    ]
    pages = set()
    for typed, word in tries:
        answer = stranger.post("/progress", ref=typed, word=word)
        assert answer.status_code == 404
        pages.add(words(answer))
        with database.reading() as session, pytest.raises(NotFound, match="progress_unknown"):
            public_progress(session, typed, word, now=clock.now())
    assert len(pages) == 1
    assert check_word(ref) != check_word(draft)
