"""The applicant's form in the browser: nothing typed is lost, nothing wrong goes on, nobody else's case opens."""

import re
from collections.abc import Callable
from typing import Any

from registration import clock
from registration.operations import apply
from registration.operations.act import act
from tests.fixtures.cases import actor_of, company, draft, file_of, individual, person
from tests.fixtures.visitor import Visitor, value_of, words

Visit = Callable[..., Visitor]
LIN, ZHOU = "lin@example.cn", "zhou@example.cn"


def begun(kind: str = "llc", *, registrar: str = "330702", login: str = LIN, **sections: Any) -> str:
    """A draft of the account's with these sections filled in."""
    now = clock.now()
    ref = apply.start(entity_type=kind, registrar_code=registrar, actor=actor_of(login), now=now)
    for section, value in sections.items():
        apply.keep_typed(ref, section, value, actor=actor_of(login), now=now)
    return ref


def form_of(ref: str) -> dict[str, Any]:
    return dict(file_of(ref, actor=actor_of(LIN), now=clock.now()).form)


def summary(answer: Any) -> list[tuple[str, str]]:
    """(anchor, text) of the summary of errors."""
    box = re.search(r'<div class="errors".*?</ul></div>', answer.text, re.S)
    assert box is not None
    return re.findall(r'<a href="#([^"]+)">([^<]+)</a>', box[0])


def test_an_application_begins_with_two_choices(visit: Visit) -> None:
    lin = visit(LIN)
    assert "您还没有申请" in words(lin.get("/applications"))
    refused = lin.post("/applications/new", entity_type="llc")
    assert refused.status_code == 422
    assert summary(refused) == [("registrar", "请选择登记机关")]
    assert 'value="llc" checked' in refused.text
    answer = lin.post("/applications/new", entity_type="llc", registrar="330702")
    tasks = lin.get(answer.location)
    assert "已完成0项" in words(tasks)
    assert "暂不能开始" in words(tasks)
    assert answer.location.rpartition("/")[2] in words(lin.get("/applications"))


def test_nobody_else_finds_the_case(visit: Visit) -> None:
    ref = begun()
    pages = ("", "/name", "/domicile", "/people", "/people/p1", "/shareholders/1", "/scope", "/check", "/signatures")
    for page in (*pages, "/materials/articles", "/act/withdraw", "/receipt", "/licences/x.pdf", "/papers/x.pdf"):
        assert visit("zhou@example.cn").get(f"/applications/{ref}{page}").status_code == 404, page
        assert visit("0418").get(f"/applications/{ref}{page}").status_code == 404, page
        assert visit().get(f"/applications/{ref}{page}").location.startswith("/sign-in"), page


def test_a_wrong_field_is_told_above_and_at_the_field_and_stays_as_typed(visit: Visit) -> None:
    ref, lin = begun(), visit(LIN)
    typed = {"domicile.region": "330702", "domicile.street": "双溪路88号", "domicile.tenure": "own"}
    wrong = lin.post(f"/applications/{ref}/domicile", data={**typed, "domicile.phone": "12"})
    assert wrong.status_code == 422
    assert [anchor for anchor, _text in summary(wrong)] == ["domicile.phone"]
    assert 'id="domicile.phone-e"' in wrong.text
    assert value_of(wrong, "domicile.phone") == "12"
    assert value_of(wrong, "domicile.street") == "双溪路88号"
    assert "<title>错误：" in wrong.text
    assert form_of(ref)["domicile"]["phone"] == "12"
    right = lin.post(f"/applications/{ref}/domicile", data={**typed, "domicile.phone": "0579-82000000"})
    assert right.location == f"/applications/{ref}/scope"


def test_a_page_saves_itself_and_notices_that_it_was_overtaken(visit: Visit) -> None:
    ref, here, there = begun(), visit(LIN), visit(LIN)
    seen = value_of(here.get(f"/applications/{ref}/domicile"), "seen")
    first = here.post(f"/applications/{ref}/domicile/draft", seen=seen, data={"domicile.street": "甲路1号"})
    assert "已自动保存" in first.json["words"]
    late = there.post(f"/applications/{ref}/domicile/draft", seen=seen, data={"domicile.street": "乙路2号"})
    assert late.status_code == 409
    page = there.post(f"/applications/{ref}/domicile", seen=seen, data={"domicile.street": "乙路2号"})
    assert page.status_code == 409
    assert "改过" in words(page)
    assert value_of(page, "domicile.street") == "乙路2号"
    assert form_of(ref)["domicile"]["street"] == "甲路1号"
    again = here.post(
        f"/applications/{ref}/domicile/draft", seen=first.json["seen"], data={"domicile.street": "甲路3号"}
    )
    assert again.status_code == 200
    assert form_of(ref)["domicile"]["street"] == "甲路3号"


def test_a_number_is_shown_in_part_and_kept_when_left_alone(visit: Visit) -> None:
    ref, lin = begun(people=[person("p1")]), visit(LIN)
    number = person("p1")["id_no"]
    page = lin.get(f"/applications/{ref}/people/p1")
    assert number not in page.text
    masked = value_of(page, "people.p1.id_no")
    typed = {"kind": "natural", "name": "苏知禾", "sex": "male", "id_type": "resident_id", "id_no": masked}
    more = {"id_long": "yes", "mobile": "13800000009"}
    answer = lin.post(
        f"/applications/{ref}/people/p1", data={f"people.p1.{name}": text for name, text in {**typed, **more}.items()}
    )
    assert answer.status_code == 303
    assert (form_of(ref)["people"][0]["id_no"], form_of(ref)["people"][0]["mobile"]) == (number, "13800000009")
    assert number not in lin.get(f"/applications/{ref}/check").text


def test_a_person_is_judged_alone_and_a_removed_ones_key_is_not_given_again(visit: Visit) -> None:
    ref, lin = begun(people=[{"key": "p1", "kind": "natural"}, person("p2")], legal_rep={"person": "p3"}), visit(LIN)
    assert lin.get(f"/applications/{ref}/people/p3").status_code == 404
    page = lin.get(f"/applications/{ref}/people/p4?kind=legal")
    assert 'name="people.p4.uscc"' in page.text
    wrong = lin.post(f"/applications/{ref}/people/p4", data={"people.p4.kind": "legal", "people.p4.uscc": "91"})
    anchors = {anchor for anchor, _text in summary(wrong)}
    assert "people.p4.name" in anchors
    assert not any(anchor.startswith("people.p1") for anchor in anchors)
    assert [row["key"] for row in form_of(ref)["people"]] == ["p1", "p2", "p4"]
    lin.post(f"/applications/{ref}/people/p2/remove")
    assert [row["key"] for row in form_of(ref)["people"]] == ["p1", "p4"]
    refused = lin.post(f"/applications/{ref}/people")
    assert refused.status_code == 422


def test_contributions_are_added_up_on_the_table_and_not_on_a_row(visit: Visit) -> None:
    form = company()
    ref = begun(people=form["people"], capital=form["capital"], shareholders=form["shareholders"][:2])
    lin = visit(LIN)
    row = {"person": "p3", "lines.0.amount_wan": "19", "lines.0.method": "currency", "lines.0.due_on": "2028-06-30"}
    posted = {f"shareholders.2.{name}": text for name, text in row.items()}
    assert lin.post(f"/applications/{ref}/shareholders/3", data=posted).status_code == 303
    refused = lin.post(f"/applications/{ref}/shareholders")
    assert refused.status_code == 422
    assert "还差1万元" in words(refused)
    assert "比注册资本" in words(refused)
    lin.post(f"/applications/{ref}/shareholders/3", data={**posted, "shareholders.2.lines.0.amount_wan": "20"})
    table = lin.get(f"/applications/{ref}/shareholders")
    assert "货币" in table.text
    assert "51%" in words(table)
    assert lin.post(f"/applications/{ref}/shareholders").location == f"/applications/{ref}/officers"
    assert lin.get(f"/applications/{ref}/shareholders/5").status_code == 404


def test_a_fault_among_the_posts_points_at_the_person(visit: Visit) -> None:
    ref, lin = begun(people=[person("p1"), person("p2")]), visit(LIN)
    posted = {
        "officers.board": "single",
        "officers.supervision": "supervisors",
        "officers.post.p2": "director",
        "officers.supervisor.p2": "yes",
    }
    wrong = lin.post(f"/applications/{ref}/officers", data=posted)
    assert [anchor for anchor, _text in summary(wrong)] == ["officers.supervisor.p2"]
    assert form_of(ref)["officers"]["directors"] == [{"person": "p2", "post": "director", "audit_committee": False}]
    posted["officers.supervisor.p1"] = posted.pop("officers.supervisor.p2")
    assert lin.post(f"/applications/{ref}/officers", data=posted).status_code == 303


def test_scope_items_are_found_ordered_and_told_what_they_need(visit: Visit) -> None:
    ref, lin = begun(), visit(LIN)
    address = f"/applications/{ref}/scope"
    assert lin.post(address).status_code == 422
    found = words(lin.get(f"{address}?q=cyfw"))
    assert "餐饮服务" in found
    assert "开业前要取得：食品经营许可证" in found
    assert "非法金融活动" in words(lin.get(f"{address}?q=虚拟货币"))
    for button in ({"add": "HY0154"}, {"add": "HY0160"}, {"add": "HY0160"}, {"add": "NO SUCH"}, {"first": "HY0160"}):
        assert lin.post(address, **button).status_code == 303
    assert form_of(ref)["scope"]["items"] == ["HY0160", "HY0154"]
    lin.post(address, remove="HY0154")
    assert form_of(ref)["scope"]["items"] == ["HY0160"]
    assert lin.post(address).location == f"/applications/{ref}/capital"


def test_every_part_of_the_law_is_named(visit: Visit) -> None:
    ref, lin = begun(), visit(LIN)
    typed = {"name.region": "金华市", "name.trade": "最佳", "name.industry": "餐饮集团", "name.form": "有限公司"}
    panel = words(lin.post(f"/applications/{ref}/name/check", data=typed))
    assert "《企业名称登记管理规定实施办法》第十六条" in panel
    assert "《企业名称登记管理规定实施办法》第十七条" in panel


def test_an_optional_page_is_left_out_again(visit: Visit) -> None:
    ref = draft("individual", individual(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    lin = visit(LIN)
    assert "金华市婺城区双溪样例餐饮店" in words(lin.get(f"/applications/{ref}"))
    lin.post(f"/applications/{ref}/name", clear="yes")
    assert "name" not in form_of(ref)
    assert "还没有名称的个体工商户" in words(lin.get(f"/applications/{ref}"))


def test_signatures_are_asked_for_after_the_declaration(visit: Visit) -> None:
    ref = draft("llc", company(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    lin = visit(LIN)
    page = words(lin.get(f"/applications/{ref}/check"))
    assert "苏知禾，股东、法定代表人、董事、经理" in page
    assert "请3人签名" in page
    undeclared = lin.post(f"/applications/{ref}/check")
    assert summary(undeclared) == [("declared", "请勾选声明，确认内容属实")]
    assert lin.post(f"/applications/{ref}/check", declared="yes").location == f"/applications/{ref}/signatures"
    assert "/sign/" not in lin.get(f"/applications/{ref}/signatures").text
    shown = lin.post(f"/applications/{ref}/signatures")
    links = re.findall(r'value="http://[^"]+/sign/([^"]+)"', shown.text)
    assert len(links) == 3
    party = re.search(r'action="[^"]+/signatures/([^"/]+)/renew"', shown.text)
    assert party is not None
    renewed = lin.post(f"/applications/{ref}/signatures/{party[1]}/renew")
    fresh = re.findall(r"/sign/([^\"]+)\"", renewed.text)
    assert fresh
    assert fresh[0] not in links
    assert visit().get(f"/sign/{links[0]}").status_code == 404
    assert visit().get(f"/sign/{fresh[0]}").status_code == 200


def test_a_form_that_is_being_signed_is_closed_until_it_is_taken_back(visit: Visit) -> None:
    ref = draft("llc", company(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    act(ref, "request_signatures", actor=actor_of(LIN), now=clock.now())
    lin = visit(LIN)
    assert lin.get(f"/applications/{ref}/domicile").status_code == 409
    assert lin.post(f"/applications/{ref}/domicile/draft").status_code == 409
    assert lin.get(f"/applications/{ref}/materials/articles").status_code == 409
    assert "还差3人签名" in words(lin.get(f"/applications/{ref}"))
    assert lin.post(f"/applications/{ref}/act/reopen").location == f"/applications/{ref}"
    assert lin.get(f"/applications/{ref}/domicile").status_code == 200
    assert lin.post(f"/applications/{ref}/act/approve").status_code == 404


def test_two_visitors_of_two_languages_in_one_process(visit: Visit) -> None:
    ref = begun()
    told = {"zh": ("字号", "不设董事会"), "en": ("Trade name", "No board, one director")}
    for lang in ("zh", "en", "zh"):
        trade, board = told[lang]
        visitor = visit(LIN, lang=lang)
        assert f'<label for="name.trade">{trade}</label>' in visitor.get(f"/applications/{ref}/name").text
        assert board in words(visitor.get(f"/applications/{ref}/officers"))


def test_somebody_without_a_name_is_not_called_by_a_key(visit: Visit) -> None:
    ref, lin = begun(people=[{"key": "p1", "kind": "natural"}], legal_rep={"person": "p1"}), visit(LIN)
    for place in ("/officers", "/legal_rep", "/check"):
        shown = words(lin.get(f"/applications/{ref}{place}"))
        assert "没有写姓名的人" in shown
        assert "p1" not in shown


def test_an_empty_list_leads_to_the_button_that_fills_it(visit: Visit) -> None:
    ref, lin = begun(), visit(LIN)
    for section, told in (("people", "请至少添加1个人"), ("shareholders", "请至少添加1位股东")):
        refused = lin.post(f"/applications/{ref}/{section}")
        assert summary(refused) == [(section, told)]
        assert f'id="{section}"' in refused.text


def test_what_is_chosen_is_asked_to_be_chosen(visit: Visit) -> None:
    ref, lin = begun(), visit(LIN)
    assert ("name.form", "请选择组织形式") in summary(lin.post(f"/applications/{ref}/name"))
    assert "请至少选择1个经营项目" in words(lin.post(f"/applications/{ref}/scope", go="on"))
    assert "请选择要上传的文件" in words(lin.post(f"/applications/{ref}/materials/articles"))


def test_an_amount_is_told_in_the_unit_that_the_language_knows(visit: Visit) -> None:
    ref = begun(capital={"amount_wan": "33.5", "term": "long", "copies": 1})
    assert "33.5万元" in words(visit(LIN).get(f"/applications/{ref}"))
    assert "CNY 335,000" in words(visit(LIN, lang="en").get(f"/applications/{ref}"))


def test_an_individual_business_is_not_asked_for_shareholders(visit: Visit) -> None:
    ref, lin = begun("individual"), visit(LIN)
    for place in ("", "/people", "/domicile"):
        shown = words(lin.get(f"/applications/{ref}{place}"))
        assert "股东" not in shown
        assert "住所只有一处" not in shown


def test_the_items_of_business_stand_one_below_the_other(visit: Visit) -> None:
    shown = visit(LIN).get(f"/applications/{begun(scope=company()['scope'])}/check").text
    assert re.search(r"<ul><li>[^<]+ <span class=\"code small muted\">HY\d+</span></li><li>", shown)
