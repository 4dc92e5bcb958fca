"""The tidying of what is typed: one spelling for what reads the same, and no text that says other than it shows."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registration.rules.characters import folded, is_han, is_ignored, is_private, is_refused
from registration.rules.tidy import (
    Kind,
    UntidyText,
    is_same_name,
    is_same_number,
    search_text,
    tidy,
    tidy_amount,
    tidy_code,
    tidy_name,
    tidy_phone,
    tidy_text,
)

ODD = "⼦⻓㇐Ａ９（）．·•・ \u3000\u200b\ufe0f\u0301e金\ufa0e𠮷张三()Ⅻ︵①+-,.0123456789转x86\u1100\u1161ﾊﾞ"
TEXTS = st.one_of(st.text(), st.text(st.sampled_from(ODD)))
KINDS: tuple[Kind, ...] = ("text", "name", "code", "phone", "amount")


@pytest.mark.parametrize("kind", KINDS)
@given(text=TEXTS)
@example(text="e \u0301")
@example(text="张 \u200b 三")
@example(text="0  ")
@example(text="张  三")
def test_tidying_twice_changes_nothing_more(kind: Kind, text: str) -> None:
    try:
        once = tidy(text, kind=kind)
    except UntidyText:
        return
    assert tidy(once, kind=kind) == once


@given(TEXTS)
def test_nothing_unseen_is_left(text: str) -> None:
    try:
        tidied = tidy_text(text)
    except UntidyText:
        return
    assert not any(is_ignored(char) or is_private(char) or is_refused(char) for char in tidied)
    assert tidied == tidied.strip()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("⼦溪", "子溪"),
        ("⻓兴", "长兴"),
        ("⾦华", "金华"),
        ("\uf90a华", "金华"),
        ("\U0002f800", "丽"),
        ("神\ufe00", "神"),
        ("听　雨 轩", "听雨轩"),
        (" 宾虹路 ８８号　A 座 ", "宾虹路 88号 A 座"),
        ("一楼（西），二楼：东；", "一楼（西），二楼：东；"),
        ("88号(西)", "88号(西)"),
        ("12①3㎡", "12①3㎡"),
        ("张\u200b三\ufeff", "张三"),
        ("a\nb", "a b"),
        ("e\u0301", "é"),
    ],
)
def test_free_text(typed: str, kept: str) -> None:
    assert tidy_text(typed) == kept


def test_the_twelve_unified_ideographs_among_the_compatibility_ones_stay() -> None:
    kept = "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"
    assert tidy_text(kept) == kept
    assert all(is_han(char) for char in kept)


@given(st.integers(0x2F00, 0x2FD5).map(chr))
def test_every_kangxi_radical_becomes_its_ideograph(radical: str) -> None:
    assert is_han(tidy_text(radical))


@given(st.one_of(st.integers(0x2E81, 0x2E99), st.integers(0x2E9B, 0x2EF3), st.integers(0x31D0, 0x31E1)).map(chr))
def test_every_supplementary_radical_and_stroke_becomes_its_ideograph(radical: str) -> None:
    assert is_han(folded(radical))


@pytest.mark.parametrize("char", ["\u4e00", "\u9fff", "\U0002b739", "\U0002ebf0", "\U000313ff", "\U00031351", "〇"])
def test_han_is_known_whatever_the_interpreter_knows(char: str) -> None:
    assert is_han(char)
    assert tidy_text(char) == char


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        *((f"阿卜杜拉{dot}买买提", "阿卜杜拉·买买提") for dot in "•．・‧∙⋅··･."),
        ("阿卜杜拉 · 买买提", "阿卜杜拉·买买提"),
        ("J. Smith", "J. Smith"),
        ("Jean‑Pierre O’Neil", "Jean-Pierre O'Neil"),
        ("金华(浙江)青禾", "金华（浙江）青禾"),
        ("ACME (China)", "ACME (China)"),
    ],
)
def test_names(typed: str, kept: str) -> None:
    assert tidy_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("３３０７０２１８９３０１０１００１ｘ", "33070218930101001X"),
        (" 330702 18930101 001x ", "33070218930101001X"),
        ("MAT00001-8", "MAT000018"),
        ("3307\u200b02", "330702"),
    ],
)
def test_codes(typed: str, kept: str) -> None:
    assert tidy_code(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138-0000-0001", "13800000001"),
        ("1380000-0001", "13800000001"),
        ("１３８０００００００１", "13800000001"),
        ("+86 138 0000 0001", "13800000001"),
        ("0086-13800000001", "13800000001"),
        ("8613800000001", "13800000001"),
        ("0579 82000002", "0579-82000002"),
        ("（0579）82000002", "0579-82000002"),
        ("057982000002", "0579-82000002"),
        ("+86 579 8200 0002", "0579-82000002"),
        ("010 8200 0002", "010-82000002"),
        ("0579-82000002转801", "0579-82000002-801"),
        ("0579-82000002 分机 801", "0579-82000002-801"),
        ("0579-82000002-801", "0579-82000002-801"),
        ("82000002", "82000002"),
        ("4008208820", "400-820-8820"),
        ("+86 400 820 8820", "400-820-8820"),
        ("0049 151 12345678", "+4915112345678"),
        ("打我电话", "打我电话"),
    ],
)
def test_numbers_to_call(typed: str, kept: str) -> None:
    assert tidy_phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1,000,000.50", "1000000.50"), ("１００", "100"), ("1 000", "1000"), ("1，000", "1000"), ("1,5", "1,5")],
)
def test_amounts(typed: str, kept: str) -> None:
    assert tidy_amount(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code", "data"),
    [
        ("晨\u202e曦", "text.unseen", {"character": "U+202E"}),
        ("晨\x07曦", "text.unseen", {"character": "U+0007"}),
        ("晨\ufffd", "text.unseen", {"character": "U+FFFD"}),
        ("刘\ue863", "text.private_use_known", {"character": "U+E863", "instead": "䶮"}),
        ("刘\ue816", "text.private_use_known", {"character": "U+E816", "instead": "𠂇"}),
        ("刘\ue000", "text.private_use", {"character": "U+E000"}),
        ("刘\ud800", "text.unseen", {"character": "U+D800"}),
    ],
)
def test_what_says_other_than_it_shows_is_refused_by_name(typed: str, code: str, data: dict[str, str]) -> None:
    for kind in KINDS:
        with pytest.raises(UntidyText) as raised:
            tidy(typed, kind=kind)
        assert (raised.value.code, raised.value.data) == (code, data)


@pytest.mark.parametrize("typed", ["买买提•艾力", "买买提．艾力", "买买提 艾力", "买买提艾力", "买买提\u200b･艾力"])
def test_the_dot_of_a_name_may_be_typed_in_any_way(typed: str) -> None:
    assert is_same_name(typed, "买买提·艾力")


def test_other_names_and_numbers_are_other() -> None:
    assert not is_same_name("买买提·艾力", "买买提·艾利")
    assert is_same_name("john  smith", "John Smith")
    assert is_same_number("３３０７０２ 18930101 001x", "33070218930101001X")
    assert not is_same_number("330702189301010010", "33070218930101001X")
    assert is_same_name("刘\ue863", "刘\ue863")
    assert not is_same_name("刘\ue863", "刘")


def test_what_is_looked_for_is_tidied_and_never_refused() -> None:
    assert search_text(" ⼦溪\u202e ") == "子溪"
    assert search_text("ＨＹ－２０２６－０００００１") == "HY-2026-000001"


def test_older_systems_private_characters_are_those_of_gb18030() -> None:
    """Python's codec knows the later code points of these; the rest changed with GB 18030-2022."""
    for place in range(80):
        pair = bytes([0xFE, 0x50 + place if place < 47 else 0x80 + place - 47])
        char = pair.decode("gb18030")
        with pytest.raises(UntidyText) as raised:
            tidy_text(chr(0xE815 + place))
        told = raised.value.data["instead"]
        assert told == folded(char) or unicodedata.category(char) == "Co"
