"""The page of the name: what is judged while it is typed, what a person must decide, what is reserved."""

import re
from collections.abc import Callable

from registration import clock
from tests.fixtures.cases import actor_of, company, draft, file_of
from tests.fixtures.visitor import Visitor, value_of, words
from tests.registration.web.test_apply import begun, summary

Visit = Callable[..., Visitor]
LIN, ZHOU = "lin@example.cn", "zhou@example.cn"


def test_a_name_is_checked_while_typing_and_reserved_when_saved(visit: Visit) -> None:
    ref, lin = begun(), visit(LIN)
    typed = {"name.region": "金华市", "name.trade": "云岫听禾", "name.industry": "餐饮管理"}
    panel = lin.post(f"/applications/{ref}/name/check", data=typed)
    assert "还没有写完整" in words(panel)
    assert "<html" not in panel.text
    only = lin.post(f"/applications/{ref}/name", only="check", data={**typed, "name.form": "有限公司"})
    assert "可以使用" in words(only)
    assert file_of(ref, actor=actor_of(LIN), now=clock.now()).case.name == ""
    assert lin.post(f"/applications/{ref}/name", data={**typed, "name.form": "有限公司"}).status_code == 303
    assert "已为您保留到" in words(lin.get(f"/applications/{ref}/name"))
    zhou, other = visit(ZHOU), begun(login=ZHOU)
    taken = zhou.post(f"/applications/{other}/name", data={**typed, "name.form": "有限公司"})
    assert taken.status_code == 422
    assert "金华市云岫听禾餐饮管理有限公司" in words(taken)
    assert "第十七条" in words(taken)


def test_a_near_name_is_accepted_in_writing(visit: Visit) -> None:
    ref, lin = begun(), visit(LIN)
    typed = {"name.region": "金华市", "name.industry": "餐饮管理", "name.form": "有限公司"}
    lin.post(f"/applications/{ref}/name", data={**typed, "name.trade": "云岫听禾"})
    near, other, zhou = {**typed, "name.trade": "云秀听禾"}, begun(login=ZHOU), visit(ZHOU)
    asked = zhou.post(f"/applications/{other}/name", data=near)
    assert [anchor for anchor, _text in summary(asked)] == ["name.near_name_accepted"]
    assert 'id="name.near_name_accepted"' in asked.text
    assert zhou.post(f"/applications/{other}/name", data={**near, "name.near_name_accepted": "yes"}).status_code == 303


def test_a_name_that_a_person_must_judge_asks_for_no_acceptance_and_is_not_reserved(visit: Visit) -> None:
    ref, lin = begun(), visit(LIN)
    typed = {"name.region": "金华市", "name.trade": "云岫听禾", "name.industry": "典当", "name.form": "有限公司"}
    panel = lin.post(f"/applications/{ref}/name/check", data=typed)
    assert "需要人工审查" in words(panel)
    assert "near_name_accepted" not in panel.text
    assert lin.post(f"/applications/{ref}/name", data=typed).status_code == 303
    page = words(lin.get(f"/applications/{ref}/name"))
    assert "须由审查员判断，决定以前不算保留" in page
    assert "已为您保留到" not in page
    assert "名称保留到" not in words(lin.get(f"/applications/{ref}"))


def test_a_name_that_was_typed_after_the_reservation_is_not_taken_for_it(visit: Visit) -> None:
    lin = visit(LIN)
    ref = draft("llc", company(), registrar="330702", actor=actor_of(LIN), now=clock.now())
    lin.post(
        f"/applications/{ref}/name/draft",
        data={"name.region": "金华市", "name.trade": "另起炉灶", "name.industry": "餐饮", "name.form": "有限公司"},
    )
    refused = lin.post(f"/applications/{ref}/check", declared="yes")
    assert refused.status_code == 409
    assert "名称还没有保留" in words(refused)


def test_anybody_asks_whether_a_name_is_free(visit: Visit) -> None:
    somebody = visit()
    assert "想用的名称" in words(somebody.get("/names"))
    assert "可以使用" in words(somebody.get("/names?name=金华市云岫听禾餐饮管理有限公司"))
    refused = words(somebody.get("/names?name=金华市ABC网络科技有限公司"))
    assert "不能使用" in refused
    assert "请改用汉字" in refused
    branch = {"name": "金华市云岫听禾餐饮有限公司义乌分公司", "entity_type": "branch", "region": "330702"}
    assert "可以使用" in words(somebody.get("/names", query_string=branch))
    kangxi = somebody.get("/names", query_string={"name": "⾦华市云岫听禾餐饮有限公司"})
    assert "可以使用" in words(kangxi)
    odd = somebody.get("/names", query_string={"name": "<script>" * 20, "region": "999999", "entity_type": "x"})
    assert odd.status_code == 200
    assert "<script>" not in odd.text.partition("<main")[2]


TYPED = {"name.region": "金华市", "name.industry": "餐饮管理", "name.form": "有限公司"}


def test_the_next_choice_is_reserved_when_the_first_is_taken(visit: Visit) -> None:
    zhou, taken = visit(ZHOU), begun(login=ZHOU)
    assert zhou.post(f"/applications/{taken}/name", data={**TYPED, "name.trade": "云岫听禾"}).status_code == 303
    ref, lin = begun(), visit(LIN)
    ranked = {**TYPED, "name.trade": "云岫听禾", "name.second": "ABC", "name.third": "枕石漱流"}
    panel = words(lin.post(f"/applications/{ref}/name/check", data=ranked))
    assert "金华市枕石漱流餐饮管理有限公司 可以使用" in panel
    assert panel.count("不能使用") == 2
    assert lin.post(f"/applications/{ref}/name", data=ranked).status_code == 303
    page = lin.get(f"/applications/{ref}/name")
    assert "“云岫听禾”不能用，所以按您的次序用了“枕石漱流”" in words(page)
    assert "金华市枕石漱流餐饮管理有限公司 已为您保留到" in words(page)
    form = file_of(ref, actor=actor_of(LIN), now=clock.now()).form["name"]
    assert [form[field] for field in ("trade", "second", "third")] == ["枕石漱流", "云岫听禾", "ABC"]


def test_if_no_choice_can_be_had_each_is_told(visit: Visit) -> None:
    ref, lin = begun(), visit(LIN)
    wrong = {**TYPED, "name.trade": "ABC", "name.second": "XYZ"}
    refused = lin.post(f"/applications/{ref}/name", data=wrong)
    assert refused.status_code == 422
    assert [anchor for anchor, _text in summary(refused)] == ["name.trade", "name.second"]
    kept = file_of(ref, actor=actor_of(LIN), now=clock.now()).form["name"]
    assert (kept["trade"], kept["second"]) == ("ABC", "XYZ")


def test_a_first_choice_that_is_only_like_another_is_not_lost_for_the_second(visit: Visit) -> None:
    visit(ZHOU).post(f"/applications/{begun(login=ZHOU)}/name", data={**TYPED, "name.trade": "云岫听禾"})
    ref, lin = begun(), visit(LIN)
    ranked = {**TYPED, "name.trade": "云秀听禾", "name.second": "枕石漱流"}
    asked = lin.post(f"/applications/{ref}/name", data=ranked)
    assert [anchor for anchor, _text in summary(asked)] == ["name.near_name_accepted"]
    lin.post(f"/applications/{ref}/name", data={**ranked, "name.near_name_accepted": "yes"})
    assert file_of(ref, actor=actor_of(LIN), now=clock.now()).case.name == "金华市云秀听禾餐饮管理有限公司"


def test_free_names_like_a_taken_one_are_offered_and_used_with_one_button(visit: Visit) -> None:
    visit(ZHOU).post(f"/applications/{begun(login=ZHOU)}/name", data={**TYPED, "name.trade": "云岫"})
    ref, lin = begun(), visit(LIN)
    typed = {**TYPED, "name.trade": "云岫", "name.second": "枕石漱流"}
    panel = lin.post(f"/applications/{ref}/name/check", data=typed)
    offered = re.findall(r'name="use" value="([^"]+)"', panel.text)
    assert len(offered) == 4
    assert offered[-1] == "枕石漱流"
    used = lin.post(f"/applications/{ref}/name", data={**typed, "use": offered[0]})
    assert value_of(used, "name.trade") == offered[0]
    assert value_of(used, "name.second") == "云岫"
    assert value_of(used, "name.third") == "枕石漱流"
    assert lin.post(f"/applications/{ref}/name", data={**TYPED, "name.trade": offered[0]}).status_code == 303
