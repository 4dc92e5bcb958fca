"""Identity numbers and masks."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from registration.rules.identity import (
    IdKind,
    MalformedId,
    age_on,
    birth_date,
    check_digit,
    check_id,
    kind_of,
    mask_address,
    mask_email,
    mask_id,
    mask_mobile,
    read_permanent_card,
    read_resident_id,
)
from tests.fixtures.identity_numbers import Sex, sample_id

STANDARD = "11010519491231002X"
SEEDS = st.integers(0, 2**32)


def test_the_standards_own_sample_is_read() -> None:
    found = read_resident_id(STANDARD)
    assert (found.region, found.born_on, found.sex) == ("110105", date(1949, 12, 31), "female")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105491231002", "id.length"),
        ("11010519491231002A", "id.characters"),
        ("１1010519491231002X", "id.characters"),
        ("110105194902310023", "id.birth"),
        ("110105194912310021", "id.check"),
    ],
)
def test_what_is_wrong_with_a_number_is_told(number: str, code: str) -> None:
    with pytest.raises(MalformedId) as caught:
        read_resident_id(number)
    assert caught.value.code == code


@given(SEEDS)
def test_samples_agree_with_another_reader_and_mean_nobody_alive(seed: int) -> None:
    number = sample_id(Random(seed))
    assert ric.calc_check_digit(number) == number[-1]
    assert number.startswith("3307")
    assert 1890 <= read_resident_id(number).born_on.year <= 1899


@given(SEEDS, st.sampled_from(["male", "female"]))
def test_samples_have_the_sex_asked_for(seed: int, sex: Sex) -> None:
    assert read_resident_id(sample_id(Random(seed), sex=sex)).sex == sex


@given(SEEDS, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_figure_is_noticed(seed: int, place: int, figure: str) -> None:
    number = sample_id(Random(seed))
    wrong = number[:place] + figure + number[place + 1 :]
    if wrong != number:
        with pytest.raises(MalformedId):
            read_resident_id(wrong)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("passport", "E12345678", "E1"),
        ("hk_macao_permit", "H12345678", "X12345678"),
        ("taiwan_permit", "12345678", "1234567"),
        ("foreign_permanent", "ABC123456789012", "AB1234567890123"),
    ],
)
def test_other_documents_have_their_forms(kind: IdKind, good: str, bad: str) -> None:
    check_id(good, kind=kind)
    with pytest.raises(MalformedId):
        check_id(bad, kind=kind)


def test_ages_turn_on_the_birthday() -> None:
    assert age_on(date(2026, 10, 11), born_on=date(2008, 10, 12)) == 17
    assert age_on(date(2026, 10, 12), born_on=date(2008, 10, 12)) == 18
    assert age_on(date(2027, 2, 28), born_on=date(2008, 2, 29)) == 18
    assert age_on(date(2027, 3, 1), born_on=date(2008, 2, 29)) == 19


def test_masks_show_what_may_be_seen() -> None:
    assert mask_id(STANDARD) == "110105********002X"
    assert mask_id("E12345678") == "E1*****78"
    assert mask_mobile("13812345678") == "138****5678"
    assert mask_address("浙江省金华市婺城区样例街道双溪路88号") == "浙江省金华市婺城区***"
    assert mask_address("样例街道") == "***"
    assert mask_email("ann@x.cn") == "a***@x.cn"


@given(st.text(alphabet="0123456789X", min_size=1, max_size=20))
def test_a_mask_never_shows_a_whole_number(number: str) -> None:
    assert "*" in mask_id(number)
    assert "*" in mask_mobile(number)


def test_the_permanent_residence_card_of_2023_is_known_with_its_check_digit() -> None:
    number = "93312418930101002" + check_digit("93312418930101002")
    check_id(number, kind="foreign_permanent")
    found = read_permanent_card(number)
    assert (found.region, found.born_on, found.sex) == ("330000", date(1893, 1, 1), "female")
    assert birth_date(number, kind="foreign_permanent") == date(1893, 1, 1)
    assert kind_of(number) == "foreign_permanent"


@pytest.mark.parametrize(
    ("body", "code"),
    [("91012418930101002", "id.region"), ("93315618930101002", "id.characters"), ("93312418931301002", "id.birth")],
)
def test_a_permanent_residence_card_that_cannot_be(body: str, code: str) -> None:
    with pytest.raises(MalformedId) as raised:
        check_id(body + check_digit(body), kind="foreign_permanent")
    assert raised.value.code == code
    with pytest.raises(MalformedId, match=r"id\.check"):
        check_id("933124189301010020", kind="foreign_permanent")


@pytest.mark.parametrize(("region", "right"), [("10", False), ("83", True), ("81", True), ("99", False)])
def test_the_province_of_a_resident_number_exists(region: str, right: bool) -> None:
    body = f"{region}000018930101002"
    if right:
        read_resident_id(body + check_digit(body))
    else:
        with pytest.raises(MalformedId, match=r"id\.region"):
            read_resident_id(body + check_digit(body))
