"""Foreign-invested enterprises: the type that the investors make, who registers them, what they say and hand in."""

from typing import Any

import pytest

from registration.rules.check import check_draft, flags
from registration.rules.form import read
from registration.rules.materials import required_materials
from registration.rules.official_types import code_printed_as, official_type
from registration.rules.problems import problem_text
from tests.fixtures.cases import limited_partnership, sole_prop
from tests.fixtures.forms import branch
from tests.registration.rules.rule_forms import REGIONS, TODAY, changed, company, single

COMPANY, PARTNERSHIP = "company_law_2024", "market_entity_2022"
# The city's own registrar and that of Yiwu are authorised, that of Wucheng is not.
AUTHORISED, OTHER = "330701", "330702"
BORN = {"born_on": "1980-01-01", "id_long": True}
FOREIGNER: dict[str, Any] = {"id_type": "passport", "id_no": "K12345678", **BORN}
SETTLED: dict[str, Any] = {"id_type": "foreign_permanent", "id_no": "USA330080010112", **BORN}
HONG_KONGER: dict[str, Any] = {"id_type": "hk_macao_permit", "id_no": "H12345678", **BORN}
TAIWANESE: dict[str, Any] = {"id_type": "taiwan_permit", "id_no": "12345678", **BORN}
_FIRM = {"kind": "legal", "representative": "JOHN WANG", "representative_id_no": "K12345678"}
SINGAPORE = {
    **_FIRM,
    "name": "样例控股私人有限公司",
    "seat": "foreign",
    "country": "新加坡",
    "number_abroad": "202012345K",
}
MACAO = {**_FIRM, "name": "样例（澳门）一人有限公司", "seat": "macao", "number_abroad": "12345SO"}
SAID = {
    "field": "open",
    "declared": True,
    "recipient": "林知夏",
    "recipient_address": "浙江省金华市婺城区样例路1号",
    "recipient_phone": "0579-82000000",
}


def form_of(base: dict[str, Any], *investors: dict[str, Any]) -> dict[str, Any]:
    """The form with its first persons replaced by these investors, and with what a foreign-invested one must say."""
    for place, one in enumerate(investors):
        own = base["people"][place]
        base = changed(base, f"people.{place}", {"key": own["key"], **one} if "kind" in one else {**own, **one})
    return {**base, "foreign": SAID}


def told(
    form: dict[str, Any], *, kind: str = "llc", regime: str = COMPANY, at: str = AUTHORISED
) -> list[tuple[str, str]]:
    found = check_draft(form, entity_type=kind, regime=regime, today=TODAY, registrar_regions=REGIONS, registrar=at)
    return [(one.path, one.code) for one in found]


def type_of(form: dict[str, Any], *, kind: str, regime: str = COMPANY) -> str:
    parsed, _ = read(form, entity_type=kind, regime=regime)
    return official_type(parsed, entity_type=kind).code


@pytest.mark.parametrize(
    ("code", "investors"),
    [
        ("1130", ({}, {}, {})),
        ("5110", (FOREIGNER,)),
        ("5110", (FOREIGNER, HONG_KONGER)),
        ("5110", (SETTLED,)),
        ("5110", (SINGAPORE,)),
        ("5130", (FOREIGNER, SETTLED, SINGAPORE)),
        ("6110", (HONG_KONGER,)),
        ("6110", (MACAO, TAIWANESE)),
        ("6130", (HONG_KONGER, TAIWANESE, MACAO)),
        ("6170", (HONG_KONGER, FOREIGNER, MACAO)),
    ],
)
def test_the_origins_of_all_shareholders_make_the_type(code: str, investors: tuple[dict[str, Any], ...]) -> None:
    assert type_of(form_of(company(), *investors), kind="llc") == code


@pytest.mark.parametrize(
    ("code", "owner"),
    [("1151", {}), ("5140", FOREIGNER), ("5150", SINGAPORE), ("6140", TAIWANESE), ("6150", MACAO)],
)
def test_a_sole_shareholder_makes_the_type_by_origin_and_kind(code: str, owner: dict[str, Any]) -> None:
    assert type_of(form_of(single(), owner), kind="llc_single") == code


@pytest.mark.parametrize(
    ("code", "investors"),
    [
        ("1222", ()),
        ("5210", (FOREIGNER,)),
        ("5230", (FOREIGNER,) * 3),
        ("6210", (MACAO,)),
        ("6250", (MACAO, *(FOREIGNER,) * 2)),
    ],
)
def test_joint_stock_companies(code: str, investors: tuple[dict[str, Any], ...]) -> None:
    assert type_of(form_of(company(), *investors), kind="jsc") == code


@pytest.mark.parametrize(("kind", "own"), [("gp", "1"), ("sgp", "2"), ("lp", "3")])
def test_partnerships(kind: str, own: str) -> None:
    form = {**limited_partnership(), "foreign": SAID}
    assert type_of(form, kind=kind, regime=PARTNERSHIP) == f"453{own}"
    for origin, document in (("5", FOREIGNER), ("6", HONG_KONGER)):
        abroad = changed(form, "people.1", {**form["people"][1], **document})
        assert type_of(abroad, kind=kind, regime=PARTNERSHIP) == f"{origin}4{own}0"


@pytest.mark.parametrize(
    ("parent", "code"), [("5140", "5810"), ("5430", "5840"), ("6110", "6810"), ("6410", "6840"), ("1130", "2130")]
)
def test_a_branch_follows_its_parent_and_is_registered_where_its_parent_may_be(parent: str, code: str) -> None:
    form = changed(branch(), "parent.type_code", parent)
    assert type_of(form, kind="branch", regime=PARTNERSHIP) == code
    refused = ("parent.type_code", "foreign.other_registrar") in told(form, kind="branch", regime=PARTNERSHIP, at=OTHER)
    assert refused == (code[0] in "56")
    assert ("foreign", "section.missing") not in told(form, kind="branch", regime=PARTNERSHIP)


def test_what_a_licence_prints_leads_back_to_the_code() -> None:
    assert code_printed_as("有限责任公司（港澳台法人独资）") == "6150"
    assert code_printed_as("有限责任公司（外商投资、非独资）") == "5110"


def test_only_an_authorised_registrar_takes_it_and_the_others_say_which() -> None:
    form = form_of(company(), FOREIGNER, SINGAPORE)
    assert not [code for _path, code in told(form) if code.startswith("foreign.")]
    found = told(form, at=OTHER)
    assert ("people.0.id_type", "foreign.other_registrar") in found
    assert ("people.1.seat", "foreign.other_registrar") in found
    assert ("people.0.id_type", "foreign.not_under_this_law") in told(form, regime="five_numbers_2015")


def test_a_city_without_an_authorised_registrar_says_where_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registration.rules.check_foreign.authorised", list)
    monkeypatch.setattr("registration.rules.check_foreign.is_authorised", lambda _code: False)
    assert ("people.0.id_type", "foreign.no_registrar") in told(form_of(company(), FOREIGNER))


def test_a_director_from_abroad_makes_no_foreign_investment() -> None:
    form = changed(single(), "people.2", {**single()["people"][2], **FOREIGNER})
    assert told(form, kind="llc_single", at=OTHER) == []


def test_who_is_foreign_invested_says_more_and_hands_in_more() -> None:
    form = form_of(company(), FOREIGNER, MACAO)
    without = {key: value for key, value in form.items() if key != "foreign"}
    assert ("foreign", "section.missing") in told(without)
    assert ("foreign", "section.missing") not in told(company())
    assert ("foreign.declared", "foreign.not_declared") in told(changed(form, "foreign.declared", False))
    kinds = {"foreign_investor_proof", "hmt_investor_proof", "legal_papers_recipient", "restricted_field_proof"}
    for base, wanted in (
        (company(), set()),
        (form, kinds - {"restricted_field_proof"}),
        (changed(form, "foreign.field", "restricted"), kinds),
        (form_of(company(), MACAO), {"hmt_investor_proof", "legal_papers_recipient"}),
        # Whoever has a card or a permit of a mainland authority needs no notary.
        (form_of(company(), HONG_KONGER, SETTLED), {"legal_papers_recipient"}),
    ):
        parsed, _ = read(base, entity_type="llc", regime=COMPANY)
        needs = required_materials(parsed, entity_type="llc", regime=COMPANY)
        assert {need.kind for need in needs if need.required} & kinds == wanted
    parsed, _ = read(form, entity_type="llc", regime=COMPANY)
    seen = flags(parsed, entity_type="llc", regime=COMPANY, today=TODAY)
    assert "flag.negative_list_open" in [one.code for one in seen]


def test_an_organization_has_a_code_or_the_number_it_has_elsewhere() -> None:
    def at_firm(**more: Any) -> list[tuple[str, str]]:
        found = told(form_of(company(), {**SINGAPORE, **more}))
        return [(path.removeprefix("people.0."), code) for path, code in found if path.startswith("people.0")]

    assert at_firm() == []
    assert at_firm(country="") == [("country", "organization.country_missing")]
    assert at_firm(number_abroad="") == [("number_abroad", "organization.number_missing")]
    assert at_firm(uscc="91330701MAT000018L") == [("uscc", "organization.code_not_wanted")]
    assert at_firm(seat="hong_kong") == [("country", "organization.country_not_wanted")]
    on_the_mainland = at_firm(seat="mainland", country="")
    assert set(on_the_mainland) == {("uscc", "uscc.missing"), ("number_abroad", "organization.number_not_wanted")}


def test_half_of_the_promoters_live_on_the_mainland() -> None:
    fault = ("shareholders", "foreign.promoters_away")
    assert fault not in told(form_of(company(), FOREIGNER), kind="jsc")
    assert fault in told(form_of(company(), FOREIGNER, SINGAPORE), kind="jsc")
    assert fault not in told(form_of(company(), FOREIGNER, SETTLED), kind="jsc")
    assert fault not in told(form_of(company(), FOREIGNER, SINGAPORE), kind="llc")


def test_types_that_have_no_investor_from_abroad() -> None:
    form = form_of(sole_prop(), TAIWANESE)
    assert ("investor.person", "sole_investor.abroad") in told(form, kind="sole_prop", regime=PARTNERSHIP)
    state = changed(form_of(single(), SINGAPORE), "people.0.key", "p1")
    assert ("people.0.seat", "foreign.not_of_this_type") in told(state, kind="llc_state")


def test_only_a_foreign_invested_enterprise_states_its_capital_in_another_currency() -> None:
    def faults(form: dict[str, Any], kind: str = "llc") -> set[str]:
        return {code for _path, code in told(form, kind=kind) if code.startswith(("currency.", "amount."))}

    dollars = changed(form_of(company(), FOREIGNER), "capital.currency", "USD")
    assert faults(dollars) == set()
    assert faults(changed(company(), "capital.currency", "USD")) == {"currency.foreign_only"}
    assert faults(dollars, "jsc") == {"currency.not_of_this_type"}
    assert faults(changed(dollars, "capital.currency", "RUB")) == set()
    assert ("capital.currency", "choice.unknown") in told(changed(dollars, "capital.currency", "RUB"))
    yen = changed(dollars, "capital.currency", "JPY")
    lines = [{"amount_wan": "51.00005", "due_on": "2031-10-12"}]
    halves = changed(changed(yen, "capital.amount_wan", "100.00005"), "shareholders.0.lines", lines)
    assert (faults(yen), faults(halves)) == (set(), {"amount.no_decimals"})
    partners = {**limited_partnership(), "foreign": SAID}
    partners = changed(
        changed(partners, "people.1", {**partners["people"][1], **FOREIGNER}), "partners.currency", "EUR"
    )
    assert not [one for one in told(partners, kind="lp", regime=PARTNERSHIP) if one[1].startswith("currency.")]


def test_a_sum_is_told_in_the_currency_of_the_capital() -> None:
    form = changed(changed(form_of(company(), FOREIGNER), "capital.currency", "USD"), "capital.amount_wan", "120")
    found = check_draft(
        form, entity_type="llc", regime=COMPANY, today=TODAY, registrar_regions=REGIONS, registrar=AUTHORISED
    )
    told_sum = next(problem_text(one, "zh") for one in found if one.code == "amount.sum_less")
    assert "认缴合计100万美元，注册资本120万美元，还差20万美元" in told_sum


def test_the_promise_of_exemption_in_another_currency_is_for_a_person_to_look_at() -> None:
    form = changed(form_of(company(), FOREIGNER), "capital.currency", "JPY")
    form = changed(form, "owners", {"basis": "exempt", "promised": True})
    parsed, _ = read(form, entity_type="llc", regime=COMPANY)
    assert "flag.exempt_in_currency" in {
        one.code for one in flags(parsed, entity_type="llc", regime=COMPANY, today=TODAY)
    }
