"""The rules across sections: right forms pass, one spoiled value brings the one problem it should."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.check import check_draft, flags
from registration.rules.form import read
from registration.rules.identity import check_digit
from tests.registration.rules.rule_forms import (
    REGIONS,
    TODAY,
    changed,
    company,
    company_of_2015,
    individual,
    natural,
    single,
)

NOW = "company_law_2024"
OLD = "five_numbers_2015"
PRESENT = "market_entity_2022"


def problems(
    form: dict[str, Any], entity_type: str = "llc", regime: str = NOW, today: date = TODAY
) -> list[tuple[str, str]]:
    found = check_draft(form, entity_type=entity_type, regime=regime, today=today, registrar_regions=REGIONS)
    return [(problem.path, problem.code) for problem in found]


def flagged(form: dict[str, Any], entity_type: str = "llc", regime: str = NOW) -> list[tuple[str, str]]:
    read_form, _ = read(form, entity_type=entity_type, regime=regime)
    return [(flag.path, flag.code) for flag in flags(read_form, entity_type=entity_type, regime=regime, today=TODAY)]


def test_right_forms_have_no_problems() -> None:
    assert problems(company()) == []
    assert problems(single(), "llc_single") == []
    assert problems(individual(), "individual", PRESENT) == []
    assert problems(company_of_2015(), regime=OLD) == []
    assert flagged(company()) == []


DIRECTORS = [{"person": "p1", "post": "chair"}, {"person": "p2"}, {"person": "p4"}]
BOARD = changed(
    company(people=[*company()["people"], natural("p4", "苏知禾", seed=5)]),
    "officers",
    {"board": "board", "directors": DIRECTORS, "supervision": "supervisors", "supervisors": ["p3"], "managers": []},
)
COMPANY_FAULTS = [
    ("name", ..., "name", "section.missing"),
    ("name.form", "股份有限公司", "name.form", "N08"),
    ("name.region", "杭州市", "name.region", "N11"),
    ("name.trade", "顶级", "name.trade", "N04"),
    ("domicile.region", "330782", "domicile.region", "domicile.outside_registrar"),
    ("domicile.lease_end_on", ..., "domicile.lease_end_on", "domicile.lease_end_missing"),
    ("domicile.lease_end_on", "2026-10-11", "domicile.lease_end_on", "domicile.lease_ended"),
    ("scope.items", ["HY0155", "HY9999"], "scope.items.1", "scope.item_unknown"),
    ("scope.items", ["HY0155", "hy0155"], "scope.items.1", "scope.item_twice"),
    (
        "capital",
        {"amount_wan": 100, "term": "until", "term_until_on": "2026-10-12"},
        "capital.term_until_on",
        "term.in_the_past",
    ),
    ("capital.amount_wan", "100.000001", "shareholders", "amount.sum_less"),
    ("capital.amount_wan", "99.999999", "shareholders", "amount.sum_more"),
    ("shareholders.1.person", "p1", "shareholders.1.person", "shareholders.twice"),
    ("shareholders.1.person", "p9", "shareholders.1.person", "person.unknown"),
    ("shareholders.0.lines.0.due_on", "2031-10-13", "shareholders.0.lines.0.due_on", "shareholders.due_too_late"),
    ("shareholders.0.lines.0.due_on", "2026-10-11", "shareholders.0.lines.0.due_on", "shareholders.due_past"),
    ("shareholders.2.lines.0.paid_wan", "19.6", "shareholders.2.lines.0.paid_wan", "shareholders.paid_exceeds"),
    ("shareholders.2.lines.0.method", "labour", "shareholders.2.lines.0.method", "shareholders.method_forbidden"),
    ("shareholders.2.lines.0.method", "encumbered", "shareholders.2.lines.0.method", "shareholders.method_forbidden"),
    ("people.1.key", "p1", "people.1.key", "person.key_twice"),
    ("people.1.id_no", company()["people"][1]["id_no"][:-1] + "?", "people.1.id_no", "code.malformed"),
    ("people.0.sex", "male", "people.0.sex", "person.sex_differs"),
    ("officers.directors", [{"person": "p1"}, {"person": "p2"}], "officers.directors", "officers.single_means_one"),
    ("officers.supervisors", [], "officers.supervisors", "officers.supervisors_missing"),
    ("officers.supervisors", ["p1"], "officers.supervisors.0", "officers.supervisor_also_director"),
    ("officers.supervisors", ["p2"], "officers.supervisors.0", "officers.supervisor_also_director"),
    ("officers.managers", ["p2", "p2"], "officers.managers.1", "officers.twice"),
    ("officers.supervision", "none_agreed", "officers.supervisors", "officers.supervisors_not_wanted"),
    ("officers.supervision", "audit_committee", "officers.supervision", "officers.audit_committee_without_board"),
    ("legal_rep.person", "p3", "legal_rep.person", "legal_rep.not_in_post"),
    ("legal_rep.post", "manager", "legal_rep.person", "legal_rep.not_in_post"),
    ("legal_rep.post", "chair", "legal_rep.person", "legal_rep.not_in_post"),
    ("contacts.finance", {"person": "p3"}, "officers.supervisors.0", "officers.supervisor_also_finance"),
    ("contacts.finance", ..., "contacts.finance", "contacts.finance_missing"),
    ("contacts.liaison", {"person": "p8"}, "contacts.liaison.person", "person.unknown"),
    ("social", {"headcount": 1, "insured_count": 2}, "social.insured_count", "social.insured_exceeds"),
    ("addons", {"postal_delivery": "on"}, "addons.postal_address", "addons.postal_address_missing"),
]


@pytest.mark.parametrize(("path", "value", "at", "code"), COMPANY_FAULTS)
def test_a_spoiled_value_is_told_where_it_stands(path: str, value: Any, at: str, code: str) -> None:
    assert (at, code) in problems(changed(company(), path, value))


@pytest.mark.parametrize(
    ("path", "value", "at", "code"),
    [
        ("officers.directors.0.post", "director", "officers.directors", "officers.one_chair"),
        ("officers.directors.1.post", "chair", "officers.directors", "officers.one_chair"),
        ("officers.directors.2", ..., "officers.directors", "officers.board_too_small"),
        ("officers.directors.2.person", "p1", "officers.directors.2", "officers.twice"),
        ("officers.supervisors", ["p3", "p5"], "officers.supervisors", "officers.supervisors_two"),
    ],
)
def test_a_board_has_its_numbers(path: str, value: Any, at: str, code: str) -> None:
    assert problems(BOARD) == []
    assert (at, code) in problems(changed(BOARD, path, value))


def test_under_the_old_law_supervisors_are_needed_and_a_board_is_represented_by_its_chair() -> None:
    old = {**BOARD, **{key: company_of_2015()[key] for key in ("tax", "social", "five")}}
    del old["owners"]
    assert ("legal_rep.post", "legal_rep.not_entitled") in problems(old, regime=OLD)
    assert problems(changed(old, "legal_rep.post", "chair"), regime=OLD) == []
    without = changed(changed(company_of_2015(), "officers.supervision", "none_agreed"), "officers.supervisors", [])
    assert ("officers.supervision", "officers.supervision_too_early") in problems(without, regime=OLD)
    assert (
        problems(changed(changed(company(), "officers.supervision", "none_agreed"), "officers.supervisors", [])) == []
    )


def test_only_the_new_law_limits_the_time_to_pay() -> None:
    late = changed(company_of_2015(), "shareholders.0.lines.0.due_on", "2046-01-01")
    assert problems(late, regime=OLD) == []


def test_what_was_paid_in_may_have_been_due_before() -> None:
    paid = changed(
        changed(company(), "shareholders.0.lines.0.due_on", "2026-10-01"), "shareholders.0.lines.0.paid_wan", "51"
    )
    assert problems(paid) == []


def test_types_have_their_numbers_of_shareholders() -> None:
    assert ("shareholders", "shareholders.one_is_single") in problems(single(), "llc")
    assert ("shareholders", "shareholders.not_one") in problems(company(), "llc_single")
    many = [{"person": f"p{n}", "subscribed_wan": "1", "due_on": "2030-01-01"} for n in range(1, 52)]
    assert ("shareholders", "shareholders.too_many") in problems(changed(company(), "shareholders", many))


def test_legal_persons_hold_shares_but_no_posts() -> None:
    firm = {
        "key": "p4",
        "kind": "legal",
        "name": "样例投资有限公司",
        "uscc": "91330701MAT000018L",
        "representative": "王样",
        "representative_id_no": "33078118980615061X",
    }
    form = changed(changed(company(), "people.3", firm), "shareholders.0.person", "p4")
    owner = {"owner": "p2", "owner_relation": "equity", "owner_percent": "29.5"}
    form["owners"] = {"basis": "listed", "listed": [owner]}
    assert problems(form) == []
    assert ("officers.managers.0", "person.not_natural") in problems(changed(form, "officers.managers", ["p4"]))
    assert ("people.3.uscc", "uscc.malformed") in problems(changed(form, "people.3.uscc", "91330701MAT000018X"))
    # Without the number its representative could never prove who signs.
    unproved = changed(form, "people.3.representative_id_no", None)
    assert ("people.3.representative_id_no", "field.missing") in problems(unproved)


def test_the_same_person_stands_once() -> None:
    twice = {**company()["people"][0], "key": "p7"}
    assert ("people.3.id_no", "person.twice") in problems(changed(company(), "people.3", twice))


def foreigner(born_on: str, **more: Any) -> dict[str, Any]:
    return natural("p4", "Ann Sample", seed=6, id_type="passport", id_no="X1234567", born_on=born_on, **more)


def with_manager(born_on: str) -> dict[str, Any]:
    return changed(changed(company(), "people.3", foreigner(born_on)), "officers.managers", ["p4"])


def test_ages_refuse_under_sixteen_and_flag_under_eighteen() -> None:
    assert ("officers.managers.0", "person.under_age") in problems(with_manager("2010-10-13"))
    assert problems(with_manager("2010-10-12")) == []
    assert ("officers.managers.0", "flag.young") in flagged(with_manager("2008-10-13"))
    assert flagged(with_manager("2008-10-12")) == []


def test_great_age_is_no_obstacle() -> None:
    number = "33070218900101001"
    old = natural("p1", "苏知禾", seed=1, sex="male", id_no=number + check_digit(number))
    assert problems(changed(company(), "people.0", old)) == []


def test_documents_are_valid_today() -> None:
    def expiring(day: str) -> dict[str, Any]:
        person = {**company()["people"][0], "id_long": False, "id_expires_on": day}
        return changed(company(), "people.0", person)

    assert problems(expiring("2026-10-12")) == []
    assert ("people.0.id_expires_on", "id.expired") in problems(expiring("2026-10-11"))


def test_individuals_have_their_own_rules() -> None:
    def found(path: str, value: Any) -> list[tuple[str, str]]:
        return problems(changed(individual(), path, value), "individual", PRESENT)

    assert found("name", ...) == []
    assert ("operator.family", "operator.family_missing") in found("operator.composition", "family")
    assert ("operator.family", "operator.family_not_wanted") in found("operator.family", ["叶样"])
    assert ("operator.person", "operator.not_citizen") in found("people.0", {**foreigner("1990-01-01"), "key": "p1"})
    assert ("capital", "section.not_applicable") in found("capital", {"amount_wan": 1})
    assert ("name.form", "N16") in found("name.form", "有限公司")
    platform = {**individual()["domicile"], "tenure": "platform"}
    assert ("domicile.platform_url", "domicile.platform_url_missing") in found("domicile", platform)
    assert ("domicile.tenure", "domicile.platform_for_individuals") in problems(
        changed(company(), "domicile", {**platform, "platform_url": "https://shop.example.cn/1"})
    )


@pytest.mark.parametrize(
    ("path", "value", "flag"),
    [
        ("capital.amount_wan", "100000", ("capital.amount_wan", "flag.capital_abnormal")),
        ("people.0.name", "林喆", ("people.0.name", "flag.rare_name")),
        ("domicile.use", "residential", ("domicile.use", "flag.residential")),
        ("domicile.region", "330199", ("domicile.region", "flag.region_unknown")),
        ("social", {"headcount": 300}, ("officers.directors", "flag.employee_director")),
        ("shareholders.0.lines.0.due_on", "2056-10-13", ("shareholders.0.lines.0.due_on", "flag.due_long")),
        ("name.industry", "实业", ("name.industry", "N15")),
    ],
)
def test_flags_ask_for_a_look_and_refuse_nothing(path: str, value: Any, flag: tuple[str, str]) -> None:
    assert flag in flagged(changed(company(), path, value))
    assert flag[1] not in [code for _, code in problems(changed(company(), path, value))]


AMOUNTS = st.lists(
    st.decimals(min_value=Decimal("0.000001"), max_value=Decimal("99999.999999"), places=6), min_size=2, max_size=50
)


@given(AMOUNTS, st.sampled_from([Decimal(0), Decimal("0.000001"), Decimal("-0.000001")]))
def test_contributions_add_up_to_the_last_digit(amounts: list[Decimal], difference: Decimal) -> None:
    rows = [
        {"person": f"p{n}", "subscribed_wan": str(amount), "due_on": "2030-01-01"}
        for n, amount in enumerate(amounts, start=1)
    ]
    form = {"shareholders": rows, "capital": {"amount_wan": str(sum(amounts) + difference)}}
    codes = {code for path, code in problems(form) if path == "shareholders" and code.startswith("amount")}
    assert codes == (set() if not difference else {"amount.sum_less" if difference > 0 else "amount.sum_more"})


@given(st.dates(date(2024, 7, 1), date(2100, 1, 1)), st.integers(-400, 400))
def test_the_last_day_to_pay_is_five_years_on(today: date, days: int) -> None:
    last = date(today.year + 5, 3, 1) if (today.month, today.day) == (2, 29) else today.replace(year=today.year + 5)
    due = date.fromordinal(last.toordinal() + days)
    found = problems({"shareholders": [{"person": "p1", "subscribed_wan": 1, "due_on": due.isoformat()}]}, today=today)
    assert (("shareholders.0.lines.0.due_on", "shareholders.due_too_late") in found) == (due > last)
