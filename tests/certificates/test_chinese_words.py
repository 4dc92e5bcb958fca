"""Money, dates and scope in Chinese words."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import chinese
from certificates.errors import InvalidParticulars


def read_back(words: str) -> Decimal:
    """An independent reading of an amount in capitals, to test the writing."""
    whole, _, rest = words.rstrip("整").rpartition("元")
    cents = sum(
        unit * chinese.NUMERALS.index(rest[rest.index(mark) - 1])
        for mark, unit in (("角", 10), ("分", 1))
        if mark in rest
    )
    return Decimal(read_whole(whole)) + Decimal(cents) / 100


def read_whole(words: str) -> int:
    for mark, unit in (("亿", 10**8), ("万", 10**4), ("仟", 1000), ("佰", 100), ("拾", 10)):
        if mark in words:
            high, low = words.rsplit(mark, 1) if unit == 10**8 else words.split(mark, 1)
            return read_whole(high) * unit + read_whole(low)
    return chinese.NUMERALS.index(words.lstrip("零")) if words.lstrip("零") else 0


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("5000000", "伍佰万元整"),
        ("1000000", "壹佰万元整"),
        ("32000000", "叁仟贰佰万元整"),
        ("100000", "壹拾万元整"),
        ("10", "壹拾元整"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("20500", "贰万零伍佰元整"),
        ("10100000", "壹仟零壹拾万元整"),
        ("100001000", "壹亿零壹仟元整"),
        ("1000000000000", "壹万亿元整"),
        ("100000001", "壹亿零壹元整"),
    ],
)
def test_amounts_are_written_as_banks_write_them(amount: str, words: str) -> None:
    assert chinese.money(Decimal(amount)) == words


@given(st.integers(0, 10**14 - 1))
def test_every_amount_below_a_trillion_reads_back(cents: int) -> None:
    amount = Decimal(cents) / 100
    words = chinese.money(amount)
    assert read_back(words) == amount
    assert "零零" not in words
    assert "亿万" not in words


@pytest.mark.parametrize("amount", ["-1", "0.001", "10000000000000000"])
def test_amounts_that_cannot_be_written_are_refused(amount: str) -> None:
    with pytest.raises(InvalidParticulars) as caught:
        chinese.money(Decimal(amount))
    assert caught.value.code == "money.range"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("5000000", None, "人民币伍佰万元整"),
        ("1000000", "USD", "壹佰万美元"),
        ("10100000", "HKD", "壹仟零壹拾万港元"),
        ("20500", "EUR", "贰万零伍佰欧元"),
        ("100.50", "USD", "壹佰美元伍拾美分"),
        ("100.05", "EUR", "壹佰欧元零伍欧分"),
        ("0.05", "GBP", "伍便士"),
        ("0", "USD", "零美元"),
        ("300000000", "JPY", "叁亿日元"),
    ],
)
def test_capital_names_its_currency(amount: str, currency: str | None, words: str) -> None:
    assert chinese.capital(Decimal(amount), currency=currency) == words


@pytest.mark.parametrize(("amount", "currency"), [("-1", "USD"), ("0.001", "USD"), ("0.5", "JPY"), ("1e17", "EUR")])
def test_capital_that_a_currency_cannot_name_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(InvalidParticulars) as caught:
        chinese.capital(Decimal(amount), currency=currency)
    assert caught.value.code == "money.range"


@given(st.integers(1, 10**12), st.sampled_from([code for code, (_, part) in chinese.CURRENCIES.items() if part]))
def test_foreign_amounts_read_back(cents: int, currency: str) -> None:
    unit, hundredth = chinese.CURRENCIES[currency]
    words = chinese.capital(Decimal(cents) / 100, currency=currency)
    whole, found, rest = words.partition(unit)
    assert hundredth is not None
    part = (rest if found else words).removesuffix(hundredth).lstrip("零")
    assert (read_whole(whole) if found else 0) * 100 + (read_whole(part) if part else 0) == cents


def test_days_have_no_leading_zero() -> None:
    assert chinese.day(date(2026, 3, 7)) == "2026年3月7日"


def test_scope_of_today_closes_each_kind_with_its_sentence() -> None:
    text = "".join(chinese.scope_parts(["茶叶种植", "包装服务"], ["餐饮服务"]))
    assert text.startswith("一般项目：茶叶种植；包装服务（除依法须经批准的项目外")
    assert text.endswith("许可项目：餐饮服务" + chinese.LICENSED_CLOSING + "。")
    assert "许可项目" not in "".join(chinese.scope_parts(["茶叶种植"], []))
    assert "一般项目" not in "".join(chinese.scope_parts([], ["餐饮服务"]))


def test_scope_of_2015_is_one_list() -> None:
    assert "".join(chinese.scope_parts_of_2015(["茶叶种植"], [])) == "茶叶种植。"
    assert (
        "".join(chinese.scope_parts_of_2015(["茶叶种植"], ["餐饮服务"]))
        == "茶叶种植；餐饮服务" + chinese.CLOSING_2015 + "。"
    )


@pytest.mark.parametrize(
    "character", ["\n", "\x00", "\u202e", "\u200b", "\ufeff", "\u2066", "\u2028", "\ue000", "\ud800"]
)
def test_invisible_characters_are_refused_by_field_and_place(character: str) -> None:
    with pytest.raises(InvalidParticulars) as caught:
        chinese.refuse_unprintable(f"双溪{character}茶业", field="name")
    data = {"field": "name", "position": 3, "character": f"U+{ord(character):04X}"}
    assert (caught.value.code, caught.value.data) == ("text.control", data)
