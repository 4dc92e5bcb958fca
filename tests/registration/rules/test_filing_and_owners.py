"""Who files, who proves identity, who owns; the board of supervisors; lines of contribution; declared domiciles."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.check import check_draft
from registration.rules.city import city
from registration.rules.fields import fields, sensitive_paths, visible_to
from registration.rules.form import dump, read
from registration.rules.form.contributions import with_lines
from registration.rules.form.present_shape import in_present_shape
from registration.rules.masking import masked_form
from registration.rules.materials import required_materials
from registration.rules.signers import signers_for
from tests.registration.rules.rule_forms import REGIONS, TODAY, changed, company, individual, natural

NOW = "company_law_2024"
BOARD_OF_SUPERVISORS = {
    "board": "single",
    "directors": [{"person": "p1", "post": "director"}],
    "supervision": "supervisors",
    "supervisors": ["p3", "p4", "p5"],
    "supervisor_chair": "p3",
    "employee_supervisors": ["p4"],
    "managers": ["p2"],
}


def told(form: dict[str, Any], *, entity_type: str = "llc", regime: str = NOW, **more: Any) -> list[tuple[str, str]]:
    found = check_draft(form, entity_type=entity_type, regime=regime, today=TODAY, registrar_regions=REGIONS, **more)
    return [(problem.path, problem.code) for problem in found]


def supervised(**more: Any) -> dict[str, Any]:
    people = [*company()["people"], natural("p4", "江暮云", seed=21), natural("p5", "何望舒", seed=22)]
    return company(people=people, officers={**BOARD_OF_SUPERVISORS, **more})


@pytest.mark.parametrize(
    ("more", "path", "code"),
    [
        ({"supervisor_chair": None}, "officers.supervisor_chair", "officers.supervisor_chair_missing"),
        ({"supervisor_chair": "p1"}, "officers.supervisor_chair", "officers.supervisor_chair_no_supervisor"),
        ({"employee_supervisors": []}, "officers.supervisors", "officers.supervisors_of_employees"),
        (
            {"employee_supervisors": ["p4", "p2"]},
            "officers.employee_supervisors.1",
            "officers.employee_no_supervisor",
        ),
        ({"supervisors": ["p3"]}, "officers.supervisor_chair", "officers.supervisor_chair_not_wanted"),
        (
            {"directors": [{"person": "p1", "post": "chair"}]},
            "officers.directors.0.post",
            "officers.sole_director_has_no_board",
        ),
        (
            {"directors": [{"person": "p1", "post": "employee_director"}]},
            "officers.directors.0.post",
            "officers.sole_director_has_no_board",
        ),
        ({"supervision": "audit_committee"}, "officers.supervision", "officers.audit_committee_without_board"),
    ],
)
def test_boards_are_composed_as_the_law_says(more: dict[str, Any], path: str, code: str) -> None:
    assert told(supervised()) == []
    assert (path, code) in told(supervised(**more))


@given(st.integers(3, 12), st.data())
def test_a_third_of_a_board_of_supervisors_is_of_the_employees(count: int, data: st.DataObject) -> None:
    keys = [f"p{number}" for number in range(10, 10 + count)]
    employees = data.draw(st.lists(st.sampled_from(keys), unique=True))
    officers = {**BOARD_OF_SUPERVISORS, "supervisors": keys, "supervisor_chair": keys[0]}
    codes = {code for _path, code in told({"officers": {**officers, "employee_supervisors": employees}})}
    assert ("officers.supervisors_of_employees" in codes) == (len(employees) < count / 3)


@pytest.mark.parametrize("typed", ["叶栖云", " 叶 栖云 "])
def test_a_supervisor_is_no_finance_officer_under_a_typed_name_either(typed: str) -> None:
    form = changed(company(), "contacts.finance", {"name": typed, "mobile": "13800000009"})
    assert ("officers.supervisors.0", "officers.supervisor_also_finance") in told(form)


@pytest.mark.parametrize(
    ("path", "value", "at", "code"),
    [
        ("contacts.filer", ..., "contacts.filer.person", "filer.missing"),
        ("contacts.filer.person", "p4", "contacts.filer.person", "filer.takes_no_part"),
        ("contacts.filer.firm", "样例代理", "contacts.filer.firm_uscc", "filer.firm_incomplete"),
        ("contacts.filer.firm_uscc", "91330701MAT000018L", "contacts.filer.firm", "filer.firm_incomplete"),
        (
            "contacts.liaison",
            {"name": "某人", "mobile": "13800000001"},
            "contacts.liaison.person",
            "contacts.not_identified",
        ),
        (
            "contacts.finance",
            {"name": "某人", "mobile": "13800000001"},
            "contacts.finance.person",
            "contacts.not_identified",
        ),
        ("owners", ..., "owners", "section.missing"),
        ("owners.promised", False, "owners.promised", "owners.promise_missing"),
        ("owners", {"basis": "listed"}, "owners.listed", "owners.none_listed"),
    ],
)
def test_what_is_missing_of_contacts_and_owners(path: str, value: Any, at: str, code: str) -> None:
    form = company(people=[*company()["people"], natural("p4", "江暮云", seed=21)])
    assert (at, code) in told(changed(form, path, value))


def test_an_agent_files_with_a_power_of_attorney_and_proves_identity() -> None:
    form = company(people=[*company()["people"], natural("p4", "江暮云", seed=21)])
    form["contacts"]["filer"] = {"role": "agent", "person": "p4"}
    assert told(form) == []
    parsed, _ = read(form, entity_type="llc", regime=NOW)
    # The system makes the power of attorney; a file of one's own is taken instead.
    both = [
        required_materials(parsed, entity_type="llc", regime=NOW, uploaded=of) for of in ((), ("power_of_attorney",))
    ]
    assert [{need.kind for need in needs if need.required} for needs in both] == [
        {"premises_lease"},
        {"premises_lease", "power_of_attorney"},
    ]
    assert {signer.person_key: signer.capacities for signer in signers_for(parsed, entity_type="llc")}["p4"] == (
        "agent",
    )


def test_an_individual_business_names_liaison_filer_and_home() -> None:
    regime = "market_entity_2022"
    form = individual()
    assert told(form, entity_type="individual", regime=regime) == []
    without = changed(form, "people.0.address", ...)
    assert ("people.0.address", "operator.address_missing") in told(without, entity_type="individual", regime=regime)
    unnamed = changed(form, "contacts", ...)
    assert ("contacts", "section.missing") in told(unnamed, entity_type="individual", regime=regime)


def owner(key: str, **more: Any) -> dict[str, Any]:
    return {"owner": key, "owner_relation": "equity", "owner_percent": "30", **more}


def test_the_promise_is_for_small_companies_of_natural_persons() -> None:
    rich = changed(company(), "capital.amount_wan", "1000.000001")
    assert ("owners.basis", "owners.capital_too_large") in told(rich)
    assert ("owners.basis", "owners.capital_too_large") not in told(changed(rich, "capital.amount_wan", "1000"))
    firm = {"key": "p3", "kind": "legal", "name": "样例公司", "uscc": "91330701MAT000018L", "representative": "王样"}
    held = changed(company(), "people.2", {**firm, "representative_id_no": "33078118980615061X"})
    assert ("owners.basis", "owners.not_all_natural") in told(held)


@pytest.mark.parametrize(
    ("listed", "at", "code"),
    [
        ([owner("p1")], "owners.listed", "owners.holder_forgotten"),
        ([owner("p1"), owner("p2"), owner("p1")], "owners.listed.2.owner", "owners.twice"),
        (
            [owner("p1"), owner("p2", owner_percent="24.99")],
            "owners.listed.1.owner_percent",
            "owners.percent_too_small",
        ),
        (
            [owner("p1"), owner("p2", owner_relation="control")],
            "owners.listed.1.owner_control",
            "owners.control_missing",
        ),
        ([owner("p1"), owner("p9")], "owners.listed.1.owner", "person.unknown"),
    ],
)
def test_owners_are_named_with_what_makes_them_owners(listed: list[dict[str, Any]], at: str, code: str) -> None:
    right = company(owners={"basis": "listed", "listed": [owner("p1"), owner("p2")]})
    assert told(right) == []
    assert (at, code) in told(changed(right, "owners.listed", listed))
    assert ("people.0.address", "owners.address_missing") in told(changed(right, "people.0.address", ...))


def test_who_names_the_owners_promises_nothing() -> None:
    listed = [owner("p1", owner_relation="equity", owner_percent="51")]
    form = changed(company(), "owners", {"basis": "listed", "promised": True, "listed": listed})
    answers, _ = read(form, entity_type="llc", regime=NOW)
    assert not dump(answers)["owners"].get("promised")


def test_owners_are_sealed_masked_and_no_agency_s() -> None:
    form = company(people=[*company()["people"], natural("p4", "江暮云", seed=21)])
    form["owners"] = {"basis": "listed", "listed": [owner("p4", owner_percent=51)]}
    paths = sensitive_paths(form)
    assert {"owners.listed.0.owner", "owners.listed.0.owner_percent"} <= set(paths)
    assert masked_form(form, paths)["owners"]["listed"][0]["owner"] == "***"
    for agency in city().agencies:
        seen = visible_to(agency, form)
        assert "owners" not in seen
        assert "p4" not in {person["key"] for person in seen.get("people", ())}
    assert not any(about.public for pattern, about in fields().items() if pattern.startswith("owners"))


amounts = st.decimals(min_value=Decimal("0.000001"), max_value=Decimal(10**6), places=6)


@given(st.lists(amounts, min_size=1, max_size=8), st.sampled_from([Decimal(0), Decimal("0.000001")]))
def test_lines_add_up_to_what_a_shareholder_promises(parts: list[Decimal], difference: Decimal) -> None:
    lines = [{"amount_wan": str(part), "due_on": "2030-01-01"} for part in parts]
    form = {
        "shareholders": [{"person": "p1", "lines": lines}],
        "capital": {"amount_wan": str(sum(parts) + difference)},
    }
    wrong = {code for path, code in told(form) if path == "shareholders" and code.startswith("amount")}
    assert wrong == ({"amount.sum_less"} if difference else set())


def test_money_and_things_in_instalments_are_one_shareholder() -> None:
    lines = [
        {"method": "currency", "amount_wan": "21", "due_on": "2027-01-01"},
        {"method": "in_kind", "amount_wan": "30", "due_on": "2028-01-01"},
    ]
    form = changed(company(), "shareholders.0.lines", lines)
    assert told(form) == []
    parsed, _ = read(form, entity_type="llc", regime=NOW)
    assert "appraisal" in {need.kind for need in required_materials(parsed, entity_type="llc", regime=NOW)}
    late = changed(form, "shareholders.0.lines.1.due_on", "2040-01-01")
    assert ("shareholders.0.lines.1.due_on", "shareholders.due_too_late") in told(late)


def test_a_form_that_was_written_without_lines_is_read_and_written_with_them() -> None:
    old = {"person": "p1", "subscribed_wan": "51", "method": "ip", "due_on": "2030-01-01", "paid_wan": "1"}
    new = {
        "person": "p1",
        "lines": [{"method": "ip", "amount_wan": "51", "due_on": "2030-01-01", "paid_wan": "1"}],
    }
    assert with_lines(old) == new
    assert with_lines(new) == new
    parsed, faults = read({"shareholders": [old]}, entity_type="llc", regime=NOW)
    assert not faults
    assert dump(parsed)["shareholders"] == [new]
    assert in_present_shape({"shareholders": [old]}) == {"shareholders": [new]}
    assert visible_to(city().agency("national_tax"), {"shareholders": [old]}) == {"shareholders": [new]}


def test_a_domicile_is_declared_only_where_the_registrar_takes_it() -> None:
    form = changed(company(), "domicile", {**company()["domicile"], "tenure": "declared"})
    assert ("domicile.tenure", "domicile.not_declared_here") in told(form)
    assert told(form, may_declare_domicile=True) == []
    parsed, _ = read(form, entity_type="llc", regime=NOW)
    kinds = {need.kind for need in required_materials(parsed, entity_type="llc", regime=NOW) if need.required}
    assert kinds == set()
