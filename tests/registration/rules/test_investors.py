"""Who may hold shares here, who signs for a child, and which type the holders make."""

from typing import Any

import pytest

from certificates.numbers import make_organization_code, make_uscc
from registration.rules.check import check_draft, flags
from registration.rules.form import read
from registration.rules.identity import check_digit
from registration.rules.materials import required_materials
from registration.rules.official_types import official_type
from registration.rules.signers import signers_for
from tests.registration.rules.rule_forms import REGIONS, TODAY, changed, company, individual, natural

NOW = "company_law_2024"
RESIDENCE_PERMIT = "81000018950101002" + check_digit("81000018950101002")
ABROAD: list[dict[str, Any]] = [
    {"id_type": "passport", "id_no": "K12345678", "born_on": "1980-01-01"},
    {"id_type": "hk_macao_permit", "id_no": "H12345678", "born_on": "1980-01-01"},
    {"id_type": "taiwan_permit", "id_no": "12345678", "born_on": "1980-01-01"},
    {"id_type": "foreign_permanent", "id_no": "USA330080010112", "born_on": "1980-01-01"},
    {"id_type": "hmt_residence", "id_no": RESIDENCE_PERMIT},
]
FIRM: dict[str, Any] = {
    "key": "p4",
    "kind": "legal",
    "name": "样例投资有限公司",
    "uscc": "91330701MAT000018L",
    "representative": "王样",
    "representative_id_no": "33078118980615061X",
}


def told(form: dict[str, Any], *, entity_type: str = "llc", regime: str = NOW) -> list[tuple[str, str]]:
    found = check_draft(form, entity_type=entity_type, regime=regime, today=TODAY, registrar_regions=REGIONS)
    return [(problem.path, problem.code) for problem in found]


def with_person(form: dict[str, Any], place: int, **more: Any) -> dict[str, Any]:
    return changed(form, f"people.{place}", {**form["people"][place], **more})


def held_by(firm: dict[str, Any], *shares: str) -> dict[str, Any]:
    """A company whose first share belongs to the firm, the others to natural persons."""
    rows = [
        {"person": key, "lines": [{"amount_wan": share, "due_on": "2030-01-01"}]}
        for key, share in zip(("p4", "p1", "p2"), shares, strict=False)
    ]
    form = changed(changed(company(), "people.3", firm), "shareholders", rows)
    listed = [{"owner": "p1", "owner_relation": "equity", "owner_percent": "40"}]
    return changed(form, "owners", {"basis": "listed", "listed": listed})


def test_a_residence_permit_is_no_resident_card() -> None:
    form = with_person(company(), 0, id_no=RESIDENCE_PERMIT, sex="female")
    assert ("people.0.id_type", "id.residence_permit") in told(form)


def code_of(department: str, category: str) -> str:
    organization = make_organization_code("MAT00001")
    return make_uscc(organization, region="330701", department=department, category=category)


@pytest.mark.parametrize(
    ("kind", "name", "path", "code"),
    [
        ("92", "婺城区样例面馆", "uscc", "investor.individual_business"),
        ("11", "样例市公安局", "uscc", "investor.authority"),
        ("31", "样例律师事务所", "uscc", "investor.cannot_invest"),
        ("91", "样例投资有限公司金华分公司", "name", "investor.branch"),
    ],
)
def test_who_cannot_hold_shares(kind: str, name: str, path: str, code: str) -> None:
    form = held_by({**FIRM, "uscc": code_of(*kind), "name": name}, "60", "40")
    assert (f"people.3.{path}", code) in told(form)


def test_the_body_for_state_assets_holds_shares_beside_others_and_makes_the_company_the_state_s() -> None:
    body = {**FIRM, "uscc": code_of("1", "1"), "name": "样例市人民政府国有资产监督管理委员会"}
    form = held_by(body, "60", "40")
    assert told(form) == []
    parsed, _ = read(form, entity_type="llc", regime=NOW)
    assert official_type(parsed, entity_type="llc").code == "1140"
    found = flags(parsed, entity_type="llc", regime=NOW, today=TODAY)
    assert ("people.3.uscc", "flag.investor_is_no_enterprise") in [(one.path, one.code) for one in found]


def test_a_state_holding_of_more_than_half_is_printed_as_such() -> None:
    for firm, code in (
        ({**FIRM, "held_by": "state"}, "1140"),
        ({**FIRM, "state_held": True}, "1140"),
        ({**FIRM, "held_by": "other"}, "1190"),
        (FIRM, "1190"),
    ):
        form, _ = read(held_by(firm, "60", "40"), entity_type="llc", regime=NOW)
        assert official_type(form, entity_type="llc").code == code
    half, _ = read(held_by({**FIRM, "held_by": "state"}, "50", "50"), entity_type="llc", regime=NOW)
    assert official_type(half, entity_type="llc").code == "1190"


def child(**more: Any) -> dict[str, Any]:
    documents = {"id_type": "chinese_passport", "id_no": "E12345678", "born_on": "2016-01-01", "id_long": True}
    return {**natural("p4", "林小满", seed=9), **documents, **more}


def held_by_child(**more: Any) -> dict[str, Any]:
    form = held_by(child(**more), "60", "40")
    listed = [{"owner": key, "owner_relation": "equity", "owner_percent": "40"} for key in ("p4", "p1")]
    return changed(form, "owners.listed", listed)


def test_a_child_does_not_sign_alone() -> None:
    assert ("people.3.guardian", "guardian.missing") in told(held_by_child())
    form = held_by_child(guardian="p2")
    assert told(form) == []
    parsed, _ = read(form, entity_type="llc", regime=NOW)
    signers = {signer.person_key: signer.capacities for signer in signers_for(parsed, entity_type="llc")}
    assert "p4" not in signers
    assert "guardian" in signers["p2"]
    needs = {need.kind for need in required_materials(parsed, entity_type="llc", regime=NOW) if need.required}
    assert "guardianship" in needs


@pytest.mark.parametrize(
    ("guardian", "code"), [("p4", "guardian.unknown"), ("p9", "guardian.unknown"), ("p5", "guardian.not_of_age")]
)
def test_a_guardian_is_another_person_of_age(guardian: str, code: str) -> None:
    form = held_by_child(guardian=guardian)
    form["people"].append({**child(), "key": "p5", "id_no": "E12345679"})
    assert ("people.3.guardian", code) in told(form)


def test_a_shareholder_of_sixteen_is_looked_at() -> None:
    form, _ = read(held_by_child(born_on="2010-01-01"), entity_type="llc", regime=NOW)
    codes = {flag.code for flag in flags(form, entity_type="llc", regime=NOW, today=TODAY)}
    assert {"flag.young_shareholder", "flag.overseas_chinese"} <= codes


def test_who_may_run_an_individual_business() -> None:
    regime = "market_entity_2022"
    overseas = {"id_type": "chinese_passport", "id_no": "E12345678", "born_on": "1980-01-01"}
    for document in (overseas, ABROAD[1], ABROAD[2], ABROAD[4]):
        form = with_person(individual(), 0, **document)
        assert told(form, entity_type="individual", regime=regime) == []
        parsed, _ = read(form, entity_type="individual", regime=regime)
        assert [one.path for one in flags(parsed, entity_type="individual", regime=regime, today=TODAY)] == [
            "operator.person"
        ]
    for document in (ABROAD[0], ABROAD[3]):
        form = with_person(individual(), 0, **document)
        assert ("operator.person", "operator.not_citizen") in told(form, entity_type="individual", regime=regime)
