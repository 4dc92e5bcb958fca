"""A branch (分公司、分支机构) from the start page to its licence, through the pages, and its parent in the register."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from registration import clock, database
from registration.errors import ActionRefused
from registration.models import Entity
from registration.operations import apply, sign
from registration.operations.act import act
from registration.operations.sensitive import reveal
from registration.settings import Settings
from tests.fixtures.applicant_pages import begun, filled_in, typed
from tests.fixtures.cases import (
    actor_of,
    company,
    draft,
    drafted,
    file_of,
    limited_partnership,
    person,
    sign_all,
    sole_prop,
    submitted,
)
from tests.fixtures.forms import branch, coop
from tests.fixtures.licences import printed_texts, revoked, sheets
from tests.fixtures.office import CLERK, LIN, case_of, taken
from tests.fixtures.visitor import Visitor, value_of, words, work_off

Visit = Callable[..., Visitor]
FORM = branch()
PAGES = ("parent", "name", "domicile", "scope", "people", "responsible", "contacts")
PAPERS = ("premises_lease", "parent_licence", "responsible_appointment")
PARENT = "金华市听溪样例餐饮有限公司"
NAME = f"{PARENT}婺城分公司"


def signed(lin: Visitor, visit: Visit, ref: str) -> None:
    """The parent's representative applies, the responsible person accepts: each by a link of one's own."""
    assert lin.post(f"/applications/{ref}/check", declared="yes").location == f"/applications/{ref}/signatures"
    listed = words(lin.get(f"/applications/{ref}/signatures"))
    assert "周远舟" in listed
    assert PARENT in listed
    links = sign.links_for(ref, actor=actor_of(LIN), now=clock.now())
    file = file_of(ref, actor=actor_of(LIN), now=clock.now())
    parties = {one.party.person_key: links[one.party.ref] for one in file.signatures}
    assert parties.keys() == {"parent", "p1"}
    for key, who, declared in (
        ("parent", "p2", "代表所从属的企业申请设立分支机构"),
        ("p1", "p1", "同意担任分支机构负责人"),
    ):
        somebody, secret = visit(), parties[key]
        wrong = somebody.post(f"/sign/{secret}/identity", id_no=person("p3")["id_no"])
        assert wrong.status_code in (403, 422)
        somebody.post(f"/sign/{secret}/identity", id_no=person(who)["id_no"])
        page = somebody.get(f"/sign/{secret}")
        assert declared in words(page)
        assert (person("p2")["id_no"] in page.text) == (key == "parent")
        assert somebody.post(f"/sign/{secret}", digest=value_of(page, "digest"), agreed="yes").status_code == 303


@pytest.mark.thorough
def test_from_the_start_page_to_the_licence(visit: Visit, settings: Settings) -> None:
    lin, clerk = visit(LIN), visit(CLERK)
    assert 'value="branch"' in lin.get("/applications/new").text
    ref = begun(lin, "branch")
    filled_in(lin, ref, FORM, pages=PAGES, documents=PAPERS)
    assert PARENT in words(lin.get(f"/applications/{ref}"))
    check = words(lin.get(f"/applications/{ref}/check"))
    assert NAME in check
    assert "有限责任公司（自然人投资或控股）" in check
    signed(lin, visit, ref)
    assert case_of(ref).state == "submitted"
    assert taken(ref, clerk, "claim") == 303
    desk = clerk.get(f"/desk/cases/{ref}")
    assert "所从属的企业不在本系统的登记中" in words(desk)
    assert person("p2")["id_no"] not in desk.text
    assert taken(ref, clerk, "approve", opinion="符合法定形式") == 303
    work_off()
    assert {sheet.status for sheet in sheets(ref)} == {"issued"}
    code = str(sheets(ref)[0].particulars["uscc"])
    assert code.startswith("91330702")
    for text in printed_texts(ref, settings):
        for item in ("有限责任公司分公司（自然人投资或控股）", "负责人苏知禾", "成立日期", "经营场所浙江省金华市"):
            assert item in text, item
        assert NAME in text
        assert not re.search("法定代表人|注册资本|出资额|投资人", text)
    public = words(visit().get(f"/check?q={code}"))
    assert "负责人苏知禾" in public
    assert "出资额" not in public
    english = words(visit(lang="en").get(f"/check?q={code}"))
    assert "Responsible person" in english
    assert "Place of business" in english


def test_the_pages_speak_of_a_parent_in_both_languages(visit: Visit) -> None:
    ref = begun(visit(LIN), "branch")
    for lang, said in (
        ("zh", ("哪家企业设立分支机构", "统一社会信用代码")),
        ("en", ("Which enterprise establishes the branch", "Representative")),
    ):
        page = words(visit(LIN, lang=lang).get(f"/applications/{ref}/parent"))
        assert all(text in page for text in said), lang
    name = visit(LIN).get(f"/applications/{ref}/name")
    assert "请先填写所从属的企业" in words(name)
    assert "name.acquired" not in name.text
    assert "添加企业股东" not in words(visit(LIN).get(f"/applications/{ref}/people"))


@pytest.mark.parametrize(
    ("section", "change", "said"),
    [
        ("parent", {"uscc": "92330702MAT0000A1K"}, "个体工商户不能设立分支机构"),
        ("parent", {"uscc": "11100000MB0143028R"}, "代码以91或者93开头"),
        ("parent", {"type_code": "9100"}, "类型与统一社会信用代码不符"),
        ("parent", {"uscc": "91330701MAT000018M"}, "统一社会信用代码"),
        ("parent", {"representative_id_no": "330702199003071234"}, "证件号码"),
        ("parent", {"representative": ""}, "请填写代表人"),
        ("name", {"form": "有限公司"}, "组织形式"),
        ("name", {"form": ""}, "请选择组织形式"),
        ("responsible", {"person": ""}, "请选择负责人"),
    ],
)
def test_what_is_wrong_is_refused_at_its_page(visit: Visit, section: str, change: dict[str, Any], said: str) -> None:
    ref = drafted("branch", FORM, registrar="330702", actor=actor_of(LIN), now=clock.now())
    lin = visit(LIN)
    wrong = lin.post(f"/applications/{ref}/{section}", data=typed(section, {**FORM[section], **change}))
    assert wrong.status_code == 422
    assert said in words(wrong)


def test_the_name_follows_the_parent(visit: Visit) -> None:
    """Another parent: the name is saved again, with the new parent's name in front."""
    lin = visit(LIN)
    ref = begun(lin, "branch")
    assert "请先填写“所从属的企业”一节" in words(
        lin.post(f"/applications/{ref}/name", data=typed("name", FORM["name"]))
    )
    filled_in(lin, ref, FORM, pages=PAGES, documents=PAPERS)
    other = {**FORM["parent"], "name": "金华市溪山样例餐饮有限公司"}
    lin.post(f"/applications/{ref}/parent", data=typed("parent", other))
    codes = {problem.code for problem in file_of(ref, actor=actor_of(LIN), now=clock.now()).facts.problems}
    assert codes == {"name.parent_differs"}
    assert lin.post(f"/applications/{ref}/name", data=typed("name", FORM["name"])).status_code == 303
    assert case_of(ref).name == "金华市溪山样例餐饮有限公司婺城分公司"
    lin.post(f"/applications/{ref}/name/draft", data=typed("name", FORM["name"]))
    assert not file_of(ref, actor=actor_of(LIN), now=clock.now()).facts.problems


def test_two_branches_of_one_parent_are_prepared_side_by_side(visit: Visit) -> None:
    """The name of a second draft does not release that of the first, though both have the parent's trade name."""
    lin = visit(LIN)
    refs = begun(lin, "branch"), begun(lin, "branch")
    for ref, place in zip(refs, ("婺城", "金东"), strict=True):
        lin.post(f"/applications/{ref}/parent", data=typed("parent", FORM["parent"]))
        lin.post(f"/applications/{ref}/name", data=typed("name", {"region": place, "form": "分公司"}))
    files = [file_of(ref, actor=actor_of(LIN), now=clock.now()) for ref in refs]
    assert [file.facts.name_is_reserved for file in files] == [True, True]


def registered(form: dict[str, Any], entity_type: str) -> str:
    """An entity with its licence; returns the case's reference."""
    now = clock.now()
    ref = submitted(entity_type, form, registrar="330702", actor=actor_of(LIN), now=now)
    approved(ref)
    return ref


def approved(ref: str) -> None:
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    act(ref, "approve", actor=actor_of(CLERK), now=clock.now(), opinion="符合法定形式")
    work_off()


@pytest.mark.parametrize(
    ("entity_type", "form", "type_code", "printed", "begins"),
    [
        ("llc", company(trade="听禾样例"), "1130", "有限责任公司分公司（自然人投资或控股）", "91330702"),
        pytest.param(
            "sole_prop",
            sole_prop(trade="听禾样例"),
            "4540",
            "个人独资企业分支机构",
            "91330702",
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            *("coop", coop(trade="听禾样例"), "9100", "农民专业合作社分支机构", "93330702"), marks=pytest.mark.thorough
        ),
    ],
)
def test_a_registered_parent_is_taken_from_the_register(
    visit: Visit, entity_type: str, form: dict[str, Any], type_code: str, printed: str, begins: str
) -> None:
    """Only its code and its representative's number are typed. What is typed otherwise is refused, with what to do."""
    lin, parent = visit(LIN), sheets(registered(form, entity_type))[0].particulars
    own = {"uscc": parent["uscc"], "representative_id_no": person("p1")["id_no"]}
    ref = begun(lin, "branch")
    for change, said in (
        ({"name": "金华市别的样例有限公司"}, f"登记的名称是“{parent['name']}”"),
        ({"representative": "江暮云"}, "登记的代表人是“苏知禾”"),
        ({"type_code": "1140" if type_code != "9100" else "1130"}, "类型"),
    ):
        wrong = lin.post(f"/applications/{ref}/parent", data=typed("parent", {**own, **change}))
        assert wrong.status_code == 422
        assert said in words(wrong)
    taken_over = typed("parent", {**own, "name": "金华市别的样例有限公司"}) | {"take_registered": "yes"}
    assert lin.post(f"/applications/{ref}/parent", data=taken_over).status_code == 303
    form = {**FORM, "parent": own, "name": {"region": "永康", "form": "分店"}}
    filled_in(lin, ref, form, pages=PAGES, documents=PAPERS)
    kept = file_of(ref, actor=actor_of(LIN), now=clock.now()).form["parent"]
    assert (kept["name"], kept["representative"], kept["type_code"]) == (parent["name"], "苏知禾", type_code)
    assert case_of(ref).name == f"{parent['name']}永康分店"
    sign_all(ref, actor=actor_of(LIN), now=clock.now())
    assert "flag.parent_unknown" not in flags_of(ref)
    approved(ref)
    particulars = sheets(ref)[0].particulars
    assert particulars["type_text"] == printed
    assert particulars["uscc"].startswith(begins)


def test_a_partner_that_is_registered_is_taken_from_the_register(visit: Visit) -> None:
    """Of a company that becomes a partner, only the code and its representative's number are typed."""
    lin, partner = visit(LIN), sheets(registered(company(trade="听禾样例"), "llc"))[0].particulars
    ref = begun(lin, "lp")
    sent = {"kind": "legal", "uscc": partner["uscc"], "representative_id_no": person("p1")["id_no"]}
    answer = lin.post(f"/applications/{ref}/people/p1", data=typed("people.p1", sent))
    assert answer.status_code == 303, words(answer)
    [kept] = file_of(ref, actor=actor_of(LIN), now=clock.now()).form["people"]
    assert (kept["name"], kept["representative"]) == (partner["name"], "苏知禾")


def test_the_registered_name_goes_before_the_typed_one(visit: Visit) -> None:
    """Also where it changed after the draft was filled in. Brackets and blanks are no difference."""
    lin, partner = visit(LIN), sheets(registered(company(trade="听禾样例"), "llc"))[0].particulars
    form = limited_partnership()
    form["people"][2] |= {"uscc": partner["uscc"], "name": partner["name"]}
    ref = draft("lp", form, registrar="330702", actor=actor_of(LIN), now=clock.now())
    assert not file_of(ref, actor=actor_of(LIN), now=clock.now()).facts.problems
    renamed(partner["uscc"], "听禾样例信息科技（金华）有限公司")
    at = ("people.2.name", "firm.name_differs")
    assert [(one.path, one.code) for one in file_of(ref, actor=actor_of(LIN), now=clock.now()).facts.problems] == [at]
    with pytest.raises(ActionRefused):
        act(ref, "request_signatures", actor=actor_of(LIN), now=clock.now())
    page = lin.get(f"/applications/{ref}/people/p3?check=1")
    assert "登记的名称是“听禾样例信息科技（金华）有限公司”" in words(page)
    sent = typed("people.p3", form["people"][2])
    assert lin.post(f"/applications/{ref}/people/p3", data=sent).status_code == 422
    assert lin.post(f"/applications/{ref}/people/p3", data={**sent, "take_registered": "yes"}).status_code == 303
    file = file_of(ref, actor=actor_of(LIN), now=clock.now())
    assert (file.form["people"][2]["name"], file.facts.problems) == ("听禾样例信息科技（金华）有限公司", ())
    plain = {**sent, "people.p3.name": "听禾样例信息科技(金华) 有限公司"}
    assert lin.post(f"/applications/{ref}/people/p3", data=plain).status_code == 303
    # Of a code that nobody here has, the button keeps what was typed.
    other = {**sent, "people.p3.uscc": "91330701MAT000018L", "people.p3.name": "浙江样例云栖管理有限公司"}
    assert lin.post(f"/applications/{ref}/people/p3", data={**other, "take_registered": "yes"}).status_code == 303


def renamed(code: str, name: str) -> None:
    with database.transaction() as session:
        session.exec(select(Entity).where(col(Entity.code) == code)).one().name = name


def flags_of(ref: str) -> set[str]:
    return {flag.code for flag in file_of(ref, actor=actor_of(CLERK), now=clock.now()).facts.flags}


def test_a_parent_whose_licence_was_revoked_founds_no_branch(visit: Visit) -> None:
    lin, parent = visit(LIN), registered(company(trade="听禾样例"), "llc")
    revoked(parent, clock.now())
    ref = begun(lin, "branch")
    code = sheets(parent)[0].particulars["uscc"]
    wrong = lin.post(f"/applications/{ref}/parent", data=typed("parent", {**FORM["parent"], "uscc": code}))
    assert wrong.status_code == 422
    assert "不能设立分支机构" in words(wrong)
    assert "ask its registrar" in words(visit(LIN, lang="en").get(f"/applications/{ref}/parent?check=1"))


def test_the_representatives_namesake_takes_another_file(desk_app: Flask) -> None:
    """A clerk does not decide on a file in which a person of the same name signs (own_case)."""
    clerk = replace(actor_of(CLERK), name=FORM["parent"]["representative"])
    ref = submitted("branch", FORM, registrar="330702", actor=actor_of(LIN), now=clock.now())
    with pytest.raises(ActionRefused) as refused:
        act(ref, "claim", actor=clerk, now=clock.now())
    assert [one.code for one in refused.value.blockers] == ["own_case"]


def test_the_number_of_the_representative_stays_hidden(visit: Visit) -> None:
    """The page shows it masked and keeps it when it is saved again; the clerk sees it with a reason only."""
    lin, clerk = visit(LIN), visit(CLERK)
    ref = begun(lin, "branch")
    filled_in(lin, ref, FORM, pages=PAGES, documents=PAPERS)
    page, number = lin.get(f"/applications/{ref}/parent"), person("p2")["id_no"]
    assert number not in page.text
    masked = {**FORM["parent"], "representative_id_no": value_of(page, "parent.representative_id_no")}
    assert lin.post(f"/applications/{ref}/parent", data=typed("parent", masked)).status_code == 303
    assert file_of(ref, actor=actor_of(LIN), now=clock.now()).form["parent"]["representative_id_no"] == number
    sign_all(ref, actor=actor_of(LIN), now=clock.now())
    taken(ref, clerk, "claim")
    assert number not in clerk.get(f"/desk/cases/{ref}").text
    path, now = "parent.representative_id_no", clock.now()
    assert reveal(ref, path, reason="核对代表人", actor=actor_of(CLERK), now=now) == number


def test_a_corrected_parent_opens_the_name(visit: Visit) -> None:
    """The notice names the parent alone; its new name makes the name of the branch a thing to correct, too."""
    lin, form = visit(LIN), branch(place="金东")
    ref = submitted("branch", form, registrar="330702", actor=actor_of(LIN), now=clock.now())
    act(ref, "claim", actor=actor_of(CLERK), now=clock.now())
    asked = {"target": "section.parent", "reason_code": "S99", "problem": "名称写错了。", "remedy": "请按执照填写"}
    act(ref, "request_correction", actor=actor_of(CLERK), now=clock.now(), items=[asked])
    at = f"/applications/{ref}"
    assert "名称写错了。" in words(lin.get(f"{at}/parent"))
    assert lin.post(f"{at}/name", data=typed("name", form["name"])).status_code == 409
    right = {**form["parent"], "name": "金华市听溪样例餐饮管理有限公司"}
    assert lin.post(f"{at}/parent", data=typed("parent", right)).status_code == 303
    assert lin.post(f"{at}/name", data=typed("name", form["name"])).status_code == 303
    sign_all(ref, actor=actor_of(LIN), now=clock.now())
    assert case_of(ref).name == "金华市听溪样例餐饮管理有限公司金东分公司"
    assert case_of(ref).state == "submitted"


def test_a_scope_beyond_the_parents_is_looked_at(desk_app: Flask) -> None:
    form = branch(parent={"scope": "一般项目：别的业务"})
    ref = submitted("branch", form, registrar="330702", actor=actor_of(LIN), now=clock.now())
    assert {"flag.parent_unknown", "flag.parent_scope"} <= flags_of(ref)


@pytest.mark.thorough
def test_a_draft_through_the_api_names_no_parent_twice(desk_app: Flask) -> None:
    """The name is saved without the parent's name, which the application has already."""
    now = clock.now()
    ref = apply.start(entity_type="branch", registrar_code="330702", actor=actor_of(LIN), now=now)
    apply.save_section(ref, "parent", FORM["parent"], actor=actor_of(LIN), now=now)
    apply.save_section(ref, "name", {"form": "营业部"}, actor=actor_of(LIN), now=now)
    assert case_of(ref).name == f"{PARENT}营业部"
