"""Scope items, official types, documents, signers, reasons, regions, and the tables behind them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.entity_types import regime_on
from registration.rules.form import ESTABLISHMENT, Form, read
from registration.rules.materials import material_kinds, material_label, required_materials
from registration.rules.official_types import official_type
from registration.rules.reasons import correction_reasons, rejection_reasons
from registration.rules.reference import table
from registration.rules.regions import address_text, districts_of, lies_in, region
from registration.rules.scope import catalogue, industry_code, permit_of, prohibited_in, scope_text
from registration.rules.scope_search import search
from registration.rules.signers import signers_for
from tests.registration.rules.rule_forms import changed, company, company_of_2015, individual, natural, single

NOW = "company_law_2024"
FIRM = {
    "key": "p4",
    "kind": "legal",
    "name": "样例投资有限公司",
    "uscc": "91330701MAT000018L",
    "representative": "王样",
    "representative_id_no": "33078118980615061X",
    "email": "w@example.cn",
}


def form_of(raw: Any, entity_type: str = "llc", regime: str = NOW) -> Form:
    form, problems = read(raw, entity_type=entity_type, regime=regime)
    assert not problems
    return form


def kinds(raw: Any, entity_type: str = "llc", regime: str = NOW) -> set[str]:
    needs = required_materials(form_of(raw, entity_type, regime), entity_type=entity_type, regime=regime)
    return {need.kind for need in needs if need.required}


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("HY0154", "餐饮服务"),
        ("餐饮服务", "餐饮服务"),
        ("cyfw", "餐饮服务"),
        ("canyinfuwu", "餐饮服务"),
        ("restaurant serv", "餐饮服务"),
    ],
)
def test_an_item_is_found_by_code_words_and_pinyin(text: str, zh: str) -> None:
    assert search(text)[0].zh == zh


@given(st.text(max_size=10))
def test_a_search_never_fails_and_never_floods(text: str) -> None:
    assert len(search(text, limit=5)) <= 5


def test_a_licensed_item_tells_its_permit() -> None:
    item = next(item for item in catalogue().values() if item.zh == "保安服务")
    assert item.permit == "pre"
    permit = permit_of(item)
    assert permit is not None
    assert permit.name_zh == "保安服务许可证"
    assert [found.word for found in prohibited_in("比特币和虚拟货币兑换")] == ["虚拟货币", "比特币"]


def test_the_printed_scope_closes_each_group() -> None:
    text = scope_text(["HY0155", "HY0154"], regime=NOW)
    assert text == (
        "一般项目：餐饮管理（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）。"
        "许可项目：餐饮服务（依法须经批准的项目，经相关部门批准后方可开展经营活动，具体经营项目以审批结果为准）。"
    )
    assert scope_text(["HY0155", "HY0154"], regime="five_numbers_2015") == (
        "餐饮管理；餐饮服务（依法须经批准的项目，经相关部门批准后方可开展经营活动）。"
    )
    assert industry_code(["HY0154"]) == "H6210"


def test_the_tables_fit_together() -> None:
    classes = {row["code"] for row in table("industries") if row["level"] == "class"}
    assert len([row for row in table("industries") if row["level"] == "section"]) == 20
    assert len([row for row in table("industries") if row["level"] == "division"]) == 97
    assert len(catalogue()) >= 150
    for item in catalogue().values():
        assert item.gb4754 in classes
        assert (item.kind == "licensed") == (item.permit != "-") == (permit_of(item) is not None)
        assert item.zh
        assert item.en


def test_the_official_type_follows_the_holders() -> None:
    assert official_type(form_of(company()), entity_type="llc").code == "1130"
    held = changed(changed(company(), "people.3", FIRM), "shareholders.0.person", "p4")
    assert official_type(form_of(held), entity_type="llc").code == "1190"
    assert official_type(form_of(single(), "llc_single"), entity_type="llc_single").code == "1151"
    owned = changed(changed(single(), "people.3", FIRM), "shareholders.0.person", "p4")
    assert official_type(form_of(owned, "llc_single"), entity_type="llc_single").code == "1152"
    state = changed(owned, "people.3.state_held", True)
    assert official_type(form_of(state, "llc_single"), entity_type="llc_single").code == "1153"
    own = form_of(individual(), "individual", "market_entity_2022")
    assert official_type(own, entity_type="individual").code == "9500"


def test_half_of_the_shares_is_not_more_than_half() -> None:
    rows = [{"person": key, "subscribed_wan": "50", "due_on": "2030-01-01"} for key in ("p1", "p4")]
    form = changed(changed(company(), "people.3", FIRM), "shareholders", rows)
    assert official_type(form_of(form), entity_type="llc").code == "1190"


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        ("domicile.tenure", "own", "premises_title"),
        ("domicile.tenure", "lease", "premises_lease"),
        ("domicile.tenure", "free", "premises_free"),
        ("domicile.tenure", "cluster", "premises_cluster"),
        ("domicile.use", "residential", "premises_neighbours"),
        ("shareholders.0.lines.0.method", "ip", "appraisal"),
    ],
)
def test_answers_bring_their_documents(path: str, value: Any, kind: str) -> None:
    other = {"domicile.tenure": "platform", "domicile.use": "office", "shareholders.0.lines.0.method": "currency"}
    assert kind in kinds(changed(company(), path, value))
    assert kind not in kinds(changed(company(), path, other[path]))


def test_each_type_has_its_documents() -> None:
    # The system makes articles and appointments; who uploads a file of articles uses that.
    assert kinds(company()) == {"premises_lease"}
    agreed = form_of(changed(changed(company(), "officers.supervision", "none_agreed"), "officers.supervisors", []))
    needs = [required_materials(agreed, entity_type="llc", regime=NOW, uploaded=of) for of in ((), ("articles",))]
    own = {"articles", "supervision_agreement"}
    assert [{need.kind for need in listed} & own for listed in needs] == [set(), own]
    assert kinds(individual(), "individual", "market_entity_2022") == {"premises_title"}
    family = changed(changed(individual(), "operator.composition", "family"), "operator.family", ["叶样"])
    assert "family_members" in kinds(family, "individual", "market_entity_2022")
    assert "joint_form" in kinds(company_of_2015(), regime="five_numbers_2015")
    abroad = natural("p4", "Ann Sample", seed=6, id_type="passport", id_no="X1234567", born_on="1990-01-01")
    assert "foreign_id" in kinds(changed(company(), "people.3", abroad))


def test_an_approval_is_asked_for_by_name() -> None:
    security = next(code for code, item in catalogue().items() if item.zh == "保安服务")
    form = form_of(changed(company(), "scope.items", [security]))
    need = next(need for need in required_materials(form, entity_type="llc", regime=NOW) if need.kind == "pre_approval")
    assert "保安服务许可证" in need.hint["zh"]
    assert "Security services permit" in need.hint["en"]


def test_an_empty_draft_asks_for_little_and_nobody_signs() -> None:
    form, _ = read({}, entity_type="llc", regime=NOW)
    assert [need.kind for need in required_materials(form, entity_type="llc", regime=NOW) if need.required] == []
    old = required_materials(form, entity_type="llc", regime="five_numbers_2015")
    assert [need.kind for need in old if need.required] == ["articles", "appointment", "joint_form"]
    assert signers_for(form, entity_type="llc") == []


def test_everybody_who_must_sign_signs_once() -> None:
    signers = signers_for(form_of(company()), entity_type="llc")
    assert [(signer.person_key, signer.capacities) for signer in signers] == [
        ("p1", ("shareholder", "legal_rep", "director", "filer")),
        ("p2", ("shareholder", "manager", "finance", "liaison")),
        ("p3", ("shareholder", "supervisor")),
    ]


def test_a_legal_person_signs_by_its_representative() -> None:
    form = form_of(changed(changed(company(), "people.3", FIRM), "shareholders.0.person", "p4"))
    signer = signers_for(form, entity_type="llc")[-1]
    assert (signer.person_key, signer.name, signer.organizations) == ("p4", "王样", ("样例投资有限公司",))
    assert (signer.capacities, signer.email) == (("shareholder",), "w@example.cn")


def test_the_operator_signs_alone() -> None:
    form = form_of(individual(), "individual", "market_entity_2022")
    assert [signer.capacities for signer in signers_for(form, entity_type="individual")] == [
        ("operator", "liaison", "filer")
    ]


def test_reasons_and_documents_speak_both_languages() -> None:
    assert set(rejection_reasons(ESTABLISHMENT)) == {f"R0{number}" for number in range(1, 9)}
    assert list(correction_reasons(ESTABLISHMENT)) == [*(f"S{number:02}" for number in range(1, 13)), "S99"]
    for kind in material_kinds():
        assert material_label(kind, "zh")
        assert material_label(kind, "en")


def test_regions_lie_in_one_another() -> None:
    assert address_text("330702", "样例街道1号") == "浙江省金华市婺城区样例街道1号"
    assert address_text("330782", "义乌市样例街道1号") == "浙江省金华市义乌市样例街道1号"
    assert address_text("999999", "样例街道1号") == "样例街道1号"
    assert len(districts_of("330700")) == 9
    assert lies_in("330702", "330000")
    assert not lies_in("330702", "330782")
    yongkang = region("330784")
    assert yongkang is not None
    assert yongkang.name_zh == "永康市"


@pytest.mark.parametrize(
    ("day", "entity_type", "five", "regime"),
    [
        (date(2015, 8, 1), "llc", True, "five_numbers_2015"),
        (date(2026, 10, 12), "llc", True, "five_numbers_2015"),
        (date(2026, 10, 12), "individual", True, "market_entity_2022"),
        (date(2024, 6, 30), "llc", False, "market_entity_2022"),
        (date(2024, 7, 1), "llc", False, "company_law_2024"),
        (date(2022, 2, 28), "llc", False, "five_in_one_2016"),
        (date(2016, 9, 30), "llc", False, "three_in_one_2015"),
    ],
)
def test_a_day_has_its_regime(day: date, entity_type: str, five: bool, regime: str) -> None:
    assert regime_on(day, entity_type=entity_type, five_numbers=five) == regime
