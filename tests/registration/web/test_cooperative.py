"""A farmers' co-operative (农民专业合作社) from the start page to its licence, through the pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from registration import clock
from registration.operations import sign
from registration.rules.check import check_draft
from registration.rules.check_members import farmers_needed, organizations_allowed
from registration.settings import Settings
from tests.fixtures.applicant_pages import begun, filled_in, typed
from tests.fixtures.cases import actor_of, drafted, file_of, person, submitted
from tests.fixtures.forms import coop
from tests.fixtures.licences import printed_texts, sheets
from tests.fixtures.office import CLERK, LIN, case_of, taken
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]
FORM = coop()
NAME = "金华市婺城区双溪样例茶叶专业合作社"
KEYS = ("p1", "p2", "p3", "p4", "p5")
PAGES = ("name", "domicile", "scope", "people", "members", "council", "contacts")
PAPERS = ("premises_lease", "coop_articles", "founding_minutes", "council_appointment", "member_roll", "member_proof")


def signed(lin: Visitor, visit: Visit, ref: str) -> None:
    """All members sign."""
    assert lin.post(f"/applications/{ref}/check", declared="yes").location == f"/applications/{ref}/signatures"
    links = sign.links_for(ref, actor=actor_of(LIN), now=clock.now())
    assert len(links) == len(KEYS)
    file = file_of(ref, actor=actor_of(LIN), now=clock.now())
    for one in file.signatures:
        secret, somebody = links[one.party.ref], visit()
        somebody.post(f"/sign/{secret}/identity", id_no=person(one.party.person_key)["id_no"])
        page = somebody.get(f"/sign/{secret}")
        assert "自愿成为农民专业合作社的成员" in words(page)
        assert ("不是执行与本社业务有关公务的人员" in words(page)) == (one.party.person_key in ("p1", "p2", "p3"))
        assert somebody.post(f"/sign/{secret}", digest=value_of(page, "digest"), agreed="yes").status_code == 303


@pytest.mark.thorough
def test_from_the_start_page_to_the_licence(visit: Visit, settings: Settings) -> None:
    lin, clerk = visit(LIN), visit(CLERK)
    assert 'value="coop"' in lin.get("/applications/new").text
    ref = begun(lin, "coop")
    filled_in(lin, ref, FORM, pages=PAGES, documents=PAPERS)
    listed = words(lin.get(f"/applications/{ref}"))
    assert "5名成员，出资总额10万元" in listed
    assert "业务范围" in listed
    assert "经营范围" not in listed
    check = words(lin.get(f"/applications/{ref}/check"))
    assert NAME in check
    assert ("经营范围" in check, check.count("业务范围") >= 2) == (False, True)
    assert "陆栖梧其他公民，出资2万元，货币" in check
    assert "合计10万元" in check
    signed(lin, visit, ref)
    assert case_of(ref).state == "submitted"
    assert taken(ref, clerk, "claim") == 303
    desk = words(clerk.get(f"/desk/cases/{ref}"))
    assert "成员与出资" in desk
    assert "理事长（法定代表人）" in desk
    assert taken(ref, clerk, "approve", opinion="符合法定形式") == 303
    work_off()
    assert {sheet.status for sheet in sheets(ref)} == {"issued"}
    code = str(sheets(ref)[0].particulars["uscc"])
    assert code.startswith("93330702")
    for text in printed_texts(ref, settings):
        for item in (
            "类型农民专业合作社",
            "法定代表人苏知禾",
            "拾万元整",
            "成立日期",
            "业务范围",
            "住所浙江省金华市婺城区",
        ):
            assert item in text, item
        assert NAME in text
        assert not re.search("注册资本|经营者|投资人|经营范围", text)
    public = words(visit().get(f"/check?q={code}"))
    assert "法定代表人苏知禾" in public
    assert "成员出资总额" in public
    assert "Total of the members' contributionsCNY 100,000.00" in words(visit(lang="en").get(f"/check?q={code}"))


def test_one_page_has_all_members(visit: Visit) -> None:
    """It begins with a row for each person filled in, so five members need no button for one more."""
    lin = visit(LIN)
    ref = begun(lin, "coop")
    for key in KEYS:
        lin.post(f"/applications/{ref}/people/{key}", data=typed(f"people.{key}", person(key)))
    page = lin.get(f"/applications/{ref}/members").text
    assert [f"members.listed.{place}.amount_wan" in page for place in range(6)] == [True] * 5 + [False]
    assert re.findall(r'<option value="(p\d)" selected', page) == list(KEYS)
    english = words(visit(LIN, lang="en").get(f"/applications/{ref}/members"))
    assert "Farmer" in english
    assert "Right to manage farmland" in english
    people = words(lin.get(f"/applications/{ref}/people"))
    assert "添加单位成员" in people
    assert "企业股东" not in people
    organization = lin.get(f"/applications/{ref}/people/p6?kind=legal").text
    assert "people.p6.held_by" not in organization


def members(*kinds: str) -> dict[str, Any]:
    rows = [{"person": f"p{n}", "kind": kind, "amount_wan": "2"} for n, kind in enumerate(kinds, 1)]
    return {"listed": rows, "copies": 1}


@pytest.mark.parametrize(
    ("section", "change", "said"),
    [
        ("name", {"form": "有限公司"}, "组织形式"),
        ("members", members("farmer", "farmer", "farmer", "farmer"), "至少有5名成员，现在4名"),
        ("members", members("farmer", "farmer", "farmer", "citizen", "citizen"), "5名成员中至少4名农民，现在3名"),
        ("members", members("farmer", "farmer", "farmer", "farmer", "organization"), "这位成员是自然人"),
        ("members", {"listed": [{**row, "amount_wan": "0"} for row in FORM["members"]["listed"]]}, "应当大于零"),
        ("members", {"listed": [*FORM["members"]["listed"], FORM["members"]["listed"][0]]}, "填了两次"),
        (
            "members",
            {"listed": [{**row, "amount_wan": "40000"} for row in FORM["members"]["listed"]]},
            "2,000,000,000元",
        ),
        ("council", {"supervisors": ["p1"]}, "不能兼任监事"),
        ("council", {"supervisors": ["p4"]}, ""),
        ("contacts", {"finance": {"person": "p3"}}, ""),
        ("contacts", {"finance": {"person": ""}}, "请填写财务负责人"),
    ],
)
def test_what_is_wrong_is_refused_at_its_page(visit: Visit, section: str, change: dict[str, Any], said: str) -> None:
    ref = drafted("coop", FORM, registrar="330702", actor=actor_of(LIN), now=clock.now())
    lin = visit(LIN)
    wrong = lin.post(f"/applications/{ref}/{section}", data=typed(section, {**FORM[section], **change}))
    if not said:
        file = file_of(ref, actor=actor_of(LIN), now=clock.now())
        assert {"council.supervisor_has_post"} == {problem.code for problem in file.facts.problems}
        return
    assert wrong.status_code == 422
    assert said in words(wrong)


def codes_of(form: dict[str, Any]) -> set[str]:
    today = clock.local_date(clock.now())
    found = check_draft(
        form, entity_type="coop", regime="market_entity_2022", today=today, registrar_regions=["330702"]
    )
    return {problem.code for problem in found}


def organization(key: str, *, uscc: str = "91330701MAT000018L") -> dict[str, Any]:
    representative = {"representative": "周远舟", "representative_id_no": person("p2")["id_no"]}
    return {"key": key, "kind": "legal", "name": "金华市样例茶业有限公司", "uscc": uscc, **representative}


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ([organization("p5")], None),
        ([organization("p5", uscc="11100000MB0143028R")], "members.authority"),
        (
            [{**person("p5"), "id_type": "passport", "id_no": "E12345678", "born_on": "1894-09-18"}],
            "members.not_citizen",
        ),
    ],
)
def test_who_may_join(people: list[dict[str, Any]], code: str | None) -> None:
    kind = "organization" if people[0]["kind"] == "legal" else "citizen"
    rows = [*FORM["members"]["listed"][:4], {"person": "p5", "kind": kind, "amount_wan": "2"}]
    form = {**FORM, "people": [*FORM["people"][:4], *people], "members": {"listed": rows}}
    assert codes_of(form) == ({code} if code else set())


def test_a_natural_person_is_no_organization_and_officers_are_members() -> None:
    outsider = {**FORM, "people": [*FORM["people"], person("p6")], "council": {"person": "p6", "supervisors": ["p6"]}}
    assert codes_of(outsider) == {"council.not_a_member", "council.supervisor_has_post"}


@given(st.integers(5, 400), st.integers(0, 400), st.integers(0, 400))
def test_the_shares_are_those_of_the_law(total: int, farmers: int, organizations: int) -> None:
    """At least 80 % farmers; one organization among 20 members at most, of more 5 % at most (art. 20)."""
    assert (farmers >= farmers_needed(total)) == (farmers / total >= 0.8)
    allowed = organizations <= 1 if total <= 20 else organizations / total <= 0.05
    assert (organizations <= organizations_allowed(total)) == allowed


@given(st.lists(st.sampled_from(["farmer", "citizen", "organization"]), min_size=1, max_size=200))
def test_a_roll_is_refused_exactly_for_its_numbers(kinds: list[str]) -> None:
    rows = [{"person": f"p{place}", "kind": kind, "amount_wan": "1"} for place, kind in enumerate(kinds, 1)]
    found = codes_of({"members": {"listed": rows}})
    farmers, organizations = kinds.count("farmer"), kinds.count("organization")
    assert ("members.too_few" in found) == (len(kinds) < 5)
    assert ("members.farmers_few" in found) == (farmers * 10 < len(kinds) * 8)
    assert ("members.organizations_many" in found) == (
        organizations > 1 if len(kinds) <= 20 else organizations * 20 > len(kinds)
    )


def test_the_desk_is_asked_to_look(desk_app: Flask) -> None:
    form = coop(trade="听禾样例")
    form["people"][4] |= {"id_type": "chinese_passport", "id_no": "E12345678", "born_on": "1894-09-18"}
    form["members"]["listed"][0]["amount_wan"] = "200000"
    form["members"]["large_confirmed"] = True
    ref = submitted("coop", form, registrar="330702", actor=actor_of(LIN), now=clock.now())
    codes = {flag.code for flag in file_of(ref, actor=actor_of(CLERK), now=clock.now()).facts.flags}
    assert {"flag.member_overseas", "flag.contribution_abnormal"} <= codes
