"""The page of the business scope: everyday words, lists by trade, what others chose, and where the focus goes."""

import re
from collections.abc import Callable

import pytest

from registration import clock
from registration.operations import apply
from registration.operations.act import act
from registration.queries.scope_choices import LEAST_CASES
from tests.fixtures.cases import actor_of, nameless, submitted
from tests.fixtures.visitor import Visitor, words

Visit = Callable[..., Visitor]
LIN = "lin@example.cn"


def page_of(items: list[str] | None = None) -> str:
    """The address of the page in a new draft with these items."""
    now = clock.now()
    ref = apply.start(entity_type="individual", registrar_code="330702", actor=actor_of(LIN), now=now)
    if items:
        apply.keep_typed(ref, "scope", {"items": items}, actor=actor_of(LIN), now=now)
    return f"/applications/{ref}/scope"


def buttons(text: str) -> list[str]:
    return re.findall(r'name="add" value="(\w+)"', text)


def test_everyday_words_lead_to_items_with_their_permits(visit: Visit) -> None:
    page, lin = page_of(), visit(LIN)
    found = lin.get(f"{page}?q=我想开奶茶店")
    assert buttons(found.text)[0] == "HY0157"
    assert "开业前要取得：食品经营许可证" in words(found)
    assert buttons(lin.get(f"{page}?q=6210").text) == ["HY0154"]
    assert "没有找到“比特币”" in words(lin.get(f"{page}?q=比特币"))
    english = words(visit(LIN, lang="en").get(f"{page}?q=open a restaurant"))
    assert "Restaurant services" in english


def test_a_trade_is_opened_without_a_search_and_stays_open(visit: Visit) -> None:
    page, lin = page_of(), visit(LIN)
    address = f"{page}?trade=62"
    assert f"{address}&amp;at=trade#trade" in lin.get(page).text
    opened = lin.get(address)
    assert set(buttons(opened.text)) >= {"HY0154", "HY0156", "HY0157"}
    assert "餐饮业" in words(opened)
    assert "Catering" in words(visit(LIN, lang="en").get(address))
    added = lin.post(page, add="HY0154", trade="62")
    assert added.location == f"{page}?trade=62&at=pick-HY0154#pick-HY0154"
    assert "HY0156" in buttons(lin.get(added.location).text)
    assert lin.get(f"{page}?trade=nowhere").status_code == 200


def test_the_focus_stays_where_something_was_changed(visit: Visit) -> None:
    page, lin = page_of(), visit(LIN)
    added = lin.get(lin.post(page, add="HY0154", q="餐饮").location)
    assert re.findall(r'id="([^"]+)" tabindex="-1" autofocus', added.text) == ["pick-HY0154"]
    for button in ({"add": "HY0160"}, {"first": "HY0160"}, {"remove": "HY0160"}):
        moved = lin.get(lin.post(page, **button).location)
        assert re.findall(r'id="([^"]+)" tabindex="-1" autofocus', moved.text) == ["chosen"]
    assert "autofocus" not in lin.get(page).text
    assert 'id="chosen" tabindex="-1" autofocus' in lin.get(f"{page}?at=nothing").text


@pytest.mark.thorough
def test_what_others_of_the_trade_chose_is_offered_from_three_cases_on(visit: Visit) -> None:
    page, lin, now = page_of(["HY0154"]), visit(LIN), clock.now()
    for _ in range(LEAST_CASES):
        assert "同行业的人常选" not in words(lin.get(page))
        form = nameless() | {"scope": {"items": ["HY0154", "HY0156"]}}
        ref = submitted("individual", form, registrar="330702", actor=actor_of(LIN), now=now)
        act(ref, "claim", actor=actor_of("0318"), now=now)
        act(ref, "approve", actor=actor_of("0318"), now=now, opinion="符合")
    offered = lin.get(page)
    assert "同行业的人常选" in words(offered)
    assert buttons(offered.text) == ["HY0156"]
    assert "同行业的人常选" not in words(lin.get(page_of()))
    added = lin.get(lin.post(page, add="HY0156").location)
    assert 'id="pick-HY0156" tabindex="-1" autofocus' in added.text


def test_programs_find_items_by_words_and_by_trade(visit: Visit) -> None:
    ask = visit().get
    found = [row["code"] for row in ask("/api/v1/scope-items?q=开奶茶店").json["items"]]
    assert found[0] == "HY0157"
    division = {row["code"] for row in ask("/api/v1/scope-items?trade=62&limit=100").json["items"]}
    assert division == {row["code"] for row in ask("/api/v1/scope-items?trade=h&limit=100").json["items"]} - {
        *(row["code"] for row in ask("/api/v1/scope-items?trade=61&limit=100").json["items"])
    }
    assert ask("/api/v1/scope-items?trade=zz").json["items"] == []
