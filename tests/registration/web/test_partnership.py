"""Partnerships (合伙企业) from the start page to the licence, through the pages, and the rules on partners."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from certificates.numbers import make_organization_code
from registration import clock
from registration.operations import sign
from registration.rules.check import flags
from registration.rules.form import read
from registration.rules.uscc import check_digit_of
from registration.settings import Settings
from tests.fixtures.applicant_pages import begun, filled_in, typed
from tests.fixtures.cases import actor_of, limited_partnership, partnership, person
from tests.fixtures.forms import problems_of
from tests.fixtures.licences import printed_texts, sheets
from tests.fixtures.marks import some_of
from tests.fixtures.office import CLERK, LIN, case_of, taken
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]
PAGES = ("name", "domicile", "scope", "people", "partners", "contacts", "owners")
GP, LP = partnership(), limited_partnership()


def professional() -> dict[str, Any]:
    form = partnership(form="事务所（特殊普通合伙）")
    form["name"]["industry"] = "会计师"
    return form


CASES = {
    "gp": (
        partnership,
        "普通合伙企业",
        "执行事务合伙人苏知禾",
        "贰拾万元整",
        ("partnership_agreement", "execution_mandate"),
    ),
    "lp": (
        limited_partnership,
        "有限合伙企业",
        "执行事务合伙人浙江样例云栖管理有限公司（委派代表：苏知禾）",
        "壹佰万元整",
        ("partnership_agreement", "execution_mandate", "delegation"),
    ),
    "sgp": (
        professional,
        "特殊普通合伙企业",
        "执行事务合伙人苏知禾",
        "贰拾万元整",
        ("partnership_agreement", "execution_mandate", "professional_qualification"),
    ),
}


def all_sign(lin: Visitor, somebody: Visitor, ref: str) -> list[str]:
    """Each party signs with its own link. Returns the text of each page."""
    assert lin.post(f"/applications/{ref}/check", declared="yes").location == f"/applications/{ref}/signatures"
    numbers = [person(key)["id_no"] for key in ("p1", "p2", "p3")]
    pages = []
    for secret in sign.links_for(ref, actor=actor_of(LIN), now=clock.now()).values():
        # The link accepts the number of its own person only.
        for number in numbers:
            somebody.post(f"/sign/{secret}/identity", id_no=number)
        page = somebody.get(f"/sign/{secret}")
        pages.append(words(page))
        assert somebody.post(f"/sign/{secret}", digest=value_of(page, "digest"), agreed="yes").status_code == 303
    return pages


@pytest.mark.thorough
@pytest.mark.parametrize("entity_type", some_of(CASES, every=3))
def test_from_the_start_page_to_the_licence(visit: Visit, settings: Settings, entity_type: str) -> None:
    make, type_text, representative, amount, papers = CASES[entity_type]
    form, lin, clerk = make(), visit(LIN), visit(CLERK)
    assert f'value="{entity_type}"' in lin.get("/applications/new").text
    ref = begun(lin, entity_type)
    filled_in(lin, ref, form, pages=PAGES, documents=("premises_lease", *papers))
    assert "2位合伙人，出资合计" in words(lin.get(f"/applications/{ref}"))
    signed = all_sign(lin, visit(), ref)
    assert any("普通合伙人、执行事务合伙人" in page for page in signed)
    assert sum("同意合伙协议，按约定缴付出资" in page for page in signed) == 2
    assert (case_of(ref).state, case_of(ref).regime) == ("submitted", "market_entity_2022")
    assert taken(ref, clerk, "claim") == 303
    assert "合伙人与出资" in words(clerk.get(f"/desk/cases/{ref}"))
    assert taken(ref, clerk, "approve", opinion="符合法定形式") == 303
    work_off()
    assert {sheet.status for sheet in sheets(ref)} == {"issued"}
    for text in printed_texts(ref, settings):
        for item in (f"类型{type_text}", representative, "出资额", amount, "主要经营", "金华市婺城区双溪样例"):
            assert item in text, item
        assert not re.search("法定代表人|注册资本|经营者|投资人", text)
    public = words(visit().get(f"/check?q={sheets(ref)[0].particulars['uscc']}"))
    assert representative.partition("（")[0].removeprefix("执行事务合伙人") in public


def test_the_pages_speak_of_partners_in_both_languages(visit: Visit) -> None:
    ref = begun(visit(LIN), "lp")
    for lang, said in (
        ("zh", ("谁来合伙，各出资多少", "承担责任方式", "有限合伙人，以认缴的出资为限承担责任")),
        ("en", ("Who are the partners", "Liability", "Limited partner, liable up to the contribution")),
    ):
        page = words(visit(LIN, lang=lang).get(f"/applications/{ref}/partners"))
        assert all(text in page for text in said), lang
        assert not re.search("股东|[Ss]hareholder", words(visit(LIN, lang=lang).get(f"/applications/{ref}")))
    assert "添加企业合伙人" in words(visit(LIN).get(f"/applications/{ref}/people"))
    other = begun(visit(LIN), "gp")
    assert 'value="limited"' not in visit(LIN).get(f"/applications/{other}/partners").text


def changed(form: dict[str, Any], row: int, **change: Any) -> dict[str, Any]:
    form = deepcopy(form)
    form["partners"]["listed"][row] |= change
    return form


@pytest.mark.parametrize(
    ("entity_type", "make"),
    [("gp", partnership), ("lp", limited_partnership), ("sgp", professional)],
    ids=["gp", "lp", "sgp"],
)
def test_a_right_form_has_no_problem(entity_type: str, make: Callable[[], dict[str, Any]]) -> None:
    assert problems_of(make(), entity_type) == set()


@pytest.mark.parametrize(
    ("entity_type", "form", "path", "code"),
    [
        ("gp", changed(GP, 1, liability="limited"), "partners.listed.1.liability", "partners.all_general"),
        ("gp", changed(GP, 1, person="p1"), "partners.listed", "partners.too_few"),
        ("gp", changed(GP, 0, executes=False), "partners.listed.0.executes", "partners.nobody_executes"),
        ("gp", changed(GP, 0, delegate="p2"), "partners.listed.0.delegate", "partners.delegate_not_wanted"),
        ("gp", changed(GP, 0, due_on="2020-01-01"), "partners.listed.0.due_on", "partners.due_past"),
        ("gp", changed(GP, 0, due_on=None), "partners.listed.0.due_on", "partners.due_missing"),
        ("gp", changed(GP, 0, amount_wan="200000"), "partners.large_confirmed", "partners.large"),
        ("gp", changed(GP, 0, person="p9"), "partners.listed.0.person", "person.unknown"),
        (
            "lp",
            changed(LP, 1, method="labour"),
            "partners.listed.1.method",
            "partners.labour_of_limited",
        ),
        (
            "lp",
            changed(LP, 1, executes=True),
            "partners.listed.1.executes",
            "partners.limited_executes",
        ),
        ("lp", changed(LP, 1, liability="general"), "partners.listed", "partners.no_limited"),
        ("lp", changed(LP, 0, liability="limited"), "partners.listed", "partners.no_general"),
        (
            "lp",
            changed(LP, 0, delegate=None),
            "partners.listed.0.delegate",
            "partners.delegate_missing",
        ),
        ("lp", changed(LP, 0, delegate="p3"), "partners.listed.0.delegate", "person.not_natural"),
        (
            "lp",
            limited_partnership() | {"owners": {"basis": "exempt", "promised": True}},
            "owners.basis",
            "owners.not_all_natural",
        ),
    ],
)
def test_what_the_law_forbids_is_refused_at_its_field(
    entity_type: str, form: dict[str, Any], path: str, code: str
) -> None:
    assert (path, code) in problems_of(form, entity_type)


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"address": None}, "people.1.address", "partners.address_missing"),
    ],
)
def test_who_may_not_be_a_partner(change: dict[str, Any], path: str, code: str) -> None:
    form = partnership()
    form["people"][1] |= change
    assert (path, code) in problems_of(form, "gp")


@pytest.mark.parametrize(
    ("begins", "code"),
    [("92330702", "partners.individual_business"), ("12330700", "partners.public_body")],
)
def test_organizations_that_may_not_be_general_partners(begins: str, code: str) -> None:
    form = limited_partnership()
    uscc = begins + make_organization_code("MAT00002")
    form["people"][2] |= {"uscc": uscc + check_digit_of(f"{uscc}0")}
    assert ("people.2.uscc", code) in problems_of(form, "lp")


def test_a_limited_partnership_has_at_most_fifty_partners() -> None:
    form = limited_partnership()
    row = form["partners"]["listed"][1]
    form["partners"]["listed"] += [{**row, "person": f"p{number}"} for number in range(10, 59)]
    assert ("partners.listed", "partners.too_many") in problems_of(form, "lp")


def test_a_large_sum_can_be_confirmed_on_its_page(visit: Visit) -> None:
    lin = visit(LIN)
    ref, large = begun(lin, "gp"), changed(GP, 0, amount_wan="200000")["partners"]
    for one in GP["people"]:
        lin.post(f"/applications/{ref}/people/{one['key']}", data=typed(f"people.{one['key']}", one))
    refused = lin.post(f"/applications/{ref}/partners", data=typed("partners", large))
    assert refused.status_code == 422
    assert 'name="partners.large_confirmed"' in refused.text
    confirmed = typed("partners", large | {"large_confirmed": True})
    assert lin.post(f"/applications/{ref}/partners", data=confirmed).status_code == 303


def test_the_desk_is_asked_to_look_at_organizations_that_are_liable() -> None:
    form, _ = read(limited_partnership(), entity_type="lp", regime="market_entity_2022")
    found = flags(form, entity_type="lp", regime="market_entity_2022", today=clock.local_date(clock.now()))
    assert "flag.general_partner_company" in {flag.code for flag in found}
