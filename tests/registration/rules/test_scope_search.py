"""Everyday words find the standard items of scope: alone, in a phrase, in pinyin, in English, by industry."""

from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.rules.city import PACKAGED
from registration.rules.readings import syllables_of
from registration.rules.reference import table
from registration.rules.reference import words as reference_words
from registration.rules.scope import ScopeItem, catalogue, industry_of
from registration.rules.scope_search import search
from registration.rules.scope_trades import division_of, items_of_trade, trade_of, trades
from registration.rules.scope_words import core, everyday, latin, listed

WORDS = sorted(everyday())
HAN = [word for word in WORDS if not word.isascii()]
NAMES = {item.zh: item for item in catalogue().values()}
ASKED = {
    "奶茶": "饮品制售",
    "开饭店": "餐饮服务",
    "淘宝": "互联网销售（除销售需要许可的商品）",
    "直播": "个人互联网直播服务",
    "电商": "互联网销售（除销售需要许可的商品）",
    "网店": "互联网销售（除销售需要许可的商品）",
    "自媒体": "数字内容制作服务（不含出版发行）",
    "跨境": "货物进出口",
    "烧烤": "餐饮服务",
    "便利店": "日用百货销售",
    "家教": "教育咨询服务（不含涉许可审批的教育培训活动）",
    "代驾": "代驾服务",
    "商务咨询": "信息咨询服务（不含许可类信息咨询服务）",
    "consulting": "信息咨询服务（不含许可类信息咨询服务）",
    "6210": "餐饮服务",
}
# Phrases that are in no file: verbs, numbers and endings around everyday words, or several of these.
PHRASES = {
    "开奶茶店": "饮品制售",
    "我想开饭店": "餐饮服务",
    "卖衣服": "服装服饰零售",
    "做衣服": "服装制造",
    "做服装批发": "服装服饰批发",
    "童装店": "服装服饰零售",
    "想开个小饭馆": "餐饮服务",
    "开家面馆": "小餐饮",
    "卖早餐": "小餐饮",
    "烧烤摊": "餐饮服务",
    "包子铺": "小餐饮",
    "开烘焙店": "食品销售",
    "卖奶茶": "饮品制售",
    "水果批发": "新鲜水果批发",
    "卖坚果": "未经加工的坚果、干果销售",
    "开一家宠物店": "宠物销售",
    "卖猫粮": "宠物食品及用品零售",
    "开宠物医院": "动物诊疗",
    "开个花店": "礼品花卉销售",
    "空调维修": "日用电器修理",
    "卖空调": "家用电器销售",
    "装空调": "家用电器安装服务",
    "手机维修店": "通讯设备修理",
    "卖手机": "移动通信设备销售",
    "电动车修理店": "电动自行车维修",
    "租赁汽车": "小微型客车租赁经营服务",
    "洗车店": "洗车服务",
    "跑网约车": "网络预约出租汽车经营服务",
    "帮人搬家": "装卸搬运",
    "收废品": "再生资源回收（除生产性废旧金属）",
    "搞装修": "住宅室内装饰装修",
    "办厂做保温杯": "五金产品制造",
    "生产玩具": "玩具制造",
    "养猪场": "牲畜饲养",
    "种草莓": "水果种植",
    "卖鱼": "水产品零售",
    "直播卖水果": "互联网销售（除销售需要许可的商品）",
    "想做跨境电商": "货物进出口",
    "做短视频": "数字内容制作服务（不含出版发行）",
    "办个托管班": "中小学生校外托管服务",
    "开舞蹈工作室": "文化艺术辅导",
    "瑜伽工作室": "健身休闲活动",
    "麻将馆": "棋牌室服务",
    "美甲店": "美甲服务",
    "开药店": "药品零售",
    "牙科诊所": "医疗服务",
    "代理记账公司": "代理记账",
    "做小程序": "软件开发",
    "open a bakery": "食品销售",
    "sell clothes": "服装服饰零售",
    "factory making toys": "玩具制造",
    "I want to open a milk tea shop": "饮品制售",
    "fix phones": "通讯设备修理",
    "kainaichadian": "饮品制售",
}


def names(text: str, *, limit: int = 12) -> list[str]:
    return [item.zh for item in search(text, limit=limit)]


@pytest.mark.parametrize(("text", "item"), ASKED.items())
def test_an_everyday_word_means_its_item(text: str, item: str) -> None:
    assert names(text)[0] == item


@pytest.mark.parametrize(("text", "item"), PHRASES.items())
def test_a_phrase_means_the_item_of_its_words(text: str, item: str) -> None:
    assert text not in everyday()
    assert names(text)[0] == item


def test_the_words_are_many_and_each_names_items_of_the_catalogue() -> None:
    assert len(HAN) >= 300
    assert len(WORDS) - len(HAN) >= 100
    for row in table("scope_words"):
        assert set(listed(row["items"])) <= NAMES.keys(), row["words"]
    written = [word for row in table("scope_words") for word in listed(row["words"])]
    assert len(written) == len({word.casefold() for word in written})


@given(st.sampled_from(WORDS))
def test_a_word_finds_what_its_row_names(word: str) -> None:
    found = names(word, limit=100)
    assert set(found) >= {catalogue()[code].zh for code in everyday()[word]}
    assert found == names(f"  {word.upper()} ", limit=100)


FRONT, BEHIND = ("", "开", "我想开", "做", "打算搞"), ("", "店", "工作室", "生意")


@given(st.sampled_from([word for word in HAN if len(word) > 1]), st.sampled_from(FRONT), st.sampled_from(BEHIND))
def test_verbs_and_endings_do_not_hide_a_word(word: str, front: str, behind: str) -> None:
    wanted = {catalogue()[code].zh for code in everyday()[word]}
    assert wanted & set(names(front + word + behind, limit=100))


@given(st.sampled_from([word for word in HAN if len(word) > 1 and len(syllables_of(word)) == len(word)]))
def test_the_pinyin_of_a_word_finds_the_same(word: str) -> None:
    syllables = syllables_of(word)
    wanted = {catalogue()[code].zh for code in everyday()[word]}
    assert wanted <= set(names("".join(syllables), limit=100))
    assert wanted <= set(names("".join(one[0] for one in syllables), limit=400))


@given(st.sampled_from(list(catalogue().values())))
def test_an_item_is_found_first_by_its_code_and_its_words(item: ScopeItem) -> None:
    item = NAMES[item.zh]
    assert search(item.code)[0] == item
    assert search(item.zh)[0] == item
    assert item in search(item.gb4754, limit=50)
    assert item in search(industry_of(item)["section"] + item.gb4754, limit=50)
    assert item in search(industry_of(item)["name_zh"], limit=50)


def test_the_order_is_equal_everyday_beginning_containing() -> None:
    found = names("软件开发", limit=50)
    assert found[0] == "软件开发"
    found = names("茶叶", limit=50)
    meant, begins, contains = (found.index(one) for one in ("食品销售", "茶叶种植", "酒类经营"))
    assert meant < contains
    assert begins < contains


def test_what_nobody_says_is_found_by_what_it_shares_with_an_item() -> None:
    assert "商务代理代办服务" in names("商务秘书")
    assert names("比特币") == []
    assert names("") == names(" 　") == []


@given(st.text(alphabet=st.sampled_from("".join(sorted(reference_words("scope_fillers")))), max_size=12))
def test_fillers_alone_are_no_fault(text: str) -> None:
    assert core(text) or not text.strip()
    assert isinstance(search(text), list)


def test_a_plural_is_its_singular() -> None:
    assert latin("Bakeries, boxes and toys") == ("bakery", "box", "and", "toy")
    assert latin("glass business yoga") == ("glass", "business", "yoga")


def test_each_item_is_in_the_list_of_its_trade() -> None:
    listed_items = {item.code for section in trades() for item in items_of_trade(section.code)}
    assert listed_items == set(catalogue())
    for section in trades():
        inside = [item for one in section.divisions for item in items_of_trade(one.code)]
        assert [item.code for item in inside] == [item.code for item in items_of_trade(section.code)]
        assert all(one.name["zh"] and one.name["en"] for one in (section, *section.divisions))
    catering = trade_of("62")
    assert catering is not None
    assert {division_of(item) for item in items_of_trade(catering.code)} == {"62"}
    assert trade_of("99") is None
    assert items_of_trade("") == []


def test_the_words_of_a_city_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(copytree(PACKAGED, tmp_path / "city"))
    (folder / "scope_words.csv").write_text("words,items\n望潮糕;奶茶,食品小作坊经营\n", encoding="utf-8")
    assert names("望潮糕") == []
    monkeypatch.setenv("HEYI_CITY", str(folder))
    assert names("卖望潮糕") == ["食品小作坊经营"]
    assert names("奶茶")[:2] == ["食品小作坊经营", "饮品制售"]
    assert "个人互联网直播服务" in names("直播")
