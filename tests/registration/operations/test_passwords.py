"""What a new password must be, whatever is typed."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from registration.operations.passwords import SHORTEST, SHORTEST_STAFF, hashed, matches, password_problems
from registration.rules.reference import words
from registration.settings import Settings

TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(password=TYPED, staff=st.booleans())
def test_a_short_password_never_passes(password: str, staff: bool) -> None:
    length = len(unicodedata.normalize("NFKC", password))
    if length < (SHORTEST_STAFF if staff else SHORTEST):
        assert password_problems(password, login="qin@example.cn", staff=staff)


@given(password=st.sampled_from(sorted(words("passwords_common"))))
def test_a_known_password_never_passes_in_any_case(password: str) -> None:
    assert password_problems(password.upper(), login="qin@example.cn", staff=False)


def test_the_same_words_match_from_any_keyboard(settings: Settings) -> None:
    kept = hashed("ｈｅｙｉ-２０２６-窗前")
    assert matches(kept, "heyi-2026-窗前")
    assert not matches(kept, "Heyi-2026-窗前")
    assert not matches(None, "heyi-2026-窗前")
