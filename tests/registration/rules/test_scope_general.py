"""What people type before they have chosen a trade is answered with advice and trades, not with nothing."""

import shutil
from pathlib import Path

import pytest

from registration.queries.city_faults import faults_in
from registration.rules import city as cities
from registration.rules.reference import texts
from registration.rules.scope_general import found_for, idea_in
from registration.rules.scope_search import search
from registration.rules.scope_trades import trade_of

HOME = Path(cities.__file__).parents[1] / "cities" / "jinhua"
CHINESE = (
    "开公司 办工厂 做生意 开店 创业 开个店 办企业 注册公司 当老板 自己干 赚钱 做买卖 开厂 小本生意 副业 个体户 "
    "办执照 办营业执照 开门店 经商 工作室 我想开公司 开一家公司 做点小生意 不知道做什么 干什么 "
    "建厂 公司 工厂 店铺 生意 怎么开公司？ 我们打算开个工厂"
)
ENGLISH = (
    "start a company",
    "Open a factory",
    "do business",
    "open a shop",
    "I want to start my own business",
    "be my own boss",
    "small business",
    "self-employed",
    "get a license",
    "startup",
    "make money",
)


@pytest.mark.parametrize("typed", [*CHINESE.split(), *ENGLISH])
def test_a_general_phrase_is_answered_with_trades(typed: str) -> None:
    idea = idea_in(typed)
    assert idea is not None
    assert [code for code in idea.trades if trade_of(code) is None] == []
    assert all(item in search(typed, limit=50) for item in found_for(typed, limit=50))


@pytest.mark.parametrize(
    "typed", ["", "奶茶", "开奶茶店", "卖水果", "贸易", "五金厂", "软件公司", "shoe factory", "software company"]
)
def test_what_names_a_trade_finds_items_as_before(typed: str) -> None:
    assert idea_in(typed) is None
    assert found_for(typed, limit=12) == search(typed, limit=12)


def test_no_word_is_in_two_rows_and_a_city_replaces_a_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = [word for row in texts("reference/scope_general.yaml").values() for word in row["words"]]
    assert sorted(word for word in set(said) if said.count(word) > 1) == []
    home = idea_in("办工厂")
    shutil.copytree(HOME, tmp_path / "city")
    (tmp_path / "city" / "scope_general.yaml").unlink()
    monkeypatch.setenv("HEYI_CITY", str(tmp_path / "city"))
    elsewhere = idea_in("办工厂")
    assert home is not None
    assert elsewhere is not None
    assert ("火腿" in home.text["zh"], "火腿" in elsewhere.text["zh"]) == (True, False)


def test_a_trade_that_does_not_exist_is_a_fault_of_the_city(tmp_path: Path) -> None:
    shutil.copytree(HOME, tmp_path / "city")
    row = "food: {words: [吃的], text: {zh: 什么, en: What}, trades: {'99': {zh: 甲, en: A}}}\n"
    (tmp_path / "city" / "scope_general.yaml").write_text(row)
    assert [one.code for one in faults_in(tmp_path / "city") if one.file == "scope_general.yaml"] == ["unknown_trade"]
