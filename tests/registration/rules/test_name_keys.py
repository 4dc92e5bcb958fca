"""The keys of names and their bounds; that they find every name alike is in test_name_comparison.py."""

import json
from datetime import date
from hashlib import sha256
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from registration.rules.names import ComparedName, NameParts, check_name, keys_for, normalise
from registration.rules.reference import table, words


def test_keys_keep_unlike_names_apart() -> None:
    assert not keys_for("金华市红光酒业有限公司").find(keys_for("金华市晨曦酒业有限公司").stored)
    assert not keys_for("金华市红光酒业有限公司").find(keys_for("金华市红光机械有限公司").stored)


def test_keys_tell_group_and_readings() -> None:
    keys = keys_for("金华市长乐酒业有限公司")
    assert (keys.identity, keys.trade, keys.industry_group) == ("金华市长乐酒业有限公司", "长乐", "151")
    assert {"chang le", "zhang le", "chang yue"} <= keys.pinyin_plain
    assert "chang2 le4" in keys.pinyin_tones


def test_a_long_trade_name_has_few_keys() -> None:
    assert len(keys_for(NameParts("金华市", "重行乐长" * 5, "酒业", "有限公司")).stored) < 300


def test_a_trade_name_beyond_all_length_has_no_more_keys_than_the_longest() -> None:
    endless = "".join(map(chr, range(0x4E00, 0x4E00 + 400)))
    assert len(keys_for(NameParts("金华市", endless, "酒业", "有限公司")).sought) < 2500


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_plain_names_are_compared_as_they_are() -> None:
    """The space, which is dropped, has each of them looked at in full."""
    for character in (*map(chr, range(0x4E00, 0xA000)), "（", "）"):
        assert normalise(character) == normalise(f"{character} ")


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=10), st.text(max_size=10))
def test_any_text_gets_a_verdict(region: str, trade: str, industry: str, form: str) -> None:
    today = date(2026, 10, 12)
    settings: dict[str, Any] = {
        "entity_type": "llc",
        "region6": "330702",
        "candidates": [ComparedName(trade)],
        "today": today,
    }
    check_name(region + trade, **settings)
    check_name(NameParts(region, trade, industry, form), **settings)


def test_spellings_of_brackets_points_and_spaces_read_alike() -> None:
    for left, right, gap in product("([【〔（", ")]】〕）", ["", " ", "·", "．", "\u200d", "\u3000"]):
        assert normalise(f"红{gap}光{left}金华{right}酒业") == "红光（金华）酒业"


def test_the_stored_groups_follow_the_lists() -> None:
    """Stored keys have the group that the lists gave them: who changes these writes the keys anew by a migration."""
    lists = [
        [sorted(row.items()) for row in table("name_industries")],
        [sorted(row.items()) for row in table("name_forms")],
        [(row["gb4754"], row["zh"]) for row in table("scope_items")],
        sorted(words("name_industry_tails")),
    ]
    written = sha256(json.dumps(lists, ensure_ascii=False).encode()).hexdigest()[:16]
    assert written == "fe9c85ead39de79d", "add a migration like 0051_names_by_industry, then this digest"
