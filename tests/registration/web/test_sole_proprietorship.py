"""A sole proprietorship (个人独资企业) from the start page to its licence, through the pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from registration import clock
from registration.operations import sign
from registration.settings import Settings
from tests.fixtures.applicant_pages import begun, filled_in, typed
from tests.fixtures.cases import actor_of, drafted, file_of, person, sole_prop, submitted
from tests.fixtures.licences import printed_texts, sheets
from tests.fixtures.office import CLERK, LIN, case_of, taken
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]
FORM = sole_prop()
PAGES = ("name", "domicile", "scope", "people", "investor", "contacts")
NAME = "金华市婺城区双溪样例餐饮店（个人独资）"


def signed(lin: Visitor, somebody: Visitor, ref: str) -> None:
    assert lin.post(f"/applications/{ref}/check", declared="yes").location == f"/applications/{ref}/signatures"
    ((_party, secret),) = sign.links_for(ref, actor=actor_of(LIN), now=clock.now()).items()
    somebody.post(f"/sign/{secret}/identity", id_no=person("p1")["id_no"])
    page = somebody.get(f"/sign/{secret}")
    assert "投资人" in words(page)
    assert "承担无限责任（《个人独资企业法》第二条、第十六条、第十八条）" in words(page)
    assert somebody.post(f"/sign/{secret}", digest=value_of(page, "digest"), agreed="yes").status_code == 303


@pytest.mark.thorough
def test_from_the_start_page_to_the_licence(visit: Visit, settings: Settings) -> None:
    lin, clerk = visit(LIN), visit(CLERK)
    assert 'value="sole_prop"' in lin.get("/applications/new").text
    ref = begun(lin, "sole_prop")
    filled_in(lin, ref, FORM, pages=PAGES, documents=["premises_lease"])
    assert "苏知禾，出资10万元" in words(lin.get(f"/applications/{ref}"))
    check = words(lin.get(f"/applications/{ref}/check"))
    assert NAME in check
    assert "以个人财产出资" in check
    signed(lin, visit(), ref)
    assert case_of(ref).state == "submitted"
    assert case_of(ref).regime == "market_entity_2022"
    assert taken(ref, clerk, "claim") == 303
    desk = words(clerk.get(f"/desk/cases/{ref}"))
    assert "个人独资企业" in desk
    assert "投资人与出资" in desk
    assert taken(ref, clerk, "approve", opinion="符合法定形式") == 303
    work_off()
    assert {sheet.status for sheet in sheets(ref)} == {"issued"}
    code = str(sheets(ref)[0].particulars["uscc"])
    assert code.startswith("91330702")
    for text in printed_texts(ref, settings):
        for item in ("类型个人独资企业", "投资人苏知禾", "出资额", "拾万元整", "成立日期", "住所浙江省金华市婺城区"):
            assert item in text, item
        assert NAME in text
        assert not re.search("法定代表人|注册资本|经营者|组成形式", text)
    public = words(visit().get(f"/check?q={code}"))
    assert "投资人苏知禾" in public
    assert "出资额" in public
    english = words(visit(lang="en").get(f"/check?q={code}"))
    assert "Investor" in english
    assert "Capital contributionCNY 100,000.00" in english


def test_the_pages_speak_of_an_investor_in_both_languages(visit: Visit) -> None:
    ref = begun(visit(LIN), "sole_prop")
    for lang, said in (
        ("zh", ("谁来投资", "出资额（万元）", "以家庭共有财产")),
        ("en", ("Who invests", "shared by the family")),
    ):
        page = words(visit(LIN, lang=lang).get(f"/applications/{ref}/investor"))
        assert all(text in page for text in said), lang
        listed = words(visit(LIN, lang=lang).get(f"/applications/{ref}"))
        assert not re.search("股东|Shareholder", listed)
    people = visit(LIN).get(f"/applications/{ref}/people")
    assert "添加企业股东" not in words(people)
    assert "投资人、登记联络员和财务负责人" in words(people)
    assert "people.p1.guardian" not in visit(LIN).get(f"/applications/{ref}/people/p1").text
    assert 'value="platform"' not in visit(LIN).get(f"/applications/{ref}/domicile").text


@pytest.mark.parametrize(
    ("section", "change", "said"),
    [
        ("name", {"form": "有限公司"}, "组织形式"),
        ("name", {"form": "店"}, "组织形式"),
        ("investor", {"amount_wan": "0"}, "大于"),
        ("investor", {"property": ""}, "出资的财产"),
        ("investor", {"amount_wan": "200000"}, "2,000,000,000元"),
        ("contacts", {"finance": {"person": ""}}, "请填写财务负责人"),
    ],
)
def test_what_is_wrong_is_refused_at_its_page(visit: Visit, section: str, change: dict[str, Any], said: str) -> None:
    ref = drafted("sole_prop", FORM, registrar="330702", actor=actor_of(LIN), now=clock.now())
    lin = visit(LIN)
    wrong = lin.post(f"/applications/{ref}/{section}", data=typed(section, {**FORM[section], **change}))
    assert wrong.status_code == 422
    assert said in words(wrong)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id_type": "passport", "id_no": "E12345678", "born_on": "1895-03-07"}, "sole_investor.abroad"),
        ({"address": None}, "sole_investor.address_missing"),
        ({"kind": "legal", "uscc": "91330701MAT000018L"}, "person.not_natural"),
    ],
)
def test_only_a_citizen_with_a_home_invests(change: dict[str, Any], code: str) -> None:
    from registration.rules.check import check_draft

    one = {**person("p1"), **change}
    if one["kind"] == "legal":
        keep = ("key", "kind", "name", "uscc", "mobile")
        one = {
            **{key: one[key] for key in keep},
            "representative": "苏知禾",
            "representative_id_no": person("p1")["id_no"],
        }
    found = check_draft(
        {**FORM, "people": [one]},
        entity_type="sole_prop",
        regime="market_entity_2022",
        today=clock.local_date(clock.now()),
        registrar_regions=["330702"],
    )
    assert code in {problem.code for problem in found}


def test_the_desk_is_asked_to_look(desk_app: Flask) -> None:
    form = sole_prop(trade="听禾样例")
    form["people"][0] |= {"id_type": "chinese_passport", "id_no": "E12345678", "born_on": "1895-03-07"}
    form["investor"] |= {"amount_wan": "200000", "large_confirmed": True}
    ref = submitted("sole_prop", form, registrar="330702", actor=actor_of(LIN), now=clock.now())
    codes = {flag.code for flag in file_of(ref, actor=actor_of(CLERK), now=clock.now()).facts.flags}
    assert {"flag.sole_investor_overseas", "flag.contribution_abnormal"} <= codes
