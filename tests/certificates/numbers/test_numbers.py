"""The numbers against published vectors, python-stdnum, and every single mistake."""

import contextlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc
from stdnum.iso7064 import mod_11_2, mod_11_10

from certificates import numbers
from certificates.errors import InvalidNumber
from certificates.numbers.explanations import SCHEME_NAMES, explain
from certificates.numbers.regions import Words

USCC = [
    "914403001922038216",
    "9144030071526726XG",
    "91110108551385082Q",
    "11100000MB0143028R",
    "91330701MAT000018L",
    "92330702MAT0000A1K",
    "93330702MAT0000BX8",
]
REGISTRATION = ["110108012660422", "440301103097413", "330700000012348", "330702200001236", "330700600000151"]
RIGHT = {
    "uscc": USCC,
    "organization_code": ["192203821", "MAT000018", "71526726X"],
    "registration_number": REGISTRATION,
    "tax_number": ["440301192203821", "330701MAT000018", "33070218930307012901"],
    "resident_id": ["11010519491231002X", "330702199003071233"],
    "social_insurance_number": ["33070100001234"],
    "statistics_number": ["MAT000018"],
}

regions = st.sampled_from(["330701", "330702", "330782", "110108", "440300"])
bodies = st.text(numbers.USCC_CHARACTERS, min_size=8, max_size=8)
codes = st.builds(
    lambda body, region, kind: numbers.make_uscc(numbers.make_organization_code(body), region=region, category=kind),
    bodies,
    regions,
    st.sampled_from("123"),
)


@pytest.mark.parametrize(("scheme", "code"), [(scheme, code) for scheme in RIGHT for code in RIGHT[scheme]])
def test_published_and_sample_numbers_pass(scheme: str, code: str) -> None:
    assert numbers.CHECKS[scheme](code) == code


def test_makers_give_the_known_numbers() -> None:
    organization = numbers.make_organization_code("MAT00001")
    assert organization == "MAT000018"
    assert numbers.print_organization_code(organization) == "MAT00001-8"
    assert numbers.make_organization_code("19220382") == "192203821"
    assert numbers.make_uscc(organization, region="330701") == "91330701MAT000018L"
    assert numbers.make_tax_number(organization, region="330701") == "330701MAT000018"
    assert numbers.make_registration_number(20000123, region="330702") == "330702200001236"
    assert numbers.make_social_insurance_number(1234, region="330701") == "33070100001234"
    assert numbers.make_statistics_number(organization) == organization
    assert numbers.make_resident_id(region="330702", born_on=date(1990, 3, 7), sequence=123) == "330702199003071233"
    assert numbers.organization_body(1, prefix="MAT0") == "MAT00001"
    assert numbers.organization_body(31, prefix="MAT0") == "MAT00010"


@settings(max_examples=20, deadline=None)
@given(codes)
def test_every_single_substitution_of_a_uscc_is_found(code: str) -> None:
    for place, right in enumerate(code):
        for wrong in numbers.USCC_CHARACTERS:
            if wrong != right:
                with pytest.raises(InvalidNumber):
                    numbers.check_uscc(code[:place] + wrong + code[place + 1 :])


@given(codes)
def test_every_swap_of_neighbours_in_a_uscc_is_found(code: str) -> None:
    for place in range(17):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if swapped != code:
            with pytest.raises(InvalidNumber):
                numbers.check_uscc(swapped)


@given(codes)
def test_made_uscc_agrees_with_stdnum(code: str) -> None:
    assert stdnum_uscc.is_valid(code)
    assert code[17] == stdnum_uscc.calc_check_digit(code[:17])


@given(st.integers(0, 99_999_999), regions)
def test_registration_number_agrees_with_stdnum(sequence: int, region: str) -> None:
    code = numbers.make_registration_number(sequence, region=region)
    assert mod_11_10.is_valid(code)
    assert numbers.check_registration_number(code) == code


@given(st.dates(date(1890, 1, 1), date(1899, 12, 31)), st.integers(0, 999))
def test_resident_id_agrees_with_iso_7064(born_on: date, sequence: int) -> None:
    code = numbers.make_resident_id(region="330702", born_on=born_on, sequence=sequence)
    assert mod_11_2.is_valid(code)
    assert numbers.check_resident_id(code) == code
    assert numbers.birth_date(code) == born_on
    assert numbers.identify(code) == "resident_id"


@given(st.integers(0, 31**4 - 1), st.integers(0, 31**4 - 1))
def test_pool_numbers_are_different_when_their_sequences_are(one: int, other: int) -> None:
    same = numbers.organization_body(one, prefix="MAT0") == numbers.organization_body(other, prefix="MAT0")
    assert same == (one == other)


@pytest.mark.parametrize(
    ("scheme", "code", "error", "data"),
    [
        ("uscc", "91330701MAT000018", "number.length", {"expected": 18, "found": 17}),
        ("uscc", "91330701MAT00O018L", "number.character", {"position": 14, "found": "O"}),
        ("uscc", "913307A1MAT000018L", "number.character", {"position": 7, "found": "A"}),
        ("uscc", "91990701MAT000018L", "number.region", {"found": "990701"}),
        ("uscc", "91830701MAT000018L", "number.region", {"found": "830701"}),
        ("uscc", "B1330701MAT000018L", "number.department", {"found": "B"}),
        ("uscc", "99330701MAT000018L", "number.class", {"found": "99"}),
        ("uscc", "14330701MAT000018L", "number.class", {"found": "14"}),
        ("uscc", "Y9330701MAT000018L", "number.class", {"found": "Y9"}),
        ("uscc", "91330701MAT000018M", "number.check_digit", {"expected": "L", "found": "M"}),
        ("organization_code", "MAT000017", "number.check_digit", {"expected": "8", "found": "7"}),
        ("organization_code", "MAT00001", "number.length", {"expected": 9, "found": 8}),
        ("registration_number", "330702200001237", "number.check_digit", {"expected": "6", "found": "7"}),
        ("registration_number", "33070220000123A", "number.character", {"position": 15, "found": "A"}),
        ("tax_number", "330701MAT000017", "number.check_digit", {"expected": "8", "found": "7"}),
        ("tax_number", "980701MAT000018", "number.region", {"found": "980701"}),
        ("registration_number", "990702NA000012X", "number.region", {"found": "990702"}),
        ("resident_id", "100101189301010021", "number.region", {"found": "100101"}),
        ("resident_id", "330702189002300013", "number.date", {"position": 7}),
        ("resident_id", "33070218900307123A", "number.character", {"position": 18, "found": "A"}),
        ("social_insurance_number", "3307010000123", "number.length", {"expected": 14, "found": 13}),
    ],
)
def test_a_wrong_number_says_what_is_wrong(scheme: str, code: str, error: str, data: dict[str, object]) -> None:
    with pytest.raises(InvalidNumber) as caught:
        numbers.CHECKS[scheme](code)
    assert caught.value.code == error
    assert data.items() <= caught.value.data.items()


def test_a_wrong_inner_organization_code_is_named_as_such() -> None:
    body = "91330701MAT000019"
    with pytest.raises(InvalidNumber) as caught:
        numbers.check_uscc(body + stdnum_uscc.calc_check_digit(body))
    assert caught.value.code == "number.inner_check_digit"
    assert caught.value.data["expected"] == "8"


def test_letters_outside_the_uscc_alphabet_are_refused_when_making() -> None:
    with pytest.raises(InvalidNumber) as caught:
        numbers.make_uscc(numbers.make_organization_code("MAS00001"), region="330701")
    assert caught.value.code == "number.character"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" 9133 0701 mat0 0001 8l ", "91330701MAT000018L"),
        ("ＭＡＴ００００１－８", "MAT000018"),
        ("MAT00001–8\u200b", "MAT000018"),
    ],
)
def test_clean_takes_what_people_type(typed: str, code: str) -> None:
    assert numbers.clean(typed) == code


@given(st.text())
def test_clean_is_idempotent_and_checks_never_fail_otherwise(text: str) -> None:
    code = numbers.clean(text)
    assert numbers.clean(code) == code
    for check in numbers.CHECKS.values():
        with contextlib.suppress(InvalidNumber):
            assert check(code) == code


@pytest.mark.parametrize(
    ("code", "scheme"),
    [
        *[(code, "uscc") for code in USCC],
        *[(code, "registration_number") for code in REGISTRATION],
        ("11010519491231002X", "resident_id"),
        ("330701MAT000018", "tax_number"),
        ("MAT000018", "organization_code"),
        ("33070100001234", "social_insurance_number"),
        ("91330701MAT000018M", "uscc"),
        ("9133070MAT000018L", "uscc"),
        ("330702189003071230", "resident_id"),
    ],
)
def test_identify_names_the_scheme_even_of_a_mistyped_code(code: str, scheme: str) -> None:
    assert numbers.identify(code) == scheme


def test_identify_refuses_what_no_scheme_has() -> None:
    with pytest.raises(InvalidNumber) as caught:
        numbers.identify("12345")
    assert caught.value.code == "number.unknown_scheme"


@pytest.mark.parametrize("code", [c for list_ in RIGHT.values() for c in list_ if len(c) != 20])
def test_parts_of_an_explanation_cover_the_code_in_order(code: str) -> None:
    parts = explain(code)
    assert "".join(part.value for part in parts) == code
    assert [part.start for part in parts] == [1 + sum(len(p.value) for p in parts[:i]) for i in range(len(parts))]
    assert all(part.label.zh and part.label.en for part in parts)


def test_explanations_say_what_a_reader_wants_to_know() -> None:
    meanings = {part.label.en: part.meaning for part in explain("92330702MAT0000A1K")}
    assert meanings["Class of body"].zh == "个体工商户"
    assert meanings["Region of the registrar"].zh == "浙江省", "the library knows the provinces only"
    named = explain("92330702MAT0000A1K", region_name=lambda region: Words(f"地区{region}", f"region {region}"))
    assert [part.meaning.en for part in named if part.label.en == "Region of the registrar"] == ["region 330702"]
    assert explain("330700600000151")[1].meaning.en == "Individual business"
    person = numbers.make_resident_id(region="330702", born_on=date(1893, 3, 7), sequence=12)
    assert [part.meaning.zh for part in explain(person)][1:3] == ["1893年3月7日", "女"]
    assert [part.value for part in explain(person + "01", scheme="tax_number")][-1] == "01"
    assert set(SCHEME_NAMES) == set(numbers.CHECKS)


@pytest.mark.parametrize("code", ["330702NA000012X", "330702NA0000121"])
def test_a_cooperatives_registration_number_is_no_faulty_tax_number(code: str) -> None:
    assert numbers.identify(code) == "registration_number"
    assert numbers.check_registration_number(code) == code
    assert [part.meaning.zh for part in explain(code)][1] == "农民专业合作社"


@pytest.mark.parametrize("department", numbers.CLASSES)
def test_each_department_has_its_classes_and_each_class_a_name(department: str) -> None:
    organization = numbers.make_organization_code("MAT00001")
    for category in "0123456789":
        if category in numbers.CLASSES[department]:
            code = numbers.make_uscc(organization, region="330701", department=department, category=category)
            meaning = explain(code)[1].meaning.zh
            assert (meaning == "其他") == (category == "9" or department == "Y")
        else:
            with pytest.raises(InvalidNumber):
                numbers.make_uscc(organization, region="330701", department=department, category=category)
