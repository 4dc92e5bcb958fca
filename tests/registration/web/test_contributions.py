"""The lines of a shareholder's contribution on the pages."""

from collections.abc import Callable

from tests.fixtures.cases import company
from tests.fixtures.visitor import Visitor
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
