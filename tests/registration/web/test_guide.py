"""The guide without an account: one address a question, and an answer that follows from the rows of the type."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from registration.matters import founding_matters, matters
from registration.rules.entity_types import EntityType, entity_types
from registration.rules.languages import said
from registration.rules.materials import material_label
from registration.rules.matter_folders import matter_data
from registration.rules.signers import CAPACITIES
from tests.fixtures.tables import forget_tables, own_tables
from tests.fixtures.tutorial import write_matter
from tests.fixtures.visitor import Visitor, words

__all__ = ["own_tables"]

Visit = Callable[..., Visitor]
LLC = "/guide?founders=several&liability=limited&shares=contributions"
ROWS = pytest.mark.parametrize("row", entity_types(), ids=lambda row: row.key)


def offered(text: str) -> list[tuple[str, str]]:
    """(name, value) of the choices of the page."""
    return re.findall(r'type="radio"[^>]*? name="([^"]+)" value="([^"]+)"', text)


def hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text))


def test_the_questions_lead_to_an_answer_whose_address_can_be_kept(visit: Visit) -> None:
    stranger, address, asked = visit(), "/guide", []
    chosen = {"founders": "several", "liability": "limited", "shares": "contributions"}
    chosen |= {"region": "330782", "tenure": "lease"}
    while "radio" in (page := stranger.get(address)).text:
        name = offered(page.text)[0][0]
        assert (name, chosen[name]) in offered(page.text)
        asked.append(name)
        answer = stranger.get("/guide", query_string={**hidden(page.text), name: chosen[name]})
        address = answer.location
        assert "asked" not in address
    assert asked == list(chosen)
    assert address == f"{LLC}&region=330782&tenure=lease"
    shown = words(page)
    known = ("有限责任公司", "义乌市市场监督管理局", "3个工作日", "不收费", "公司章程", "租赁合同", "股东：2至50人")
    for text in known:
        assert text in shown
    assert "姓名、性别、证件号码、手机号码" in shown
    start = re.search(r'href="(/applications/new[^"]+)"', page.text)
    assert start is not None
    lin = visit("lin@example.cn").get(unescape(start[1])).text
    assert 'value="llc" checked' in lin
    assert 'value="330782" selected' in lin
    back = re.findall(r'<dd><a href="(/guide[^"]*)"', page.text)
    assert [unescape(one) for one in back][-1] == f"{LLC}&region=330782"
    assert back[0] == "/guide"


def test_nothing_chosen_is_said_and_a_wrong_answer_is_asked_again(visit: Visit) -> None:
    missed = visit().get("/guide?founders=several&asked=liability")
    assert '<a href="#liability">请选择一项</a>' in missed.text
    assert missed.status_code == 200
    for wrong in ("founders=ghost", "liability=limited", "asked=founders&founders=ghost", "colour=red"):
        answer = visit().get(f"/guide?{wrong}", follow_redirects=True)
        assert offered(answer.text)[0][0] == "founders"
    assert "radio" in visit().get(f"{LLC}&region=110000", follow_redirects=True).text
    assert visit(lang="en").get("/guide?lang=en").status_code == 303


@ROWS
def test_each_type_has_its_documents_persons_and_registrar(visit: Visit, row: EntityType) -> None:
    page = visit().get(f"/guide?entity_type={row.key}&region=330702&tenure=own")
    shown = words(page)
    assert row.name["zh"] in shown
    assert material_label("premises_title", "zh") in shown
    assert material_label("premises_lease", "zh") not in shown
    for key in row.capacities:
        assert f"{CAPACITIES[key]['zh']}：" in shown
    assert ("registrar=330701" in page.text) == row.city_level
    english = words(visit(lang="en").get(f"/guide?entity_type={row.key}&region=330782&tenure=own"))
    assert row.compare.fits["en"] in english


def test_a_place_is_held_as_the_type_and_the_registrar_allow(visit: Visit) -> None:
    shop = offered(visit().get("/guide?entity_type=individual&region=330702").text)
    firm = offered(visit().get("/guide?entity_type=llc&region=330702").text)
    assert ("tenure", "platform") in shop
    assert ("tenure", "platform") not in firm
    assert ("tenure", "lease") in firm


def test_the_types_are_compared_in_both_languages(visit: Visit) -> None:
    for lang in ("zh", "en"):
        page = visit(lang=lang).get("/guide/types")
        shown = words(page)
        for row in entity_types():
            assert f"/guide?entity_type={row.key}" in page.text
            assert row.compare.liability[lang] in shown
            assert row.compare.tax[lang] in shown
    assert "《公司法》第四条" in words(visit().get("/guide/types"))


def test_other_pages_lead_to_the_guide(visit: Visit) -> None:
    for path, visitor in (("/", visit()), ("/help", visit()), ("/applications/new", visit("lin@example.cn"))):
        assert 'href="/guide"' in visitor.get(path).text, path
    assert 'href="/guide/types"' in visit().get("/").text


@pytest.mark.usefixtures("own_tables")
def test_another_matter_is_asked_for_first(visit: Visit, own_tables: Path) -> None:
    write_matter(own_tables)
    forget_tables()
    first = offered(visit().get("/guide").text)
    assert [name for name, _value in first] == ["matter"] * len(first)
    own = next(value for _name, value in first if value != "establishment")
    page = visit().get(f"/guide?matter={own}")
    assert f"/applications/new?matter={own}" in page.text
    assert offered(visit().get("/guide?matter=establishment").text)[0][0] == "founders"


def test_permits_are_looked_up_without_an_account(visit: Visit) -> None:
    found = words(visit().get("/guide/scope?q=我想开饭店"))
    assert "餐饮服务" in found
    assert "开业前要取得：食品经营许可证" in found
    assert "登记前要取得：保安服务许可证" in words(visit().get("/guide/scope?q=保安公司"))
    assert "非法金融活动" in words(visit().get("/guide/scope?q=虚拟货币"))
    assert "外卖递送服务" in words(visit().get("/guide/scope?trade=62"))
    assert "没有找到“xyz”" in words(visit().get("/guide/scope?q=xyz"))
    assert "/guide/scope" in visit().get("/guide?entity_type=llc&region=330782&tenure=own").text


def test_a_phrase_that_names_no_trade_is_answered_with_trades(visit: Callable[..., Visitor]) -> None:
    for lang, asked, wanted, link in (
        ("zh", "开公司", "“开公司”还没有说到经营什么", ">餐饮业</a>"),
        ("en", "open a factory", "does not say yet what the business does", "trade=33"),
    ):
        page = visit(lang=lang).get("/guide/scope", query_string={"q": asked})
        assert (wanted in words(page), link in page.text, "没有找到" in page.text) == (True, True, False)
    answer = visit().get("/api/v1/scope-items", query_string={"q": "开公司"}).json
    assert answer["items"] == []
    assert answer["advice"]["trades"]["62"] == "餐饮业"


def test_each_later_matter_has_a_guide_made_from_its_tables(visit: Visit) -> None:
    stranger = visit()
    home = stranger.get("/").text
    for key in (one for one in matters() if one not in founding_matters()):
        page = stranger.get(f"/guide/matters/{key}")
        shown, data = words(page), matter_data(key)
        assert data.register is not None
        texts = (data.start.intro, data.start.duration, *(row.words for row in data.register.items.values()))
        for text in (*texts, *(row.words for row in data.reasons.rejection.values())):
            assert said(text, "zh") in shown, key
        assert 'href="/businesses"' in page.text
        assert f'href="/lists/power/{key}"' in page.text
        assert f'href="/guide/matters/{key}"' in home
    assert 'href="/guide/matters/deregistration"' in stranger.get("/lists/power/deregistration").text


def test_the_guide_to_a_matter_shows_one_type_with_its_documents(visit: Visit) -> None:
    page = words(visit().get("/guide/matters/change_of_registration?entity_type=coop"))
    assert "成员大会或者成员代表大会决议" in page
    assert "全体合伙人签署的变更决定书" not in page
    assert "减少注册资本" not in page
    everybody = words(visit().get("/guide/matters/change_of_registration?entity_type=ghost"))
    assert "减少注册资本" in everybody
    assert "登记通知书（准予变更登记）" in everybody
    assert visit().get("/guide/matters/establishment", follow_redirects=True).request.path == "/guide"
    assert visit().get("/guide/matters/ghost").status_code == 404
