"""Joint-stock companies and wholly state-owned companies: their own rules, and their licences."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from registration import clock
from registration.operations.act import act
from registration.rules.check import flags
from registration.rules.form import read
from registration.settings import Settings
from tests.fixtures.cases import actor_of, company, draft, joint_stock, state_owned, submitted
from tests.fixtures.forms import problems_of
from tests.fixtures.licences import printed_texts, sheets
from tests.fixtures.office import LIN
from tests.fixtures.visitor import Visitor, words, work_off

Visit = Callable[..., Visitor]
EXAMINER, APPROVER = "0218", "0219"


@pytest.mark.parametrize(("entity_type", "make"), [("jsc", joint_stock), ("llc_state", state_owned)])
def test_a_right_form_has_no_problem(entity_type: str, make: Callable[[], dict[str, Any]]) -> None:
    assert problems_of(make(), entity_type, regime="company_law_2024") == set()


def changed(form: dict[str, Any], section: str, **change: Any) -> dict[str, Any]:
    return form | {section: form[section] | change}


def unpaid(form: dict[str, Any]) -> dict[str, Any]:
    form["shareholders"][0]["lines"][0] |= {"paid_wan": "50"}
    return form


def of_another(form: dict[str, Any]) -> dict[str, Any]:
    form["people"][3] |= {"name": "浙江样例云栖管理有限公司", "uscc": "91330701MAT000018L"}
    return form


def of_a_person(form: dict[str, Any]) -> dict[str, Any]:
    form["shareholders"][0]["person"] = "p2"
    return form


def two_owners(form: dict[str, Any]) -> dict[str, Any]:
    form["shareholders"] = [
        {"person": key, "lines": [{"amount_wan": "50", "due_on": "2030-09-30"}]} for key in ("p4", "p2")
    ]
    return form


def without_employees(form: dict[str, Any]) -> dict[str, Any]:
    form["officers"]["directors"][2]["post"] = "director"
    return form


def small_committee(form: dict[str, Any]) -> dict[str, Any]:
    directors = [
        {"person": "p1", "post": "chair", "audit_committee": True},
        {"person": "p2", "audit_committee": True},
        {"person": "p3"},
    ]
    rest = {"board": "board", "directors": directors, "supervision": "audit_committee", "managers": ["p1"]}
    return form | {"officers": rest, "legal_rep": {"person": "p1", "post": "chair"}}


@pytest.mark.parametrize(
    ("entity_type", "form", "path", "code"),
    [
        ("jsc", unpaid(joint_stock()), "shareholders.0.lines.0.paid_wan", "shareholders.unpaid_before_founding"),
        (
            "jsc",
            changed(joint_stock(), "officers", supervision="none_agreed", supervisors=[]),
            "officers.supervision",
            "officers.supervision_not_for_type",
        ),
        ("jsc", small_committee(joint_stock()), "officers.directors", "officers.audit_committee_too_small"),
        ("jsc", joint_stock() | {"name": company()["name"]}, "name.form", "N08"),
        ("llc_state", of_another(state_owned()), "people.3.name", "investor.not_of_state"),
        ("llc_state", of_a_person(state_owned()), "people.1.name", "investor.not_of_state"),
        ("llc_state", two_owners(state_owned()), "shareholders", "shareholders.not_one_state"),
        ("llc_state", without_employees(state_owned()), "officers.directors", "officers.employee_director_missing"),
        (
            "llc_state",
            changed(state_owned(), "officers", board="single"),
            "officers.board",
            "officers.board_required",
        ),
        ("llc_single", state_owned(), "people.3.uscc", "investor.authority"),
    ],
)
def test_what_the_law_forbids_is_refused_at_its_field(
    entity_type: str, form: dict[str, Any], path: str, code: str
) -> None:
    assert (path, code) in problems_of(form, entity_type, regime="company_law_2024")


def test_a_joint_stock_company_has_at_most_two_hundred_promoters() -> None:
    form = joint_stock()
    line = {"amount_wan": "0.5", "paid_wan": "0.5", "due_on": "2026-11-01"}
    form["shareholders"] = [{"person": f"p{number}", "lines": [line]} for number in range(1, 201)]
    assert "shareholders.too_many_promoters" not in {
        code for _, code in problems_of(form, "jsc", regime="company_law_2024")
    }
    # The section itself takes no more than 200.
    form["shareholders"].append({"person": "p201", "lines": [line]})
    assert ("shareholders", "list.too_long") in problems_of(form, "jsc", regime="company_law_2024")


def test_the_desk_looks_for_outside_directors() -> None:
    form, _ = read(state_owned(), entity_type="llc_state", regime="company_law_2024")
    today = clock.local_date(clock.now())
    codes = {one.code for one in flags(form, entity_type="llc_state", regime="company_law_2024", today=today)}
    assert "flag.outside_directors" in codes


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_only_a_registrar_of_the_city_registers_a_joint_stock_company(visit: Visit, lang: str) -> None:
    refused = visit(LIN, lang=lang).post("/applications/new", entity_type="jsc", registrar="330702")
    assert refused.status_code == 422
    assert ("请选择：金华市市场监督管理局" if lang == "zh" else "Jinhua Administration") in words(refused)
    assert visit(LIN, lang=lang).post("/applications/new", entity_type="jsc", registrar="330701").status_code == 303


def test_it_registers_one_in_every_county(desk_app: Flask, settings: Settings, visit: Visit) -> None:
    form = changed(joint_stock(), "domicile", region="330782", street="样例街道双溪路88号")
    ref = submitted("jsc", form, registrar="330701", actor=actor_of(LIN), now=clock.now())
    page = visit(EXAMINER).get(f"/desk/cases/{ref}")
    assert "义乌市" in words(page)
    another = draft("jsc", {}, registrar="330701", actor=actor_of(LIN), now=clock.now())
    assert "义乌市" in words(visit(LIN).get(f"/applications/{another}/domicile"))
    third = draft("llc", {}, registrar="330701", actor=actor_of(LIN), now=clock.now())
    assert "义乌市" not in words(visit(LIN).get(f"/applications/{third}/domicile"))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("entity_type", "make", "printed"),
    [
        ("jsc", joint_stock, "类型股份有限公司（非上市、自然人投资或控股）"),
        ("llc_state", state_owned, "类型有限责任公司（国有独资）"),
    ],
)
def test_it_comes_to_its_licence(
    desk_app: Flask, settings: Settings, entity_type: str, make: Callable[[], dict[str, Any]], printed: str
) -> None:
    ref = submitted(entity_type, make(), registrar="330701", actor=actor_of(LIN), now=clock.now())
    act(ref, "claim", actor=actor_of(EXAMINER), now=clock.now())
    act(ref, "recommend", actor=actor_of(EXAMINER), now=clock.now(), opinion="符合")
    act(ref, "approve", actor=actor_of(APPROVER), now=clock.now(), opinion="同意")
    work_off()
    assert {sheet.status for sheet in sheets(ref)} == {"issued"}
    for text in printed_texts(ref, settings):
        assert printed in text
        assert "法定代表人苏知禾" in text
