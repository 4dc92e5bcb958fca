"""Sections read value by value: one fault hides no other, and what is kept is the tidied value."""

from typing import Any

import pytest

from registration.rules.check import check_draft, flags
from registration.rules.form import MODELS, read, read_section, well_shaped
from tests.registration.rules.rule_forms import REGIONS, TODAY, changed, company, natural, single

NOW: dict[str, Any] = {"entity_type": "llc", "regime": "company_law_2024"}


def problems(form: dict[str, Any], **more: Any) -> set[tuple[str, str]]:
    found = check_draft(form, **{**NOW, **more}, today=TODAY, registrar_regions=REGIONS)
    return {(problem.path, problem.code) for problem in found}


def spoilt(form: dict[str, Any], **values: Any) -> dict[str, Any]:
    for path, value in values.items():
        form = changed(form, path.replace("__", "."), value)
    return form


def test_a_malformed_field_hides_no_rule_of_its_own_object() -> None:
    form = spoilt(company(), people__0__mobile="12", people__0__id_long=False, people__0__sex="male")
    assert problems(form) == {
        ("people.0.mobile", "mobile.malformed"),
        ("people.0.id_expires_on", "id.expiry_missing"),
        ("people.0.sex", "person.sex_differs"),
    }


def test_several_rules_of_one_object_are_told_at_once() -> None:
    form = spoilt(company(), people__0__id_no="330702189503071215", people__0__id_long=False)
    assert {("people.0.id_no", "id.check"), ("people.0.id_expires_on", "id.expiry_missing")} <= problems(form)


def test_one_incomplete_person_hides_no_cross_check() -> None:
    form = spoilt(
        company(),
        people__0__mobile="",
        people__1__id_long=False,
        people__1__id_expires_on="2020-01-01",
        shareholders__0__lines__0__amount_wan="50",
        officers__supervisors=["p2"],
        legal_rep__person="p3",
        contacts__liaison__person="p9",
    )
    assert problems(form) == {
        ("people.0.mobile", "field.missing"),
        ("people.1.id_expires_on", "id.expired"),
        ("shareholders", "amount.sum_less"),
        ("officers.supervisors.0", "officers.supervisor_also_director"),
        ("legal_rep.person", "legal_rep.not_in_post"),
        ("contacts.liaison.person", "person.unknown"),
    }


def test_two_persons_are_found_twice_though_a_third_has_no_number() -> None:
    twice = [
        natural("p1", "林知夏", seed=1),
        natural("p2", "林知夏", seed=1),
        natural("p3", "叶栖云", seed=3, id_no=""),
    ]
    assert ("people.1.id_no", "person.twice") in problems(company(people=twice))


def test_a_rule_that_needs_what_could_not_be_read_is_not_guessed() -> None:
    form = spoilt(
        company(), shareholders__1__lines__0__amount_wan="viel", domicile__region="", officers__directors__0__person="x"
    )
    assert problems(form) == {
        ("shareholders.1.lines.0.amount_wan", "amount.malformed"),
        ("domicile.region", "field.missing"),
        ("officers.directors.0.person", "person.key_malformed"),
    }


def test_rows_beside_a_faulty_one_are_judged() -> None:
    form = spoilt(company(), shareholders__0__lines__0__due_on="soon", shareholders__1__lines__0__due_on="2020-01-01")
    assert {
        ("shareholders.0.lines.0.due_on", "date.malformed"),
        ("shareholders.1.lines.0.due_on", "shareholders.due_past"),
    } <= problems(form)


def test_the_name_is_judged_before_the_domicile_is_whole() -> None:
    form = spoilt(company(), domicile__region="", name__trade="北京")
    assert ("name.trade", "N13") in problems(form)


def test_what_cannot_be_read_is_never_a_section_that_others_may_use() -> None:
    form, _ = read(spoilt(company(), people__0__mobile="12"), **NOW)
    assert form.people is None


@pytest.mark.parametrize(
    ("section", "typed", "kept"),
    [
        (
            "domicile",
            {"region": "３３０７０２", "street": "浙江省金华市婺城区 宾虹路 ８８号", "phone": "（0579）82000002"},
            {"region": "330702", "street": "宾虹路 88号", "phone": "0579-82000002"},
        ),
        ("domicile", {"phone": "打我电话", "postcode": " 321000 "}, {"phone": "打我电话", "postcode": "321000"}),
        ("capital", {"amount_wan": "１,000", "copies": "２"}, {"amount_wan": "1000", "copies": "2"}),
        ("capital", {"amount_wan": "1E3", "copies": "1_0"}, {"amount_wan": "1000", "copies": "10"}),
        ("capital", {"amount_wan": "1_000.50"}, {"amount_wan": "1000.50"}),
        ("capital", {"amount_wan": 100, "term": "long"}, {"amount_wan": 100, "term": "long"}),
        ("name", {"trade": "听　雨 轩", "region": "⾦华市"}, {"trade": "听雨轩", "region": "金华市"}),
        ("name", {"trade": "听_澜", "form": " 店 "}, {"trade": "听_澜", "form": "店"}),
        ("social", {"start_month": "2026-11 ", "headcount": ""}, {"start_month": "2026-11", "headcount": ""}),
        ("operator", {"family": ["苏 知禾", "买买提•艾力"]}, {"family": ["苏知禾", "买买提·艾力"]}),
        ("capital", {"term_until_on": "2030-1-5"}, {"term_until_on": "2030-01-05"}),
    ],
)
def test_what_is_kept_is_tidied_where_it_can_be_read(section: str, typed: dict[str, Any], kept: dict[str, Any]) -> None:
    reading = read_section(section, typed)
    assert reading.kept == kept
    assert not reading.is_misshapen
    assert read_section(section, reading.kept).kept == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (
            {"id_no": "330702 1893 0101 001x", "mobile": "138-0000-0001"},
            {"id_no": "33070218930101001X", "mobile": "13800000001"},
        ),
        ({"id_no": "３３０７０２１８９３０１０１００１Ｘ"}, {"id_no": "33070218930101001X"}),
        ({"name": "阿卜杜拉 • 买买提"}, {"name": "阿卜杜拉·买买提"}),
        ({"name": "刘\ue863"}, {"name": "刘\ue863"}),
    ],
)
def test_persons_are_kept_tidied(typed: dict[str, str], kept: dict[str, str]) -> None:
    base = {"key": "p1", "kind": "natural"}
    assert read_section("people", [base | typed]).kept == [base | kept]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("12345", "person.name_characters"),
        ("苏😀", "person.name_characters"),
        ("<script>", "person.name_characters"),
        ("苏知禾2", "person.name_characters"),
        ("苏", "person.name"),
        ("· ·", "person.name"),
        ("刘\ue863", "text.private_use_known"),
        ("苏\u202e禾", "text.unseen"),
    ],
)
def test_what_can_be_no_persons_name(name: str, code: str) -> None:
    assert ("people.0.name", code) in problems(changed(company(), "people.0.name", name))


@pytest.mark.parametrize(
    "name", ["欧阳娜娜", "阿卜杜拉·买买提", "Jean-Pierre O'Neil", "J. Smith", "Žižek Łukasz", "刘䶮", "𠮷田"]
)
def test_names_of_persons(name: str) -> None:
    assert problems(changed(company(), "people.0.name", name)) == set()


@pytest.mark.parametrize("trade", ["听_澜", "听-澈，甲.", "听·澜", "听（澜）", "听😀澜", "听“澜”", "a_澜"])
def test_a_trade_name_with_other_than_letters_is_refused(trade: str) -> None:
    assert ("name.trade", "name.part_characters") in problems(changed(company(), "name.trade", trade))


@pytest.mark.parametrize(
    ("street", "code"),
    [
        ("a", "domicile.street_unlikely"),
        ("路", "domicile.street_unlikely"),
        ("88", "domicile.street_unlikely"),
        ("金东区宾虹路8号", "domicile.street_elsewhere"),
        ("杭州市西湖区文三路1号", "domicile.street_elsewhere"),
    ],
)
def test_streets_that_cannot_be_right(street: str, code: str) -> None:
    assert problems(changed(company(), "domicile.street", street)) == {("domicile.street", code)}


@pytest.mark.parametrize("street", ["A座8", "宾虹路", "义乌市场路1号", "浙江省金华市婺城区宾虹路8号"])
def test_streets_that_may_be(street: str) -> None:
    assert problems(changed(company(), "domicile.street", street)) == set()


def test_a_large_capital_is_asked_for_twice() -> None:
    form = spoilt(single(), capital__amount_wan="999,999,999,999", shareholders__0__lines__0__amount_wan="999999999999")
    told = {"entity_type": "llc_single"}
    asked = ("capital.large_confirmed", "capital.large")
    assert asked in problems(form, **told)
    assert asked not in problems(changed(form, "capital.large_confirmed", True), **told)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("913302010000000008", "uscc.malformed"),
        ("91350203M0001QKT19", None),
        ("91350203M0001QKT29", "uscc.malformed"),
        ("91830203M0001QKT19", "uscc.malformed"),
        ("94350203M0001QKT19", "uscc.malformed"),
        ("914403001922038216", None),
        ("914403001922038217", "uscc.malformed"),
        ("91330701MAT000018X", "uscc.malformed"),
    ],
)
def test_the_code_of_a_shareholder(code: str, found: str | None) -> None:
    person = {
        "key": "p1",
        "kind": "legal",
        "name": "金华兰亭样例有限公司",
        "uscc": code,
        "representative": "林知夏",
        "representative_id_no": "911124189808030024"[:17] + "0",
    }
    told = {problem.code for problem in read_section("people", [person]).problems} - {"id.representative"}
    assert told == ({found} if found else set())


def test_an_early_code_with_another_last_character_is_shown_to_the_clerk_with_the_right_one() -> None:
    legal = {
        "key": "p1",
        "kind": "legal",
        "name": "厦门兰亭样例有限公司",
        "uscc": "91350203M0001QKT19",
        "representative": "林知夏",
        "representative_id_no": natural("p1", "林知夏", seed=1)["id_no"],
    }
    people = [legal, natural("p2", "周远舟", seed=2, sex="male"), natural("p3", "叶栖云", seed=3)]
    form, faults = read(company(people=people), **NOW)
    assert not faults
    told = [flag for flag in flags(form, **NOW, today=TODAY) if flag.code == "flag.uscc_check_digit"]
    assert [(flag.path, flag.data["expected"]) for flag in told] == [("people.0.uscc", "F")]


def test_a_draft_of_another_shape_is_shown_as_far_as_it_has_the_forms() -> None:
    held = [{"key": "p1", "kind": "natural", "name": 5, "mobile": "13800000001"}, 7, {"key": "p2", "name": {}}]
    assert well_shaped("people", held, model=MODELS["people"]) == [
        {"key": "p1", "kind": "natural", "name": None, "mobile": "13800000001"},
        {"key": "p2"},
    ]
    whole = company()["people"]
    assert well_shaped("people", whole, model=MODELS["people"]) is whole
