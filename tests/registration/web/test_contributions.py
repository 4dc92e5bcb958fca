"""The lines of a shareholder's contribution on the pages."""

import re
from collections.abc import Callable

from tests.fixtures.cases import company, limited_partnership
from tests.fixtures.visitor import Visitor, value_of, words
from tests.registration.web.test_apply import LIN, begun

Visit = Callable[..., Visitor]


def test_a_row_more_keeps_what_is_typed_and_an_empty_one_is_dropped(visit: Visit) -> None:
    form = company()
    ref = begun(people=form["people"], capital=form["capital"], shareholders=form["shareholders"])
    lin = visit(LIN)
    page = f"/applications/{ref}/shareholders/1"
    posted = {"shareholders.0.person": "p1", "shareholders.0.lines.0.method": "currency"}
    posted |= {"shareholders.0.lines.0.amount_wan": "50", "shareholders.0.lines.0.due_on": "2030-01-01"}
    more = lin.post(page, data={**posted, "more": "yes"})
    assert more.status_code == 303
    assert 'name="shareholders.0.lines.1.amount_wan"' in lin.get(more.location).text
    second = {"shareholders.0.lines.1.method": "in_kind", "shareholders.0.lines.1.amount_wan": "1"}
    refused = lin.post(page, data={**posted, **second})
    assert "请填写出资期限" in refused.text
    assert lin.post(page, data={**posted, **second, "shareholders.0.lines.1.due_on": "2028-01-01"}).status_code == 303
    shown = lin.get(f"/applications/{ref}/check").text
    assert "实物" in shown
    blank = {"shareholders.0.lines.1.method": "currency", "shareholders.0.lines.1.amount_wan": ""}
    assert lin.post(page, data={**posted, **blank}).status_code == 303
    assert 'name="shareholders.0.lines.1.amount_wan"' not in lin.get(page).text


def test_a_draft_of_the_earlier_shape_is_shown_and_saved_in_lines(visit: Visit) -> None:
    form = company()
    old = [{"person": "p1", "subscribed_wan": "51", "method": "ip", "due_on": "2030-09-30"}]
    ref = begun(people=form["people"], capital=form["capital"], shareholders=old)
    page = visit(LIN).get(f"/applications/{ref}/shareholders/1").text
    assert 'name="shareholders.0.lines.0.amount_wan"' in page
    assert 'value="51"' in page
    assert "知识产权" in visit(LIN).get(f"/applications/{ref}/check").text


def test_amounts_typed_in_the_table_add_up_before_they_are_saved(visit: Visit) -> None:
    form = company()
    ref = begun(people=form["people"], capital=form["capital"], shareholders=form["shareholders"])
    lin, page = visit(LIN), f"/applications/{ref}/shareholders"
    first, second, third = (f"shareholders.{place}.lines.0.amount_wan" for place in range(3))
    assert "等于注册资本" in words(lin.get(page))
    shown = lin.post(page, data={first: "33.333333", second: "1,000", third: "", "add_up": "yes"})
    assert shown.status_code == 303
    text = words(lin.get(shown.location))
    assert "比注册资本多933.333333" in text
    assert ("3.23%" in text, "96.77%" in text) == (True, True)
    assert value_of(lin.get(page), second) == "1000"
    refused = lin.post(page, data={first: "二十", second: "29", third: "20"})
    assert (refused.status_code, f'href="#{first}"' in refused.text, f'id="{first}-e"' in refused.text) == (
        422,
        True,
        True,
    )
    seen = value_of(lin.get(page), "seen")
    kept = lin.post(f"{page}/draft", data={first: "51", second: "29", third: "20", "seen": seen})
    assert kept.status_code == 200
    overtaken = lin.post(page, data={first: "1", "seen": seen})
    assert (overtaken.status_code, value_of(overtaken, first)) == (409, "1"), "changed in another window"
    assert ("刚刚在别的窗口" in overtaken.text, "比注册资本少50" in words(overtaken)) == (True, True)
    assert "等于注册资本" in words(lin.get(page))
    mark = value_of(lin.get(page), "seen")
    assert lin.post(page, data={first: "51", second: "29", third: "20", "seen": mark}).status_code == 303


def test_the_page_of_one_shareholder_and_those_of_other_types_add_up(visit: Visit) -> None:
    form = company()
    ref = begun(people=form["people"], capital=form["capital"], shareholders=form["shareholders"])
    lin, page = visit(LIN), f"/applications/{ref}/shareholders/1"
    posted = {"shareholders.0.person": "p1", "shareholders.0.lines.0.method": "currency", "add_up": "yes"}
    shown = lin.post(page, data={**posted, "shareholders.0.lines.0.amount_wan": "1"})
    assert shown.location == page
    assert "比注册资本少50" in words(lin.get(page))
    share = re.search(r'data-share="1" data-fixed="(\d+)"', lin.get(page).text)
    assert share is not None
    assert share[1] == "29", "the amount of another page"

    partners = limited_partnership(trade="双溪另样")
    other = begun("lp", people=partners["people"], partners=partners["partners"])
    rows = {f"partners.listed.{n}.person": "p1" for n in (0, 1)} | {"partners.listed.2.person": "p2"}
    amounts = {f"partners.listed.{n}.amount_wan": amount for n, amount in enumerate(("1", "0.5", "1.5"))}
    lin.post(f"/applications/{other}/partners", data={**rows, **amounts, "add_up": "yes"})
    text = words(lin.get(f"/applications/{other}/partners"))
    assert ("合计（万元） 3 " in text, text.count("50%")) == (True, 2)
