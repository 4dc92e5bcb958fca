"""What a new password must be, whatever is typed."""

import unicodedata

import pytest
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


@pytest.mark.parametrize("password", ["sunshine1", "Baseball1", "ｐａｓｓｗｏｒｄ１２３", "1qaz2wsx3edc", "iloveyou2"])
def test_the_common_ones_of_the_world_are_known(password: str) -> None:
    assert len(words("passwords_common")) > 3000
    assert codes(password) == ["password.common"]


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Qin.Wangshu", "password.is_login"),
        ("QIN.wangshu@example.cn", "password.is_login"),
        ("ｑｉｎ.ｗａｎｇｓｈｕ", "password.is_login"),
        ("desk.of.qin@example.cn", "password.is_login"),
        ("desk.of.qin", "password.is_login"),
        ("somebody@else.cn", "password.is_address"),
        ("lin@例子.中国", "password.is_address"),
        ("330702189503071214", "password.is_id_number"),
        ("33070218910312118x", "password.is_id_number"),
        ("330702 18950307 1214", "password.is_id_number"),
    ],
)
def test_what_others_know_of_a_person_is_no_password(password: str, code: str) -> None:
    assert codes(password, email="desk.of.qin@example.cn") == [code]


def test_no_rule_of_composition_stands_in_the_way() -> None:
    for password in ("窗前有一株老梅树", "all in lower case", "7413 9026 5587", "horse @ battery"):
        assert codes(password) == []


def codes(password: str, *, email: str | None = None) -> list[str]:
    found = password_problems(password, login="qin.wangshu@example.cn", email=email, staff=False)
    return [problem.code for problem in found]
